"""Converts the schemas that vendors publish to strict JSON schemas, which refuse unknown fields.

Kubernetes' schemas come from PyPI's kubernetes-validate, Knative's and KEDA's from the custom resource definitions in their Go
modules (and what each of KEDA's scalers takes from a list there), Compose's from its Go module, Cloud Run's from the discovery
document in PyPI's google-api-python-client, SAM's from PyPI's aws-sam-translator, Function Compute's from PyPI's ros-cdk-fc3
(what ROS templates may say) and alibabacloud-fc20230330 (what a trigger's configuration may say, which is any map to ROS).
"""

import argparse
import ast
import io
import json
import pathlib
import tarfile
import zipfile

import yaml
from samtranslator.internal.schema_source import schema as sam_source

# The kinds in use; kubeconform reports a missing one.
KUBERNETES_KINDS = ("configmap-v1", "deployment-apps-v1", "poddisruptionbudget-policy-v1", "secret-v1", "service-v1")
OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
# Named explicitly, because kubeconform would assume an older dialect without const and if.
DIALECT = "http://json-schema.org/draft-07/schema#"
CUSTOM_RESOURCES = {
    "serving": "config/core/300-resources/*.yaml",
    "eventing": "config/core/resources/*.yaml",
    "keda": "config/crd/bases/*.yaml",
}


def archive(wheels, name):
    found = sorted(wheels.glob(f"{name}-*.whl"))
    if len(found) != 1:
        raise SystemExit(f"schemas.py: {wheels} must hold one {name} wheel, not {len(found)}")
    return zipfile.ZipFile(found[0])


def references(node):
    """The definitions that a schema refers to."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rsplit("/", 1)[1]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def renamed(node, prefix):
    """Makes references point to definitions in the same file."""
    if isinstance(node, dict):
        return {
            key: prefix + value.rsplit("/", 1)[1] if key == "$ref" and isinstance(value, str) else renamed(value, prefix)
            for key, value in node.items()
        }
    return [renamed(value, prefix) for value in node] if isinstance(node, list) else node


def standalone(schema, definitions):
    """A schema with exactly the definitions that it needs."""
    needed, todo = {}, list(references(schema))
    while todo:
        name = todo.pop()
        if name not in needed:
            needed[name] = definitions[name]
            todo += references(definitions[name])
    return renamed({**schema, "$defs": needed}, "#/$defs/")


def kubernetes(wheels, version):
    """Yields file names and schemas."""
    with archive(wheels, "kubernetes_validate") as wheel:
        folder = f"kubernetes_validate/kubernetes-json-schema/v{version}-local-strict/"
        definitions = json.loads(wheel.read(folder + "_definitions.json"))["$defs"]
        for kind in KUBERNETES_KINDS:
            yield kind, standalone(json.loads(wheel.read(f"{folder}{kind}.json")), definitions)
        yield "metadata", standalone(definitions[OBJECT_META], definitions)


def closed(node):
    """A custom resource's schema that refuses fields it does not name, wherever it names some."""
    if isinstance(node, list):
        return [closed(value) for value in node]
    if not isinstance(node, dict):
        return node
    result = {key: closed(value) for key, value in node.items()}
    # This ignores x-kubernetes-preserve-unknown-fields, which is for features that are not used here.
    if "properties" in node and isinstance(node["properties"], dict) and node.get("type") == "object":
        result.setdefault("additionalProperties", False)
    if node.get("x-kubernetes-int-or-string"):
        result.pop("type", None)
        result["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    return result


def custom_resources(file, metadata):
    """Yields a schema for each version of each custom resource in a file."""
    for definition in yaml.safe_load_all(file.read_text()):
        if not definition or definition.get("kind") != "CustomResourceDefinition":
            continue
        spec = definition["spec"]
        kind, group = spec["names"]["kind"], spec["group"]
        for version in spec["versions"]:
            schema = closed(version["schema"]["openAPIV3Schema"])
            definitions = metadata["$defs"]
            schema["properties"] |= {
                "apiVersion": {"const": f"{group}/{version['name']}"},
                "kind": {"const": kind},
                "metadata": {key: value for key, value in metadata.items() if key != "$defs"},
            }
            yield f"{kind.lower()}-{group.split('.')[0]}-{version['name']}", {**schema, "$schema": DIALECT, "$defs": definitions}


def scalers(folder):
    """The metadata of KEDA's triggers, by their type; the custom resource's schema accepts any strings."""
    cases = []
    for scaler in json.loads((folder / "schema/generated/scalers-schema.json").read_text())["scalers"]:
        names = [each["name"] for each in scaler["parameters"] if each.get("metadataVariableReadable")]
        names += [each["name"] + "FromEnv" for each in scaler["parameters"] if each.get("envVariableReadable")]
        metadata = {"properties": {name: {"type": "string"} for name in names}, "additionalProperties": False}
        cases.append({"if": {"properties": {"type": {"const": scaler["type"]}}}, "then": {"properties": {"metadata": metadata}}})
    return {"properties": {"type": {"enum": [case["if"]["properties"]["type"]["const"] for case in cases]}}, "allOf": cases}


def cloud_run(wheels):
    """Converts Google's discovery format, which is a JSON schema except that references are bare names."""

    def converted(node):
        if isinstance(node, list):
            return [converted(value) for value in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):
            return {"$ref": "#/$defs/" + node["$ref"]}
        keep = ("type", "items", "properties", "additionalProperties", "enum", "pattern")
        result = {key: converted(node[key]) for key in keep if key in node}
        if "properties" in result:
            # The names in it are fields, not keywords.
            result["properties"] = {name: converted(field) for name, field in node["properties"].items()}
            result.setdefault("additionalProperties", False)
        if result.get("type") == "any":
            del result["type"]
        return result

    with archive(wheels, "google_api_python_client") as wheel:
        schemas = json.loads(wheel.read("googleapiclient/discovery_cache/documents/run.v1.json"))["schemas"]
    service = converted(schemas["Service"]) | {"required": ["apiVersion", "kind", "metadata", "spec"]}
    service["properties"] |= {"apiVersion": {"const": "serving.knative.dev/v1"}, "kind": {"const": "Service"}}
    return service | {"$defs": {name: converted(schema) for name, schema in schemas.items()}}


def sam():
    """SAM's schema. A resource with a Type is checked against that type's definition only, so that errors are about that type."""
    source = sam_source.get_schema(sam_source.SamModel)
    definitions = source["definitions"]

    def type_of(option):
        definition = definitions.get(option.get("$ref", "").rsplit("/", 1)[-1], {})
        types = definition.get("properties", {}).get("Type", {}).get("enum", [])
        return types[0] if len(types) == 1 else None

    def by_type(node):
        if isinstance(node, list):
            return [by_type(value) for value in node]
        if not isinstance(node, dict):
            return node
        options = node.get("anyOf")
        if not isinstance(options, list) or not all(map(type_of, options)):
            return {key: by_type(value) for key, value in node.items()}
        return {
            "properties": {"Type": {"enum": [type_of(option) for option in options]}},
            "required": ["Type"],
            "allOf": [{"if": {"properties": {"Type": {"const": type_of(option)}}}, "then": option} for option in options],
        }

    resources = [option for option in source["properties"]["Resources"]["additionalProperties"]["anyOf"] if type_of(option)]
    cases = by_type({"anyOf": resources})["allOf"]
    return {
        "type": "object",
        "properties": {
            "Globals": source["properties"]["Globals"],
            "Resources": {"additionalProperties": {"required": ["Type"], "allOf": cases}},
        },
        "definitions": by_type(definitions),
    }


def trigger_configurations(wheel):
    """The schemas of the API's own classes: the types of their arguments, under the names in requests."""
    classes = {}
    for name in wheel.namelist():
        if name.startswith("alibabacloud_fc20230330/models/_") and not name.endswith("__init__.py"):
            for node in ast.parse(wheel.read(name)).body:
                if isinstance(node, ast.ClassDef):
                    classes[node.name] = node

    def schema_of(annotation):
        text = ast.unparse(annotation)
        scalars = {"str": "string", "int": "integer", "bool": "boolean", "float": "number"}
        if text in scalars:
            return {"type": scalars[text]}
        if text.startswith("List["):
            return {"type": "array", "items": schema_of(annotation.slice)}
        if text.startswith("main_models."):
            return schema_of_class(text.removeprefix("main_models."))
        return {}

    def schema_of_class(name):
        methods = {node.name: node for node in classes[name].body if isinstance(node, ast.FunctionDef)}
        types = {argument.arg: argument.annotation for argument in methods["__init__"].args.args if argument.annotation}
        properties = {}
        # Lines such as: if self.key is not None: result['Key'] = self.key
        for branch in ast.walk(methods["to_map"]):
            if not isinstance(branch, ast.If) or not isinstance(getattr(branch.test, "left", None), ast.Attribute):
                continue
            for node in ast.walk(branch):
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
                    properties[ast.literal_eval(node.targets[0].slice)] = schema_of(types[branch.test.left.attr])
        return {"type": "object", "properties": properties, "additionalProperties": False}

    return {"oss": schema_of_class("OSSTriggerConfig"), "http": schema_of_class("HTTPTriggerConfig")}


def function_compute(wheels):
    """The schema of a ROS template with Function Compute's resources. The template's structure is written here, as ROS documents it."""
    with archive(wheels, "ros_cdk_fc3") as wheel:
        inner = [name for name in wheel.namelist() if name.endswith(".jsii.tgz")][0]
        with tarfile.open(fileobj=io.BytesIO(wheel.read(inner))) as package:
            assembly = json.load(package.extractfile("package/.jsii"))
    with archive(wheels, "alibabacloud_fc20230330") as wheel:
        triggers = trigger_configurations(wheel)

    prefix = assembly["name"] + "."
    intrinsic = {"type": "object", "minProperties": 1, "maxProperties": 1, "propertyNames": {"pattern": "^(Ref|Fn::\\w+)$"}}

    def on_the_wire(name):
        return name[0].upper() + name[1:]

    def schema_of(kind):
        if "primitive" in kind:
            return {} if kind["primitive"] == "any" else {"type": kind["primitive"]}
        if "collection" in kind:
            items = schema_of(kind["collection"]["elementtype"])
            if kind["collection"]["kind"] == "array":
                return {"type": "array", "items": items}
            return {"type": "object", "additionalProperties": items}
        if "union" in kind:
            options = [schema_of(option) for option in kind["union"]["types"]]
            return options[0] if len(options) == 1 else {"anyOf": options}
        if kind["fqn"].endswith(".IResolvable"):
            return intrinsic
        return {"$ref": "#/$defs/" + kind["fqn"].removeprefix(prefix)}

    definitions, resources = {}, {}
    for name, kind in assembly["types"].items():
        name = name.removeprefix(prefix)
        if not name.startswith("Ros"):
            continue
        if kind["kind"] == "interface":
            properties = kind.get("properties", [])
            definitions[name] = {
                "type": "object",
                "properties": {on_the_wire(each["name"]): schema_of(each["type"]) for each in properties},
                "required": [on_the_wire(each["name"]) for each in properties if not each.get("optional")],
                "additionalProperties": False,
            }
        elif "." not in name:
            attributes = [each["name"] for each in kind.get("properties", []) if each["name"].startswith("attr")]
            resources["ALIYUN::FC3::" + name.removeprefix("Ros")] = (name, [each.removeprefix("attr") for each in attributes])

    trigger = definitions["RosTriggerProps"]
    trigger["allOf"] = [
        {
            "if": {"properties": {"TriggerType": {"const": kind}}},
            "then": {"properties": {"TriggerConfig": {"anyOf": [intrinsic, schema]}}},
        }
        for kind, schema in triggers.items()
    ]
    parameter = {
        "type": "object",
        "properties": {
            "Type": {"enum": ["String", "Number", "CommaDelimitedList", "Json", "Boolean"]},
            "Description": {"type": "string"},
            "Label": {"type": "string"},
            "AllowedPattern": {"type": "string", "format": "regex"},
            "AllowedValues": {"type": "array"},
            "ConstraintDescription": {"type": "string"},
            "Default": {},
            "MinLength": {"type": "integer"},
            "MaxLength": {"type": "integer"},
            "MinValue": {"type": "number"},
            "MaxValue": {"type": "number"},
            "NoEcho": {"type": "boolean"},
        },
        "required": ["Type"],
        "additionalProperties": False,
    }
    output = {
        "type": "object",
        "properties": {"Description": {"type": "string"}, "Value": {}, "Condition": {"type": "string"}},
        "required": ["Value"],
        "additionalProperties": False,
    }
    resource = {
        "type": "object",
        "properties": {
            "Type": {"enum": sorted(resources)},
            "Properties": {"type": "object"},
            "DependsOn": {},
            "Condition": {"type": "string"},
            "DeletionPolicy": {"enum": ["Delete", "Retain"]},
            "Metadata": {"type": "object"},
        },
        "required": ["Type", "Properties"],
        "additionalProperties": False,
        "allOf": [
            {
                "if": {"properties": {"Type": {"const": kind}}},
                "then": {"properties": {"Properties": {"$ref": f"#/$defs/{name}Props"}}},
            }
            for kind, (name, _) in sorted(resources.items())
        ],
    }
    return {
        "type": "object",
        "properties": {
            "ROSTemplateFormatVersion": {"const": "2015-09-01"},
            "Description": {"type": "string"},
            "Parameters": {"type": "object", "additionalProperties": parameter},
            "Resources": {"type": "object", "additionalProperties": resource},
            "Outputs": {"type": "object", "additionalProperties": output},
        },
        "required": ["ROSTemplateFormatVersion", "Resources"],
        "additionalProperties": False,
        "$defs": definitions,
        "x-attributes": {kind: attributes for kind, (_, attributes) in resources.items()},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheels", type=pathlib.Path, required=True, help="folder of wheels that schemas are read from")
    parser.add_argument("--kubernetes", required=True, help="version, such as 1.35.0")
    parser.add_argument("--compose", type=pathlib.Path, required=True, help="folder of the Go module compose-go")
    for name in CUSTOM_RESOURCES:
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True, help=f"folder of the Go module of {name}")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()

    schemas = dict(kubernetes(options.wheels, options.kubernetes))
    metadata = schemas.pop("metadata")
    for name, files in CUSTOM_RESOURCES.items():
        for file in sorted(getattr(options, name).glob(files)):
            schemas |= custom_resources(file, metadata)
    triggers = schemas["scaledobject-keda-v1alpha1"]["properties"]["spec"]["properties"]["triggers"]
    triggers["items"] = {"allOf": [triggers["items"], scalers(options.keda)]}
    schemas |= {
        "cloud-run": cloud_run(options.wheels),
        "sam": sam(),
        "function-compute": function_compute(options.wheels),
        "compose": json.loads((options.compose / "schema/compose-spec.json").read_text()),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas.items():
        (options.out / f"{name}.json").write_text(json.dumps(schema))


if __name__ == "__main__":
    main()
