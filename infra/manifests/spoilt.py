"""Manifests with one error each, which must be refused. They prove that the checks work."""

import dataclasses
import pathlib
import shutil

FOLDERS = ("kubernetes", "keda", "knative", "cloud-run", "alibaba-fc", "lambda", "compose")


@dataclasses.dataclass(frozen=True)
class Case:
    """In `file`, below infra/, the first `old` is replaced by `new`. The error must contain `told`, or `new` if that is empty."""

    file: str
    what: str
    old: str
    new: str
    told: str = ""

    def is_told(self, found):
        return any((self.told or self.new) in sentence for sentence in found)

    @property
    def platform(self):
        return pathlib.Path(self.file).parts[0]


CASES = [
    # Fields that the platform does not know.
    Case("kubernetes/base/http.yaml", "a misspelt probe", "livenessProbe:", "livelinessProbe:", "livelinessProbe"),
    Case("kubernetes/base/http.yaml", "a misspelt limit", "terminationGracePeriodSeconds", "terminationGracePeriod"),
    Case("kubernetes/base/kustomization.yaml", "a misspelt kustomization", "images:", "image:", "unknown field"),
    Case("kubernetes/gpu/card.yaml", "a misspelt patch", "maxSurge", "maxSurges"),
    Case("keda/worker.yaml", "a misspelt cooldown", "cooldownPeriod", "coolDownPeriod"),
    Case("keda/worker.yaml", "a misspelt setting of its scaler", "mode:", "modus:", "modus"),
    Case("keda/worker.yaml", "a misspelt secret", "secretTargetRef", "secretTargetRefs"),
    Case("knative/http.yaml", "a misspelt concurrency", "containerConcurrency", "containerConcurrent"),
    Case("knative/uploads.yaml", "a misspelt retry", "backoffDelay", "backOffDelay"),
    Case("knative/uploads.yaml", "a misspelt queue", "sqs:", "sqss:", "sqss"),
    Case("cloud-run/service.yaml", "a misspelt time-out", "timeoutSeconds: 120", "timeoutSecond: 120", "timeoutSecond'"),
    Case(
        "cloud-run/service.yaml",
        "a setting of Kubernetes that it has not",
        "startupProbe:",
        "lifecycle: {}\n          startupProbe:",
        "lifecycle",
    ),
    Case("alibaba-fc/template.yaml", "a misspelt card", "GpuMemorySize", "GpuMemory"),
    Case("alibaba-fc/template.yaml", "a misspelt trigger", "prefix:", "prefixes:", "prefixes"),
    Case("alibaba-fc/template.yaml", "a number as a word", "Timeout: 120", "Timeout: long", "long"),
    Case("lambda/template.yaml", "a misspelt property of CloudFormation's", "SqsManagedSseEnabled", "SqsManagedSse"),
    Case("lambda/template.yaml", "a misspelt property of SAM's", "BatchSize", "BatchSizes"),
    Case("lambda/template.yaml", "a name that nothing has", "!GetAtt DeadUploads.Arn", "!GetAtt Dead.Arn", "Dead"),
    Case("compose/compose.yaml", "a misspelt setting", "stop_grace_period", "stop_grace"),
    Case(
        "compose/compose.yaml",
        "a key that is there twice",
        "  http:\n",
        "  http:\n    restart: always\n    restart: always\n",
        "twice",
    ),
    Case("knative/kustomization.yaml", "a manifest that is forgotten", "  - uploads.yaml\n", "", "does not name it"),
    # Names and values that only the function knows.
    Case(
        "kubernetes/base/kustomization.yaml",
        "a variable that it does not know",
        "_ADMISSION_MAXWAIT",
        "_ADMISSION_MAX_WAIT",
        "FACEFUSE_ADMISSION_MAX_WAIT",
    ),
    Case(
        "kubernetes/base/kustomization.yaml",
        "a server that nothing reaches",
        "      - FACEFUSE_HOST=0.0.0.0\n",
        "",
        "FACEFUSE_HOST is not 0.0.0.0",
    ),
    Case(
        "compose/compose.yaml",
        "a server that nothing reaches",
        "FACEFUSE_HOST: 0.0.0.0",
        "FACEFUSE_HOST: 127.0.0.1",
        "FACEFUSE_HOST is not 0.0.0.0",
    ),
    Case("cloud-run/service.yaml", "a variable that it does not know", "FACEFUSE_PACK", "FACEFUSE_PACKS"),
    Case(
        "alibaba-fc/template.yaml",
        "a variable that it does not know",
        "S3_ADDRESSING",
        "S3_ADRESSING",
        "FACEFUSE_STORAGE_S3_ADRESSING",
    ),
    Case("lambda/template.yaml", "a prefix that events need", "/incoming/,s3", "/inbox/,s3", "incoming/"),
    Case("compose/compose.yaml", "a variable that it does not know", "FACEFUSE_STORAGE_WRITE", "FACEFUSE_STORAGE_WRITES"),
    Case("kubernetes/base/worker.yaml", "another path of health", "/actuator/health/liveness", "/health", "livenessProbe"),
    Case("kubernetes/base/http.yaml", "another port", "containerPort: 8080", "containerPort: 8081", "port is 8080"),
    Case("knative/uploads.yaml", "another path of events", "uri: /events", "uri: /event", "no path /event"),
    Case("lambda/template.yaml", "another function", "DEFINITION: lambdaEvents", "DEFINITION: events", "lambdaEvents"),
    Case("keda/worker.yaml", "another queue", "queueName: facefuse.uploads", "queueName: uploads", "queue is facefuse.uploads"),
    # Hardening of every container.
    Case("kubernetes/base/http.yaml", "root", "runAsUser: 65532", "runAsUser: 0", "root"),
    Case(
        "kubernetes/base/worker.yaml",
        "a root that can be written",
        "readOnlyRootFilesystem: true",
        "readOnlyRootFilesystem: false",
        "readOnlyRootFilesystem",
    ),
    Case(
        "knative/events.yaml",
        "a privilege",
        "allowPrivilegeEscalation: false",
        "allowPrivilegeEscalation: true",
        "allowPrivilegeEscalation",
    ),
    Case("compose/compose.yaml", "a root that can be written", "read_only: true", "read_only: false", "read_only"),
    Case("compose/compose.yaml", "root", 'user: "65532:65532"', 'user: "0:0"', "root"),
    Case("compose/compose.yaml", "the latest image", "rabbitmq:4.1.0", "rabbitmq:latest"),
    Case("kubernetes/base/kustomization.yaml", "the latest image", "newTag: cpu", "newTag: latest", "facefuse:latest"),
    Case("lambda/template.yaml", "the latest image", "(?!latest$)", "", "without a tag"),
    Case(
        "cloud-run/service.yaml",
        "a secret that is written out",
        'valueFrom:\n                secretKeyRef:\n                  name: facefuse-secret-access-key\n                  key: "1"',
        "value: s3cr3t",
        "AWS_SECRET_ACCESS_KEY is written out",
    ),
    Case("kubernetes/base/worker.yaml", "a Secret that nobody makes", "name: facefuse-broker", "name: broker", "Secret broker"),
    # Sizes that must fit.
    Case("knative/http.yaml", "two fusions at a time on a card", "containerConcurrency: 1", "containerConcurrency: 2", "not 2"),
    Case(
        "alibaba-fc/template.yaml", "two fusions at a time on a card", "InstanceConcurrency: 1", "InstanceConcurrency: 2", "not 2"
    ),
    Case(
        "alibaba-fc/template.yaml",
        "a card that is too small",
        "GpuMemorySize: 2048",
        "GpuMemorySize: 1024",
        "hold the fastest plan",
    ),
    Case("kubernetes/gpu/card.yaml", "no card", "nvidia.com/gpu: 1", "nvidia.com/gpu: 0", "0 cards"),
    Case(
        "kubernetes/base/worker.yaml",
        "too little memory",
        'memory: 1Gi\n            limits:\n              cpu: "2"\n              memory: 1Gi',
        'memory: 512Mi\n            limits:\n              cpu: "2"\n              memory: 512Mi',
        "512 MiB",
    ),
    Case(
        "kubernetes/base/http.yaml",
        "an end in the middle of a fusion",
        "terminationGracePeriodSeconds: 45",
        "terminationGracePeriodSeconds: 35",
        "must be more than 5 and 30",
    ),
    Case(
        "kubernetes/base/http.yaml",
        "a Service without pods",
        "  selector: *labels",
        "  selector: {app: http}",
        "of 0 Deployments",
    ),
    Case(
        "lambda/template.yaml",
        "an upload that comes again while it is fused",
        "VisibilityTimeout: 360",
        "VisibilityTimeout: 60",
        "six times",
    ),
    Case(
        "lambda/template.yaml",
        "a role without s3:ListBucket",
        "Action: s3:ListBucket",
        "Action: s3:GetBucketLocation",
        "s3:ListBucket",
    ),
]


def spoil(root, tree, case):
    """Copies the manifests and changes one; returns a sentence if there is nothing to change."""
    infra = tree / "infra"
    for folder in FOLDERS:
        if folder == case.platform or folder == "kubernetes":
            shutil.copytree(root / "infra" / folder, infra / folder)
    shutil.copy(root / "infra/README.md", infra)
    for beside in ("README.md", "function"):
        (tree / beside).symlink_to(root / beside)
    file = infra / case.file
    text = file.read_text()
    if case.old not in text:
        return f"there is no {case.old!r} to spoil"
    file.write_text(text.replace(case.old, case.new, 1))
    return None
