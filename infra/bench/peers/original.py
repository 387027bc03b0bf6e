"""The original networks as a contestant: ModelScope's classes with stand-in weights, on the CPU.

    original.py run --modelscope DIR --inputs DIR      reads commands from standard input, see Contestant.java
    original.py inputs --out DIR                       the stand-in inputs, raw little-endian float32
    original.py onnx --modelscope DIR --out DIR        the same networks for ONNX Runtime

DIR of --modelscope is the unpacked wheel. Only the networks' own files are imported, so that none of the package's dependencies
is needed.
"""

import argparse
import importlib
import json
import sys
import time
import types
import warnings
from pathlib import Path
from typing import Callable, Dict, List

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "models" / "export"))
from facefuse_export.damo import standin  # noqa: E402

PACKAGE = "modelscope.models.cv.image_face_fusion"
STAGES = ("identity", "shape", "generator", "enhancer")
INPUTS = {
    "identity": ["face"],
    "shape": ["face"],
    "generator": ["target", "embedding", "kp_fused", "kp_target"],
    "enhancer": ["face"],
}


class Generator(torch.nn.Module):
    """The generator with tensors for arguments, as the original calls it."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, target, embedding, kp_fused, kp_target):
        return self.network(target, embedding, {"value": kp_fused}, {"value": kp_target})[0]


class First(torch.nn.Module):
    """The first of a network's results."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, face):
        return self.network(face)[0]


def networks(modelscope: Path) -> Dict[str, torch.nn.Module]:
    """The four networks with stand-in weights, by stage."""
    load = _importer(modelscope)
    made = {
        "identity": load("network.model_irse").Backbone([112, 112], 100, "ir"),
        "shape": load("network.facerecon_model").ReconNetWrapper(net_recon="resnet50", use_last_fc=False),
        "generator": load("network.aei_flow_net").AEI_Net(c_id=512, num_kp=17, device=torch.device("cpu")),
        "enhancer": load("facegan.gpen_model").FullGenerator(1024, 512, 8, 2),
    }
    for name, network in made.items():
        state = {key: torch.from_numpy(np.asarray(standin.tensor(name, key))) for key in standin.SHAPES[name]}
        network.load_state_dict(state, strict=name != "identity")
        network.eval().requires_grad_(False)
    return {"identity": First(made["identity"]), "shape": made["shape"],
            "generator": Generator(made["generator"]), "enhancer": First(made["enhancer"])}


def _importer(modelscope: Path) -> Callable[[str], types.ModuleType]:
    parts = PACKAGE.split(".")
    for i in range(1, len(parts) + 1):
        name = ".".join(parts[:i])
        package = types.ModuleType(name)
        package.__path__ = [str(modelscope.joinpath(*parts[:i]))]
        sys.modules[name] = package
    return lambda name: importlib.import_module(f"{PACKAGE}.{name}")


def read_inputs(folder: Path) -> Dict[str, List[torch.Tensor]]:
    shapes = json.loads((folder / "inputs.json").read_text())
    return {stage: [torch.from_numpy(np.fromfile(folder / f"{stage}.{name}.f32", "<f4").reshape(shapes[f"{stage}.{name}"]))
                    for name in names] for stage, names in INPUTS.items()}


def write_inputs(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    arrays = standin.inputs()
    for name, array in arrays.items():
        array.astype("<f4").tofile(folder / f"{name}.f32")
    (folder / "inputs.json").write_text(json.dumps({name: array.shape for name, array in arrays.items()}))


def answer(made: Dict[str, torch.nn.Module], inputs: Dict[str, List[torch.Tensor]], command: str) -> dict:
    if command == "peak":
        return {"peakBytes": _peak_bytes()}
    result = {"millis": {}, "values": {}}
    for stage in STAGES:
        start = time.perf_counter()
        with torch.no_grad():
            output = made[stage](*inputs[stage])
            if stage == "shape":  # of both faces, one after the other
                made[stage](*inputs[stage])
        result["millis"][stage] = 1e3 * (time.perf_counter() - start)
        result["values"][stage] = sample(output)
    return result


def sample(output: torch.Tensor) -> List[float]:
    """A hundred values, evenly spread over the tensor in row-major order: what contestants are compared by."""
    flat = output.reshape(-1)
    return [float(flat[i * flat.numel() // 100]) for i in range(100)]


def _peak_bytes() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("/proc/self/status has no VmHWM")


def run(modelscope: Path, folder: Path, threads: int) -> None:
    torch.set_num_threads(threads)
    made, inputs = networks(modelscope), read_inputs(folder)
    print(json.dumps({"ready": f"PyTorch {torch.__version__}"}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(made, inputs, line.strip())), flush=True)


def export_onnx(modelscope: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    arrays = standin.inputs()
    for stage, network in networks(modelscope).items():
        example = tuple(torch.from_numpy(arrays[f"{stage}.{name}"]) for name in INPUTS[stage])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(network, example, str(out / f"{stage}.onnx"), input_names=INPUTS[stage],
                              output_names=["output"], opset_version=17, dynamo=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["run", "inputs", "onnx"])
    parser.add_argument("--modelscope", type=Path)
    parser.add_argument("--inputs", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.what == "run":
        run(arguments.modelscope, arguments.inputs, arguments.threads)
    elif arguments.what == "inputs":
        write_inputs(arguments.out)
    else:
        export_onnx(arguments.modelscope, arguments.out)


if __name__ == "__main__":
    main()
