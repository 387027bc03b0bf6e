"""The original's networks as a contestant: ModelScope's classes with stand-in weights, on the CPU.

    original.py run --modelscope DIR --inputs DIR --stages A,B,…   answers commands; the Java class Contestant says which
    original.py inputs --out DIR                                   the stand-in inputs, raw little-endian float32
    original.py onnx --modelscope DIR --out DIR --stages A,B,…     the same networks for ONNX Runtime

DIR of --modelscope is the unpacked wheel. Only the networks' own files are imported, so none of the package's dependencies is
needed but PyTorch and numpy.
"""

import argparse
import contextlib
import importlib
import json
import sys
import time
import types
import warnings
from pathlib import Path
from typing import Callable, Dict, List, Sequence

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "models" / "export"))
from facefuse_export.damo import standin  # noqa: E402

PACKAGE = "modelscope.models.cv.image_face_fusion"
STAGES = ("identity", "shape", "generator", "enhancer")
VALUES = 100
"""Number of values of each output that are compared with other contestants."""

INPUTS = {
    "identity": ["face"],
    "shape": ["face"],
    "generator": ["target", "embedding", "kp_fused", "kp_target"],
    "enhancer": ["face"],
}


class Identity(torch.nn.Module):
    """The embedding alone."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, face):
        return self.network(face)[0]


class Shape(torch.nn.Module):
    """Runs for the user's face and then for the template's, as the original does."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, faces):
        return torch.cat([self.network(faces[:1]), self.network(faces[1:])])


class Generator(torch.nn.Module):
    """With tensors for arguments; the fused face alone."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, target, embedding, kp_fused, kp_target):
        return self.network(target, embedding, {"value": kp_fused}, {"value": kp_target})[0]


class Enhancer(Identity):
    """The picture alone."""


ADAPTERS = {"identity": Identity, "shape": Shape, "generator": Generator, "enhancer": Enhancer}


def networks(modelscope: Path, stages: Sequence[str]) -> Dict[str, torch.nn.Module]:
    """The networks with stand-in weights, by stage."""
    load = importer(modelscope)
    makers = {
        "identity": lambda: load("network.model_irse").Backbone([112, 112], 100, "ir"),
        "shape": lambda: load("network.facerecon_model").ReconNetWrapper(net_recon="resnet50", use_last_fc=False),
        "generator": lambda: load("network.aei_flow_net").AEI_Net(c_id=512, num_kp=17, device=torch.device("cpu")),
        "enhancer": lambda: load("facegan.gpen_model").FullGenerator(1024, 512, 8, 2),
    }
    return {stage: ADAPTERS[stage](_weighted(stage, makers[stage]())) for stage in stages}


def _weighted(stage: str, network: torch.nn.Module) -> torch.nn.Module:
    """Takes its weights one by one: together they would stay in memory twice, and count."""
    state = network.state_dict()
    missing = set(state) ^ set(standin.SHAPES[stage])
    if any(not key.endswith("num_batches_tracked") for key in missing):
        raise SystemExit(f"This ModelScope has another {stage} network: {sorted(missing)[:3]} …")
    for key in standin.SHAPES[stage]:
        if key in state:
            state[key].copy_(torch.from_numpy(np.asarray(standin.tensor(stage, key))))
    return network.eval().requires_grad_(False)


def importer(modelscope: Path) -> Callable[[str], types.ModuleType]:
    parts = PACKAGE.split(".")
    for i in range(1, len(parts) + 1):
        name = ".".join(parts[:i])
        package = types.ModuleType(name)
        package.__path__ = [str(modelscope.joinpath(*parts[:i]))]
        sys.modules[name] = package
    return lambda name: importlib.import_module(f"{PACKAGE}.{name}")


def version_of(modelscope: Path) -> str:
    """As the wheel's metadata have it."""
    return next((folder.name.split("-")[1][:-len(".dist")] for folder in modelscope.glob("modelscope-*.dist-info")),
                "of unknown version")


def write_inputs(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    arrays = dict(standin.inputs())
    arrays["shape.face"] = np.concatenate([arrays["shape.face"], standin.inputs("template.")["shape.face"]])
    for name, array in arrays.items():
        array.astype("<f4").tofile(str(folder / f"{name}.f32"))
    (folder / "inputs.json").write_text(json.dumps({name: array.shape for name, array in arrays.items()}))


def read_inputs(folder: Path, stages: Sequence[str]) -> Dict[str, List[torch.Tensor]]:
    shapes = json.loads((folder / "inputs.json").read_text())

    def tensor(name: str) -> torch.Tensor:
        return torch.from_numpy(np.fromfile(str(folder / f"{name}.f32"), "<f4").reshape(shapes[name]))

    return {stage: [tensor(f"{stage}.{name}") for name in INPUTS[stage]] for stage in stages}


class Service:
    """Answers commands, as the Java class of this name."""

    def __init__(self, made: Dict[str, torch.nn.Module], inputs: Dict[str, List[torch.Tensor]], precision: str):
        self.answers, sys.stdout = sys.stdout, sys.stderr  # What others print is no answer.
        self.made = made
        self.inputs = inputs
        self.bfloat16 = precision == "bfloat16"

    def serve(self, ready: str) -> None:
        self._say({"ready": ready})
        for line in sys.stdin:
            if line.strip() != "run":
                raise SystemExit(f"No such command: {line.strip()}")
            self._say(self._run())

    def _run(self) -> dict:
        answer = {"millis": {}, "values": {}}
        for stage, network in self.made.items():
            start = time.perf_counter()
            with torch.no_grad(), self._precision():
                output = network(*self.inputs[stage])
            answer["millis"][stage] = 1e3 * (time.perf_counter() - start)
            answer["values"][stage] = sample(output)
        return answer

    def _precision(self):
        return torch.autocast("cpu", dtype=torch.bfloat16) if self.bfloat16 else contextlib.nullcontext()

    def _say(self, what: dict) -> None:
        print(json.dumps(what), file=self.answers, flush=True)


def sample(output: torch.Tensor) -> List[float]:
    """Values evenly spread over the tensor in row-major order."""
    flat = output.reshape(-1)
    return [float(flat[i * flat.numel() // VALUES]) for i in range(VALUES)]


def export_onnx(modelscope: Path, out: Path, stages: Sequence[str]) -> None:
    """One face at a time."""
    out.mkdir(parents=True, exist_ok=True)
    arrays = standin.inputs()
    for stage, network in networks(modelscope, stages).items():
        if stage == "shape":
            network = network.network
        example = tuple(torch.from_numpy(arrays[f"{stage}.{name}"]) for name in INPUTS[stage])
        torch.onnx.export(network, example, str(out / f"{stage}.onnx"), input_names=INPUTS[stage],
                          output_names=["output"], dynamo=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["run", "inputs", "onnx"])
    parser.add_argument("--modelscope", type=Path)
    parser.add_argument("--inputs", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--stages", default=",".join(STAGES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    arguments = parser.parse_args()
    stages = arguments.stages.split(",")
    warnings.simplefilter("ignore")
    if arguments.what == "run":
        torch.set_num_threads(arguments.threads)
        service = Service(networks(arguments.modelscope, stages), read_inputs(arguments.inputs, stages),
                          arguments.precision)
        service.serve(f"ModelScope {version_of(arguments.modelscope)}, PyTorch {torch.__version__}")
    elif arguments.what == "inputs":
        write_inputs(arguments.out)
    else:
        export_onnx(arguments.modelscope, arguments.out, stages)


if __name__ == "__main__":
    main()
