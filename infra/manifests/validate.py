"""Checks infra/'s manifests: each against its vendor's schema, then against the rules of rules.py. Prints one line for each file.

With --self-test it spoils a copy of each in ways that must be refused, and fails if one is not.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema
import yaml

import rules
import spoilt

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]

# Folders whose YAML files are not manifests.
OTHERS = ("bench", "docker", "fuzz", "gpu", "grafana", "manifests")


class Loader(yaml.SafeLoader):
    """Reads the short forms of templates' functions, and refuses equal keys, which YAML forbids."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key} is there twice", node.start_mark)
        return super().construct_mapping(node, deep)


def function_of_template(loader, suffix, node):
    if suffix == "GetAtt":
        return {"Fn::GetAtt": loader.construct_scalar(node).split(".", 1)}
    name = "Ref" if suffix == "Ref" else "Fn::" + suffix
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    return {name: loader.construct_sequence(node, deep=True)}


Loader.add_multi_constructor("!", function_of_template)


def read(file):
    return [document for document in yaml.load_all(file.read_text(), Loader) if document is not None]


class Validator:
    """A tree of manifests, and the tools and schemas that check it."""

    def __init__(self, root, tools, schemas):
        self.root = root
        self.tools = tools
        self.schemas = schemas

    def files(self, platform="*"):
        """Every manifest of a platform's folder, or of all platforms."""
        folder = self.root / "infra"
        found = [*folder.glob(f"{platform}/**/*.yaml"), *folder.glob(f"{platform}/**/*.yml")]
        return sorted(file for file in found if file.relative_to(folder).parts[0] not in OTHERS)

    def findings(self, file):
        """The errors of a file, each as a sentence."""
        platform = file.relative_to(self.root / "infra").parts[0]
        check = {
            "kubernetes": self.kubernetes,
            "keda": self.kubernetes,
            "knative": self.kubernetes,
            "cloud-run": self.cloud_run,
            "alibaba-fc": self.function_compute,
            "lambda": self.sam,
            "compose": self.compose,
        }.get(platform)
        if check is None:
            return [f"no schema is known for infra/{platform}; teach validate.py one"]
        try:
            return check(file)
        except yaml.YAMLError as e:
            return [" ".join(str(e).split())]
        except KeyError as e:
            return [f"has no {e.args[0]}, which rules.py asks for"]

    def against(self, name, document):
        schema = json.loads((self.schemas / f"{name}.json").read_text())
        validator = jsonschema.validators.validator_for(schema)(schema)
        return sorted({self.sentence(error) for error in validator.iter_errors(document)})

    def sentence(self, error):
        """The error as a sentence; of several alternatives, the error of the one that matches best."""
        while error.context:
            error = jsonschema.exceptions.best_match([error])
            if error.context:
                error = max(error.context, key=lambda each: len(each.absolute_path))
        place = ".".join(str(part) for part in error.absolute_path) or "the document"
        message = error.message if len(error.message) < 200 else error.message[:200] + "…"
        return f"{place}: {message}"

    def run(self, *command, text=None):
        return subprocess.run([str(part) for part in command], input=text, capture_output=True, text=True, check=False)

    def kubeconform(self, text):
        location = f"{self.schemas}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
        result = self.run(self.tools / "kubeconform", "-strict", "-output", "json", "-schema-location", location, text=text)
        try:
            resources = json.loads(result.stdout).get("resources") or []
        except json.JSONDecodeError:
            return [f"kubeconform: {(result.stderr or result.stdout).strip()}"]
        found = []
        for resource in resources:
            # The reason follows the schema's name.
            reason = resource["msg"].rpartition(".json#' - ")[2]
            found.append(f"{resource['kind']} {resource['name']}: {reason}")
        return found if found or result.returncode == 0 else [f"kubeconform: {result.stderr.strip()}"]

    def kubernetes(self, file):
        if file.name == "kustomization.yaml":
            built = self.run(self.tools / "kustomize", "build", file.parent)
            if built.returncode:
                return [f"kustomize: {built.stderr.strip().splitlines()[0]}"]
            return self.kubeconform(built.stdout) or rules.cluster(self.root, list(yaml.load_all(built.stdout, Loader)))
        kustomization = file.parent / "kustomization.yaml"
        if not kustomization.exists():
            return self.kubeconform(file.read_text()) or rules.time_slicing(read(file))
        names = read(kustomization)[0]
        if file.name in rules.parts(names):
            # A patch is checked as part of the kustomization's result.
            return []
        forgotten = [] if file.name in names["resources"] else ["kustomization.yaml does not name it"]
        return forgotten + self.kubeconform(file.read_text())

    def cloud_run(self, file):
        service = read(file)[0]
        return self.against("cloud-run", service) or rules.cloud_run(self.root, service)

    def function_compute(self, file):
        template = read(file)[0]
        schema = json.loads((self.schemas / "function-compute.json").read_text())
        return self.against("function-compute", template) or rules.function_compute(self.root, template, schema["x-attributes"])

    def sam(self, file):
        # Informational remarks are errors too.
        linted = self.run(self.tools / "cfn-lint", "--include-checks", "I", "--format", "json", "--", file)
        try:
            found = [f"{each['Rule']['Id']}: {each['Message']}" for each in json.loads(linted.stdout or "[]")]
        except json.JSONDecodeError:
            found = [f"cfn-lint: {(linted.stderr or linted.stdout).strip()}"]
        template = read(file)[0]
        return found + self.against("sam", template) or rules.sam(self.root, template)

    def compose(self, file):
        document = read(file)[0]
        return self.against("compose", document) or rules.compose(self.root, file, document)


def self_test(validator):
    """Yields a name for each case, and an error if the case is not refused."""
    for case in spoilt.CASES:
        with tempfile.TemporaryDirectory() as folder:
            tree = pathlib.Path(folder)
            problem = spoilt.spoil(validator.root, tree, case)
            if not problem:
                copy = Validator(tree, validator.tools, validator.schemas)
                found = [each for file in copy.files(case.platform) for each in copy.findings(file)]
                if not found:
                    problem = "was taken for right"
                elif not case.is_told(found):
                    problem = f"was refused for something else: {'; '.join(found)}"
            yield f"{case.file}: {case.what}", [problem] if problem else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tools", type=pathlib.Path, required=True, help="folder of kubeconform, kustomize and cfn-lint")
    parser.add_argument("--schemas", type=pathlib.Path, required=True, help="folder that schemas.py filled")
    parser.add_argument("--self-test", action="store_true", help="also prove that what is wrong is refused")
    parser.add_argument("--report", type=pathlib.Path, help="verdicts as JSON")
    options = parser.parse_args()
    validator = Validator(REPOSITORY, options.tools, options.schemas)

    checks = []

    def tell(name, found):
        checks.append({"name": name, "verdict": "failed" if found else "passed", "detail": "; ".join(found)})
        print(f"{'FAILED' if found else 'ok':7} {name}")
        for each in found:
            print(f"        {each}")

    files = validator.files()
    if not files:
        tell("infra", ["there are no manifests"])
    for file in files:
        tell(str(file.relative_to(REPOSITORY)), validator.findings(file))
    tell("infra/README.md", rules.sharing(REPOSITORY))
    if options.self_test:
        for name, found in self_test(validator):
            tell(f"refuses {name}", found)
    if options.report:
        options.report.write_text(json.dumps({"checks": checks}, indent=1))
    failed = sum(check["verdict"] == "failed" for check in checks)
    print(f"Manifests: {len(checks)} checks, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
