"""Rules that no schema has: manifests fit the function and each other, and every container is hardened.

Each rule returns sentences, one for each thing that is wrong.
"""

import json
import re

import yaml

# Variables that libraries read.
OTHER_VARIABLES = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "SPRING_CLOUD_FUNCTION_DEFINITION",
    "SPRING_RABBITMQ_ADDRESSES",
}
SECRET = re.compile(r"TOKENS$|ACCESS_KEY|PASSWORD|ADDRESSES")

LIVENESS = "/actuator/health/liveness"
READINESS = "/actuator/health/readiness"

# The path that Function Compute's triggers call.
INVOCATION = "/invoke"

# The worker's exchange and queue: group `uploads` of destination `facefuse`.
EXCHANGE = "facefuse"
QUEUE = "facefuse.uploads"

# The memory of a process in bytes: docs/operations.md, "Host memory"; infra/README.md, "Memory".
MESH_BYTES = 700 << 20
UNET_BYTES = 1500 << 20

# The largest size of a CUDA context, and the memory that facefuse.memory.reserve leaves free.
CONTEXT_BYTES = 600_000_000
RESERVE_BYTES = 128 << 20

UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}


class Function:
    """The function's settings, ports, paths and functions, from its sources and its build."""

    def __init__(self, root):
        sources = root / "function/src/main"
        self.variables = self.settings(root / "function/target/classes/META-INF/spring-configuration-metadata.json")
        properties = (sources / "resources/application.properties").read_text()
        self.port = int(re.search(r"^server\.port=\$\{PORT:(\d+)\}$", properties, re.M)[1])
        self.shutdown_seconds = int(re.search(r"^spring\.lifecycle\.timeout-per-shutdown-phase=(\d+)s$", properties, re.M)[1])
        self.paths = set()
        for controller in sources.glob("java/**/http/*Controller.java"):
            self.paths |= set(re.findall(r'"(/\w[\w/]*)"', controller.read_text()))
        beans = next(sources.glob("java/**/LambdaFunctions.java")).read_text()
        self.lambdas = set(re.findall(r"@Bean\s+\w+ (\w+)\(", beans))

    @staticmethod
    def settings(file):
        """Environment variables of the settings, by the metadata that the build writes."""
        if not file.exists():
            raise SystemExit(f"{file} does not exist; build the function first: mvn -q -DskipTests package")
        properties = json.loads(file.read_text())["properties"]
        return {each["name"].upper().replace("-", "").replace(".", "_") for each in properties}


def quantity(text):
    number, unit = re.fullmatch(r"([\d.]+)([A-Za-z]*)", str(text)).groups()
    return float(number) * UNITS[unit]


def environment(function, variables):
    """Checks variables by their names. A value that is filled in later contains ${ or is None."""
    found = []
    for name, value in variables.items():
        if name not in function.variables and name not in OTHER_VARIABLES:
            found.append(f"{name} is no variable that the function knows")
        if SECRET.search(name) and value is not None and "${" not in str(value):
            found.append(f"{name} is written out; it belongs in a secret")
    for name, folders in (("FACEFUSE_STORAGE_READ", ("incoming/", "templates/")), ("FACEFUSE_STORAGE_WRITE", ("fused/",))):
        prefixes = str(variables.get(name, "")).split(",")
        for folder in folders:
            if not any(re.fullmatch(r"s3://[^/]+/" + folder, prefix) for prefix in prefixes):
                found.append(f"{name} does not allow {folder}")
    return found


def reachable(variables):
    """The server must listen on all addresses: without tokens it would listen on the container's loopback address only."""
    return [] if variables.get("FACEFUSE_HOST") == "0.0.0.0" else ["FACEFUSE_HOST is not 0.0.0.0"]


def image(text):
    """An image must have a tag of its own, not latest."""
    name = text.rsplit("/", 1)[-1]
    if "@sha256:" in name or (":" in name and not name.endswith(":latest")):
        return []
    return [f"the image {text} has no tag of its own"]


def ours(text):
    return text.rsplit("/", 1)[-1].partition(":")[0].partition("@")[0] == "facefuse"


def concurrency(variables, declared):
    permits = int(variables.get("FACEFUSE_ADMISSION_PERMITS", 1))
    return [] if declared == permits else [f"as many requests as fusions, {permits}, must come at a time, not {declared}"]


def memory(variables, limit):
    least = MESH_BYTES if variables.get("FACEFUSE_PACK", "mesh") == "mesh" else UNET_BYTES
    if limit >= least:
        return []
    return [f"{limit / (1 << 20):.0f} MiB are less than the {least / (1 << 20):.0f} that a fusion lives in"]


def card(variables, cards):
    if str(variables.get("FACEFUSE_DEVICE", "auto")).startswith("cuda"):
        return [] if cards == 1 else [f"{cards} cards for a process that uses one"]
    return [f"{cards} cards for a process that uses none"] if cards else []


def probes(function, container, kinds, port_names=()):
    found = []
    for kind in kinds:
        get = container.get(kind, {}).get("httpGet", {})
        path = LIVENESS if kind == "livenessProbe" else READINESS
        if get.get("path") != path:
            found.append(f"{kind} must ask {path}")
        if get.get("port", function.port) not in (function.port, *port_names):
            found.append(f"{kind} asks port {get['port']}; the function's is {function.port}")
    ports = [port["containerPort"] for port in container.get("ports", [])]
    if ports != [function.port]:
        found.append(f"the function's port is {function.port}, not {ports}")
    return found


def hardened(pod, container):
    security = {**pod.get("securityContext", {}), **container.get("securityContext", {})}
    wanted = {
        "runAsNonRoot": True,
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    found = [f"securityContext.{name} must be {value}" for name, value in wanted.items() if security.get(name) != value]
    if not security.get("runAsUser"):
        found.append("securityContext.runAsUser must be a number, and not root's")
    if pod.get("automountServiceAccountToken") is not False:
        found.append("automountServiceAccountToken must be false: nothing here speaks to the cluster")
    if "/tmp" not in [mount["mountPath"] for mount in container.get("volumeMounts", [])]:
        found.append("/tmp must be a volume: the rest is read-only")
    return found


def variables_of(container, maps):
    """Variables from ConfigMaps and from the container's own list; None for those from a Secret."""
    variables = {}
    for source in container.get("envFrom", []):
        variables |= maps.get(source["configMapRef"]["name"], {})
    for variable in container.get("env", []):
        variables[variable["name"]] = variable.get("value")
    return variables


def parts(kustomization):
    """Files of a kustomization that are not manifests by themselves."""
    return [each["path"] for each in kustomization.get("patches", []) if "path" in each] + kustomization.get("configurations", [])


def documented_secrets(root):
    """The keys of each Secret that infra/README.md creates."""
    text = (root / "infra/README.md").read_text().replace("\\\n", " ")
    commands = re.findall(r"^kubectl create secret generic (\S+)(.*)$", text, re.M)
    return {name: set(re.findall(r"--from-literal=([\w.-]+)=", rest)) for name, rest in commands}


def cluster(root, documents):
    """Checks everything that a kustomization makes."""
    function = Function(root)
    secrets = documented_secrets(root)
    by_kind = {}
    for document in documents:
        by_kind.setdefault(document["kind"], {})[document["metadata"]["name"]] = document
    maps = {name: document["data"] for name, document in by_kind.get("ConfigMap", {}).items()}
    knative = [each for each in documents if each["apiVersion"].startswith("serving.knative.dev/")]
    deployments = list(by_kind.get("Deployment", {}).values())
    found = []

    for workload in deployments + knative:
        pod = workload["spec"]["template"]["spec"]
        name = f"{workload['kind']} {workload['metadata']['name']}"
        for container in pod["containers"]:
            sentences = image(container["image"])
            if ours(container["image"]):
                sentences += pod_of_ours(function, secrets, maps, workload, container)
            found += [f"{name}: {each}" for each in sentences]
    found += selections(documents, deployments)
    found += scaling(root, by_kind, secrets)
    found += eventing(function, documents)
    return found


def pod_of_ours(function, secrets, maps, workload, container):
    pod = workload["spec"]["template"]["spec"]
    variables = variables_of(container, maps)
    limits = container.get("resources", {}).get("limits", {})
    cards = sum(int(count) for name, count in limits.items() if name.startswith("nvidia.com/"))
    found = hardened(pod, container) + environment(function, variables) + reachable(variables) + card(variables, cards)
    found += probes(
        function,
        container,
        ("startupProbe", "readinessProbe", "livenessProbe"),
        [port.get("name") for port in container.get("ports", [])],
    )
    if "memory" not in limits or container["resources"].get("requests", {}).get("memory") != limits["memory"]:
        found.append("memory must be requested as it is limited: a process is killed for what it was never promised")
    else:
        found += memory(variables, quantity(limits["memory"]))
    for source in container.get("envFrom", []):
        if source["configMapRef"]["name"] not in maps:
            found.append(f"there is no ConfigMap {source['configMapRef']['name']}")
    for variable in container.get("env", []):
        reference = variable.get("valueFrom", {}).get("secretKeyRef")
        if reference and reference["key"] not in secrets.get(reference["name"], ()):
            found.append(f"infra/README.md does not make the key {reference['key']} of a Secret {reference['name']}")
    if workload["kind"] == "Service":
        found += concurrency(variables, pod.get("containerConcurrency"))
    else:
        pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        if pod.get("terminationGracePeriodSeconds", 30) <= pause + function.shutdown_seconds:
            found.append(f"terminationGracePeriodSeconds must be more than {pause} and {function.shutdown_seconds}")
    return found


def selections(documents, deployments):
    """Services and disruption budgets must select the pods of one Deployment."""
    found = []
    for document in documents:
        kind = document["kind"]
        if kind == "Service" and document["apiVersion"] == "v1":
            selector = document["spec"]["selector"]
        elif kind == "PodDisruptionBudget":
            selector = document["spec"]["selector"]["matchLabels"]
        else:
            continue
        pods = [each["spec"]["template"] for each in deployments]
        chosen = [pod for pod in pods if selector.items() <= pod["metadata"]["labels"].items()]
        if len(chosen) != 1:
            found.append(f"{kind} {document['metadata']['name']}: selects the pods of {len(chosen)} Deployments, not of one")
        for port in document["spec"].get("ports", []) if chosen else []:
            names = [each["name"] for container in chosen[0]["spec"]["containers"] for each in container["ports"]]
            if port["targetPort"] not in names:
                found.append(f"{kind} {document['metadata']['name']}: no container has a port {port['targetPort']}")
    return found


def scaling(root, by_kind, secrets):
    """KEDA's objects must name a Deployment, a queue and a Secret that other folders make."""
    found = []
    file = root / "infra/kubernetes/base/worker.yaml"
    worker = next(yaml.safe_load_all(file.read_text()))
    addresses = next(
        each["valueFrom"]["secretKeyRef"]
        for each in worker["spec"]["template"]["spec"]["containers"][0]["env"]
        if each["name"] == "SPRING_RABBITMQ_ADDRESSES"
    )
    for scaled in by_kind.get("ScaledObject", {}).values():
        target = scaled["spec"]["scaleTargetRef"]["name"]
        if target != worker["metadata"]["name"]:
            found.append(f"ScaledObject: there is no Deployment {target} to scale")
        for trigger in scaled["spec"]["triggers"]:
            if trigger["metadata"]["queueName"] != QUEUE:
                found.append(f"ScaledObject: the worker's queue is {QUEUE}, not {trigger['metadata']['queueName']}")
            if trigger["authenticationRef"]["name"] not in by_kind.get("TriggerAuthentication", {}):
                found.append(f"ScaledObject: there is no TriggerAuthentication {trigger['authenticationRef']['name']}")
    for authentication in by_kind.get("TriggerAuthentication", {}).values():
        for reference in authentication["spec"]["secretTargetRef"]:
            if (reference["name"], reference["key"]) != (addresses["name"], addresses["key"]):
                found.append(f"TriggerAuthentication: the worker's broker is in {addresses['name']}, key {addresses['key']}")
            if reference["key"] not in secrets.get(reference["name"], ()):
                found.append(f"TriggerAuthentication: infra/README.md does not make {reference['name']}")
    return found


def eventing(function, documents):
    """Knative's destinations must exist and have the path."""
    there = {(each["apiVersion"], each["kind"], each["metadata"]["name"]) for each in documents}
    found = []

    def named(place, destination):
        reference = destination["ref"]
        if (reference["apiVersion"], reference["kind"], reference["name"]) not in there:
            found.append(f"{place}: there is no {reference['kind']} {reference['name']}")

    for document in documents:
        spec, place = document.get("spec", {}), f"{document['kind']} {document['metadata']['name']}"
        if document["kind"] == "IntegrationSource":
            named(place, spec["sink"])
        if document["kind"] == "Trigger":
            named(place, spec["subscriber"])
            named(place, spec["delivery"]["deadLetterSink"])
            if ("eventing.knative.dev/v1", "Broker", spec["broker"]) not in there:
                found.append(f"{place}: there is no Broker {spec['broker']}")
            if spec["subscriber"].get("uri") not in function.paths:
                found.append(f"{place}: the function has no path {spec['subscriber'].get('uri')}")
    return found


def time_slicing(documents):
    """ConfigMaps for NVIDIA's device plugin must share the GPU."""
    found = []
    for document in documents:
        for name, text in document.get("data", {}).items():
            plugin = yaml.safe_load(text)
            sharing = plugin.get("sharing", {}).get("timeSlicing", {})
            replicas = [each.get("replicas", 0) for each in sharing.get("resources", []) if each.get("name") == "nvidia.com/gpu"]
            if plugin.get("version") != "v1" or len(replicas) != 1 or replicas[0] < 2:
                found.append(f"{name}: shares no nvidia.com/gpu by version v1 of the device plugin's configuration")
    return found


def cloud_run(root, service):
    function = Function(root)
    spec = service["spec"]["template"]["spec"]
    container = spec["containers"][0]
    variables = variables_of(container, {})
    limits = container["resources"]["limits"]
    found = environment(function, variables) + reachable(variables) + image(container["image"])
    found += probes(function, container, ("startupProbe", "livenessProbe"))
    found += concurrency(variables, spec.get("containerConcurrency")) + card(variables, int(limits.get("nvidia.com/gpu", 0)))
    return found + memory(variables, quantity(limits["memory"]))


def text_of(value):
    """A template's value as text; a Ref becomes ${its name}."""
    if isinstance(value, dict):
        name, argument = next(iter(value.items()))
        return "${" + argument + "}" if name == "Ref" else str(argument)
    return value


def named_in(node):
    """Every name in a template's Ref, Sub and GetAtt: a parameter or resource, and an attribute or None."""
    if isinstance(node, list):
        for value in node:
            yield from named_in(value)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref":
                yield value, None
            elif key == "Fn::GetAtt":
                yield tuple(value)
            elif key == "Fn::Sub":
                for name in re.findall(r"\$\{([^}]+)\}", value):
                    yield tuple(name.split(".", 1)) if "." in name else (name, None)
            else:
                yield from named_in(value)


def needs(root):
    """The memory that each plan needs, from the fastest plan on, in bytes; the README has it from the planner."""
    sentence = re.search(r"takes at most ([\d.]+), ([\d.]+) or ([\d.]+) GB of a GPU", (root / "README.md").read_text())
    return [float(need) * 1e9 for need in sentence.groups()]


def sharing(root):
    """The table of how many processes fit on a card must match the plans' needs."""
    rows = re.findall(r"^\| (\d+) GB \| (\d+) \| (\d+) \| (\d+) \|$", (root / "infra/README.md").read_text(), re.M)
    found = [] if rows else ["there is no table of how many processes a card holds"]
    for card_gigabytes, *counts in rows:
        right = [int((int(card_gigabytes) * 1e9 - RESERVE_BYTES) // (CONTEXT_BYTES + need)) for need in needs(root)]
        if [int(count) for count in counts] != right:
            found.append(f"{card_gigabytes} GB hold {right}, not {counts}")
    return found


def latest_is_refused(template):
    pattern = template["Parameters"]["Image"].get("AllowedPattern", "")
    for registry in ("123456789012.dkr.ecr.eu-central-1.amazonaws.com", "registry-vpc.cn-hangzhou.aliyuncs.com/name"):
        if re.search(pattern, f"{registry}/facefuse:latest") or re.search(pattern, f"{registry}/facefuse"):
            return ["Parameters.Image takes images without a tag of their own"]
    return []


def function_compute(root, template, attributes):
    function = Function(root)
    parameters, resources = template.get("Parameters", {}), template["Resources"]
    found = latest_is_refused(template)
    if INVOCATION not in function.paths:
        found.append(f"triggers know no other path than {INVOCATION}, which the function has not")
    for name, attribute in named_in(template):
        if attribute:
            if name not in resources or attribute not in attributes.get(resources[name].get("Type"), ()):
                found.append(f"there is no attribute {name}.{attribute}")
        elif not name.startswith("ALIYUN::") and name not in parameters and name not in resources:
            found.append(f"there is no parameter or resource {name}")
    for name, resource in resources.items():
        if resource.get("Type") != "ALIYUN::FC3::Function":
            continue
        properties = resource["Properties"]
        variables = {key: text_of(value) for key, value in properties["EnvironmentVariables"].items()}
        container = properties["CustomContainerConfig"]
        sentences = environment(function, variables) + reachable(variables) + concurrency(variables, properties.get("InstanceConcurrency"))
        sentences += memory(variables, properties["MemorySize"] << 20)
        megabytes = properties["GpuConfig"]["GpuMemorySize"]
        if megabytes % 1024 or megabytes << 20 < needs(root)[0] + CONTEXT_BYTES + RESERVE_BYTES:
            sentences.append(f"GpuMemorySize: {megabytes} must be a multiple of 1024 and hold the fastest plan")
        if not 1 <= properties["MemorySize"] / 1024 / properties["Cpu"] <= 4:
            sentences.append("a processor must come with 1 to 4 GB")
        if container.get("Port") != function.port:
            sentences.append(f"the function's port is {function.port}, not {container.get('Port')}")
        if container.get("HealthCheckConfig", {}).get("HttpGetUrl") != READINESS:
            sentences.append(f"HealthCheckConfig must ask {READINESS}")
        found += [f"{name}: {each}" for each in sentences]
    return found


def sam(root, template):
    function = Function(root)
    resources, common = template["Resources"], template["Globals"]["Function"]
    found = latest_is_refused(template)
    definitions = set()
    for name, resource in resources.items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = {**common, **resource["Properties"]}
        variables = {**common["Environment"]["Variables"], **resource["Properties"].get("Environment", {}).get("Variables", {})}
        variables = {key: text_of(value) for key, value in variables.items()}
        definitions.add(variables.get("SPRING_CLOUD_FUNCTION_DEFINITION"))
        sentences = environment(function, variables) + memory(variables, properties["MemorySize"] << 20)
        if properties.get("Architectures") != ["x86_64"]:
            sentences.append("libtorch's natives are for x86_64")
        for event in properties.get("Events", {}).values():
            if event["Type"] == "SQS":
                queue = resources[event["Properties"]["Queue"]["Fn::GetAtt"][0]]["Properties"]
                if queue.get("VisibilityTimeout", 30) < 6 * properties["Timeout"]:
                    sentences.append("the queue's VisibilityTimeout must be six times the function's Timeout")
                if "RedrivePolicy" not in queue:
                    sentences.append("the queue has no place for dead letters")
                if event["Properties"].get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
                    sentences.append("one upload that fails would bring back the whole batch")
        found += [f"{name}: {each}" for each in sentences]
    if definitions != function.lambdas:
        found.append(f"the function's doors are {sorted(function.lambdas)}, not {sorted(map(str, definitions))}")
    for name, resource in resources.items():
        if resource["Type"] == "AWS::IAM::Role":
            statements = [each for policy in resource["Properties"]["Policies"] for each in policy["PolicyDocument"]["Statement"]]
            if not any(each["Action"] == "s3:ListBucket" for each in statements):
                found.append(f"{name}: without s3:ListBucket S3 calls what is missing forbidden")
            if any("*" in (each["Action"], each["Resource"]) for each in statements):
                found.append(f"{name}: may do more than it needs")
    return found


def compose(root, file, document):
    function = Function(root)
    example = (file.parent / ".env.example").read_text()
    given = set(re.findall(r"^(\w+)=", example, re.M))
    found = [f"{name} is not in .env.example" for name in sorted(set(re.findall(r"\$\{(\w+)", file.read_text())) - given)]
    for name, service in document["services"].items():
        sentences = image(service["image"])
        if ours(service["image"]):
            variables = service.get("environment", {})
            sentences += environment(function, variables) + reachable(variables)
            sentences += memory(variables, quantity(service["mem_limit"].replace("g", "Gi")))
            wanted = {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"], "tmpfs": ["/tmp"]}
            sentences += [f"{key} must be {value}" for key, value in wanted.items() if service.get(key) != value]
            if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", service.get("user", "")):
                sentences.append("user must be numbers, and not root's")
            if "healthcheck" not in service or service["healthcheck"].get("disable"):
                sentences.append("whether it is well must be asked")
            if int(service.get("stop_grace_period", "10s").rstrip("s")) <= function.shutdown_seconds:
                sentences.append(f"stop_grace_period must be more than {function.shutdown_seconds}s")
            targets = [port.rsplit(":", 1)[1] for port in service.get("ports", [])]
            if targets not in ([], [str(function.port)]):
                sentences.append(f"the function's port is {function.port}, not {targets}")
        for port in service.get("ports", []):
            if not port.startswith("127.0.0.1:"):
                sentences.append(f"port {port} is open to the network")
        for variable, value in (service.get("environment") or {}).items():
            if variable.startswith("MINIO_NOTIFY_AMQP_EXCHANGE_FACEFUSE") and value != EXCHANGE:
                sentences.append(f"the worker's exchange is {EXCHANGE}, not {value}")
        found += [f"{name}: {each}" for each in sentences]
    return found
