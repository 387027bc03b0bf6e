"""Profiles this project's networks part by part: floating-point operations, bytes moved, and which operators take the time.

    profile.py parts --pack DIR --inputs DIR --out FILE [--precision float32] [--threads 2]
    profile.py ceilings --out DIR

`parts` runs the files of a pack that has all weights in them, on the stand-in inputs. Operations are counted by PyTorch's flop
counter (two for a multiplication and addition; convolutions and matrix products only). Bytes moved are what every operator reads
and writes, as if nothing stayed in a cache: its tensors' elements, each tensor once; an operator that only looks at memory in
another way (a slice, a view) moves nothing. Times by operator are this PyTorch's own, from its profiler.

`ceilings` writes what the machine's most is measured with: large convolutions on channels-last tensors, and
an operation that does nothing but read and write.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import numpy as np
import torch
import torch.nn.functional as F
from torch.profiler import ProfilerActivity, profile
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry

RUNS = 5
OPERATORS = 6
"""The slowest of each part that are named."""

OVERWRITING = {"aten::copy_", "aten::fill_", "aten::zero_"}
"""In-place operators that do not read what they write to."""

CONVOLUTIONS = ((512, 512, 64), (256, 256, 128), (64, 32, 1024))
"""Channels in and out, and the edge of the square, of 3×3 convolutions."""

IN_PLACE_MIB = 256
"""In float32."""


class Counter(TorchDispatchMode):
    """Counts the operations and bytes of every operator that runs."""

    def __init__(self):
        super().__init__()
        self.flop = 0
        self.bytes = 0

    def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        result = operator(*args, **kwargs)
        packet = operator._overloadpacket
        if packet in flop_registry:
            self.flop += flop_registry[packet](*args, **kwargs, out_val=result)
        self.bytes += _moved(operator, tree_leaves((args, kwargs)), tree_leaves(result))
        return result


def _moved(operator, arguments: list, results: list) -> int:
    schema = operator._schema
    aliases = [value.alias_info for value in schema.returns]
    if schema.name.startswith("aten::empty") or all(alias is not None and not alias.is_write for alias in aliases):
        return 0
    read = arguments[1:] if schema.name in OVERWRITING else arguments
    return _bytes(read) + _bytes(results)


def _bytes(values: list) -> int:
    """Bytes of the tensors among the values. Each tensor counts once, and an expanded one counts its memory only."""
    tensors = {id(value): value for value in values if isinstance(value, torch.Tensor)}
    return sum(min(tensor.numel() * tensor.element_size(), tensor.untyped_storage().nbytes())
               for tensor in tensors.values())


class Parts:
    """A pack's networks, run part by part."""

    def __init__(self, pack: Path, inputs: Path, precision: str):
        self.roles = json.loads((pack / "pack.json").read_text())["roles"]
        self.pack = pack
        self.inputs = inputs
        self.shapes = json.loads((inputs / "inputs.json").read_text())
        self.dtype = getattr(torch, precision)

    def each(self) -> Iterator[Tuple[str, str, torch.jit.ScriptModule, List[torch.Tensor]]]:
        """Role, part, module and its arguments; what a part returns is computed between them."""
        for role in self.roles:
            tensors = {port["name"]: self._input(role, port) for port in self.roles[role]["inputs"]}
            for part in self.roles[role]["parts"]:
                module = torch.jit.load(str(self.pack / part["file"])).to(self.dtype).eval()
                arguments = [tensors[name] for name in part["inputs"]]
                yield role, part["name"], module, arguments
                results = module(*arguments)
                tensors.update(zip(part["outputs"], results if isinstance(results, tuple) else (results,)))

    def _input(self, role: str, port: dict) -> torch.Tensor:
        key = f"{role}.{port['name']}"
        values = torch.from_numpy(np.fromfile(str(self.inputs / f"{key}.f32"), "<f4").reshape(self.shapes[key]))
        return values if port.get("exact") else values.to(self.dtype)


def profiled(parts: Parts) -> List[dict]:
    found = []
    with torch.no_grad(), torch.jit.optimized_execution(False):  # Inference mode would hide what composite operators run.
        for role, part, module, arguments in parts.each():
            module(*arguments)
            with Counter() as counter:
                module(*arguments)
            found.append({"role": role, "part": part, "flop": counter.flop, "bytes": counter.bytes,
                          "operators": _operators(module, arguments)})
    return found


def _operators(module: torch.jit.ScriptModule, arguments: List[torch.Tensor]) -> List[dict]:
    with profile(activities=[ProfilerActivity.CPU]) as recorded:
        for _ in range(RUNS):
            module(*arguments)
    millis: Dict[str, float] = defaultdict(float)
    calls: Dict[str, int] = defaultdict(int)
    for event in recorded.key_averages():
        if event.key.startswith("aten::"):
            millis[event.key] += event.self_cpu_time_total / 1e3 / RUNS
            calls[event.key] += event.count // RUNS
    total = sum(millis.values())
    slowest = sorted(millis, key=millis.get, reverse=True)[:OPERATORS]
    return [{"name": name.replace("aten::", ""), "calls": calls[name], "millis": millis[name],
             "share": millis[name] / total} for name in slowest]


class Layout(torch.nn.Module):
    def forward(self, x):
        return x.contiguous(memory_format=torch.channels_last)


class Convolution(torch.nn.Module):
    def __init__(self, channels_in: int, channels_out: int):
        super().__init__()
        weight = torch.randn(channels_out, channels_in, 3, 3) / 100
        self.weight = torch.nn.Parameter(weight.contiguous(memory_format=torch.channels_last), requires_grad=False)

    def forward(self, x):
        return F.conv2d(x, self.weight, padding=1)


class InPlace(torch.nn.Module):
    """In memory that is there: a copy would mostly wait for the kernel to give it some."""

    def forward(self, x):
        return x.mul_(-1.0)


def write_ceilings(out: Path) -> None:
    """TorchScript files, and `ceilings.json`, which says what each does in one run."""
    out.mkdir(parents=True, exist_ok=True)
    torch.jit.script(Layout()).save(str(out / "layout.pt"))
    torch.jit.script(InPlace()).save(str(out / "in-place.pt"))
    ceilings = []
    for channels_in, channels_out, edge in CONVOLUTIONS:
        file = f"convolution-{channels_in}-{channels_out}-{edge}.pt"
        torch.jit.script(Convolution(channels_in, channels_out)).save(str(out / file))
        ceilings.append({"name": f"3×3 convolution, {channels_in} to {channels_out} channels at {edge}²", "file": file,
                         "shape": [1, channels_in, edge, edge], "flop": 2 * 9 * channels_in * channels_out * edge ** 2})
    ceilings.append({"name": f"{IN_PLACE_MIB} MiB read and written in place", "file": "in-place.pt",
                     "shape": [1, IN_PLACE_MIB, 512, 512], "flop": 0})
    (out / "ceilings.json").write_text(json.dumps(ceilings))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["parts", "ceilings"])
    parser.add_argument("--pack", type=Path)
    parser.add_argument("--inputs", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.what == "ceilings":
        write_ceilings(arguments.out)
    else:
        found = profiled(Parts(arguments.pack, arguments.inputs, arguments.precision))
        arguments.out.write_text(json.dumps({"torch": torch.__version__, "parts": found}, indent=1))


if __name__ == "__main__":
    main()
