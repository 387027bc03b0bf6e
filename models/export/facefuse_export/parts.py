"""Writes the parts of a role, then runs them one after the other to measure the memory of each."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

import torch
from torch.profiler import ProfilerActivity, profile

from . import pack, script
from .errors import ExportError, shortened

DTYPE_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
"""Bytes of an element, for the types that a network may run in."""


def dtype_name(dtype: torch.dtype) -> str:
    """The type's name in pack.json."""
    return str(dtype).replace("torch.", "")


@dataclass(frozen=True)
class Part:
    """A TorchScript file to write, from the source of its `forward`, with arguments `inputs` and results `outputs`."""

    name: str
    file: str
    source: str
    parameters: Dict[str, torch.Tensor]
    inputs: List[str]
    outputs: List[str]

    def save(self, folder: Path) -> None:
        class_name = "".join(word.capitalize() for word in Path(self.file).stem.split("-"))
        pack.save_module(script.module(class_name, self.source, self.parameters), folder / self.file)


@dataclass(frozen=True)
class ModulePart:
    """A TorchScript file to write, from a module for `torch.jit.script`, with arguments `inputs` and results `outputs`."""

    name: str
    module: torch.nn.Module
    inputs: List[str]
    outputs: List[str]

    def script(self) -> torch.jit.ScriptModule:
        """The module as TorchScript. Modules made before are invalid afterwards, as with `script.module`."""
        script.forget_class_names()
        return torch.jit.script(self.module.eval())


def write(folder: Path, parts: Sequence[Part], inputs: Sequence[dict], outputs: Sequence[dict]) -> List[dict]:
    """Saves the parts of a role and returns their entries in pack.json; `inputs` and `outputs` are the role's."""
    for part in parts:
        part.save(folder)
    loaded = [(part, torch.jit.load(str(folder / part.file)).float()) for part in parts]
    return [_entry(folder / part.file, part, _memory(_weight_bytes(module), activation_bytes))
            for (part, module), activation_bytes in zip(loaded, _run(loaded, inputs, outputs))]


def write_modules(folder: Path, role: str, parts: Sequence[ModulePart], inputs: Sequence[dict], outputs: Sequence[dict],
                  dtype: torch.dtype = torch.float32, drawn: bool = False) -> List[dict]:
    """As `write`, for modules; the files are named after the role and the part.

    `dtype` is what the files store; weights that it cannot hold are an error. With `drawn` they do not store values that
    can be generated; the parts' parameters are deleted afterwards.
    """
    for part in parts:
        _check_stored(f"{role}, part {part.name}", part.module, dtype)
        if not drawn:
            _forget_origins(part.module)
    entries = []
    for part, (weight_bytes, activation_bytes) in zip(parts, _measured(role, parts, inputs, outputs)):
        file = folder / (f"{role}-{part.name}.pt" if len(parts) > 1 else f"{role}.pt")
        said = {"drawn": _undraw(part.module)} if drawn else {}
        pack.save_module(part.script().to(dtype), file)
        entries.append({**_entry(file, part, _memory(weight_bytes, activation_bytes)), **said})
    return entries


def _entry(file: Path, part, memory: Dict[str, dict]) -> dict:
    return {"name": part.name, **pack.entry(file), "inputs": part.inputs, "outputs": part.outputs, "memory": memory}


def _measured(role: str, parts: Sequence[ModulePart], inputs: Sequence[dict],
              outputs: Sequence[dict]) -> List[Tuple[int, int]]:
    """Weight and activation bytes of each part in float32."""
    loaded = [(part, _reloaded(part.script())) for part in parts]
    try:
        return list(zip([_weight_bytes(module) for _, module in loaded], _run(loaded, inputs, outputs)))
    except RuntimeError as error:
        raise ExportError(f"{role} does not run with torch {torch.__version__} here "
                          f"({str(error).strip().splitlines()[-1]}); use another version, from 1.13 on") from error


def _reloaded(module: torch.jit.ScriptModule) -> torch.jit.ScriptModule:
    """Saves and loads the module, so that the runtime's own copies of parameters are measured too."""
    buffer = io.BytesIO()
    torch.jit.save(module, buffer)
    buffer.seek(0)
    return torch.jit.load(buffer)


def _check_stored(subject: str, module: torch.nn.Module, dtype: torch.dtype) -> None:
    """Raises an error if `dtype` cannot hold a parameter: its values are too large, or so small that they lose precision."""
    infinite, large, small = [], [], []
    for name, parameter in module.named_parameters():
        value = parameter.detach()
        stored = value.to(dtype).to(value.dtype)
        if not torch.isfinite(value).all():
            infinite.append(name)
        elif not torch.isfinite(stored).all():
            large.append(name)
        elif (stored - value).abs().max() > torch.finfo(dtype).eps * value.abs().max():
            small.append(name)
    if infinite:
        raise ExportError(f"{subject}: {shortened(infinite)} not finite once normalisations are folded in; "
                          "the weights are damaged, get them again")
    for names, what in ((large, "large"), (small, "small")):
        if names:
            raise ExportError(f"{subject}: {shortened(names)} too {what} for {dtype_name(dtype)}; "
                              "store bfloat16 or float32 (--dtype)")


def _forget_origins(module: torch.nn.Module) -> None:
    """Releases the checkpoint's tensors, which parameters refer to and which are as large as the network."""
    for parameter in module.parameters():
        if hasattr(parameter, "origin"):
            del parameter.origin


def _undraw(module: torch.nn.Module) -> Dict[str, dict]:
    """Replaces each generated parameter by its factor, which is tiny; returns how to generate the values."""
    drawn = {}
    for prefix, owner in module.named_modules():
        for name, parameter in list(owner.named_parameters(recurse=False)):
            origin = getattr(parameter, "origin", None)
            if origin is None:
                continue
            said = origin.drawn()
            layout = _layout(parameter)
            if layout is not None:
                said["layout"] = layout
            drawn[f"{prefix}.{name}" if prefix else name] = said
            factor = torch.nn.Parameter(origin.factor.expand(parameter.shape), requires_grad=False)
            setattr(owner, name, factor)
    return drawn


def _layout(parameter: torch.Tensor) -> Optional[str]:
    """The memory layout of a convolution's weight; None for row by row."""
    if parameter.dim() == 4:
        if parameter.is_contiguous(memory_format=torch.channels_last):
            return "channels_last"
        if parameter.transpose(0, 1).is_contiguous(memory_format=torch.channels_last):
            return "transposed_channels_last"
    return None


def _memory(weight_bytes: int, activation_bytes: int) -> Dict[str, dict]:
    """Figures by dtype, scaled from the measurement in float32: all tensors that are counted have the type that the network
    runs in.

    The other types are not measured: a processor takes minutes in float16. A processor with bfloat16 needs half of float32;
    one without it converts and needs more, but nobody uses bfloat16 there.
    """
    return {dtype: {"weightBytes": weight_bytes * size // 4, "activationBytes": activation_bytes * size // 4}
            for dtype, size in DTYPE_BYTES.items()}


def _weight_bytes(module: torch.jit.ScriptModule) -> int:
    return sum(_bytes(tensor) for tensor in module.state_dict().values())


def _run(parts: Sequence[tuple], inputs: Sequence[dict], outputs: Sequence[dict]) -> Iterator[int]:
    """Runs the parts at batch 1 and yields the activation bytes of each. A tensor is released after its last use."""
    live = {port["name"]: torch.zeros(1, *port["shape"][1:]) for port in inputs}
    for at, (part, module) in enumerate(parts):
        held = sum(_bytes(tensor) for tensor in live.values())
        results, peak = _profiled(module, [live[name] for name in part.inputs])
        yield held + peak
        live.update(zip(part.outputs, results))
        needed = {port["name"] for port in outputs}.union(*(later.inputs for later, _ in parts[at + 1:]))
        live = {name: tensor for name, tensor in live.items() if name in needed}


def _profiled(module: torch.jit.ScriptModule, inputs: Sequence[torch.Tensor]) -> Tuple[Sequence[torch.Tensor], int]:
    """A module's results and the peak of PyTorch's allocator while it ran, with oneDNN's scratch memory."""
    with torch.inference_mode(), torch.jit.optimized_execution(False):
        module(*inputs)  # compiles, and fills the caches of libraries
        with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as recorded:
            result = module(*inputs)
    now = peak = 0
    for event in recorded.profiler.kineto_results.events():
        if event.name() == "[memory]":
            now += event.nbytes()
            peak = max(peak, now)
    return (result if isinstance(result, tuple) else (result,)), peak


def _bytes(tensor: torch.Tensor) -> int:
    return tensor.numel() * tensor.element_size()
