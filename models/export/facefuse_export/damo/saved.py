"""Reads state dicts that `torch.save` wrote, without running code that a file may contain."""

import pickle
import re
import zipfile
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

import torch
from torch import Tensor

from ..errors import ExportError, reason, shortened

PREFIXES = ("", "module.", "module.model.")
"""The prefix of every key after data-parallel training."""

FLOAT = "Unsupported operand 71"
"""torch 1.13's message for a floating-point number, such as an optimizer's learning rate."""

CODE = re.compile(r"unsupported (?:class|global:?) (?:GLOBAL )?[\w.]*\w", re.IGNORECASE)
"""torch's message for an object that it would have to import."""


def read_state(path: Path, under: Optional[str], shapes: Mapping[str, Sequence[int]], advice: str) -> Dict[str, Tensor]:
    """The tensors of these shapes by key, out of a state dict: the file's content or what it has `under` a key.

    Raises an error that names the file, the keys and the `advice` if one is missing, or is not a finite floating-point tensor of
    its shape. Other content of the file is ignored.
    """
    content = _load(path, advice)
    if under is not None and isinstance(content, dict):
        if under not in content:
            raise ExportError(f"{path} lacks {under}, which should hold the network's weights; {advice}")
        content = content[under]
    if not isinstance(content, dict):
        raise ExportError(f"{path} holds no state dict{f' under {under}' if under else ''}; {advice}")
    prefix = max(PREFIXES, key=lambda candidate: sum(candidate + key in content for key in shapes))
    state = {key: content[prefix + key] for key in shapes if prefix + key in content}
    for what, keys in _wrong(state, shapes):
        if keys:
            raise ExportError(f"{path}: {what} {shortened(keys)}; {advice}")
    return {key: value.detach() for key, value in state.items()}


def _wrong(state: Dict[str, Any], shapes: Mapping[str, Sequence[int]]) -> Iterator[Tuple[str, List[str]]]:
    """The kinds of errors and their keys; each kind is checked only if there are no errors of the kinds before it."""
    yield "missing", [key for key in shapes if key not in state]
    yield "not floating-point tensors:", [
        key for key, value in state.items() if not (isinstance(value, Tensor) and value.is_floating_point())]
    yield "of another shape:", [f"{key} {list(value.shape)} instead of {list(shapes[key])}" for key, value in state.items()
                                if list(value.shape) != list(shapes[key])]
    yield "infinite or not a number:", [key for key, value in state.items() if not torch.isfinite(value.float()).all()]


def _load(path: Path, advice: str) -> Any:
    try:
        if _is_program(path):
            raise ValueError("it is a TorchScript module")
        return torch.load(str(path), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:  # Its text is long, and says to trust the file.
        code = CODE.search(str(error))
        if code:
            raise ExportError(f"{path} holds more than tensors and numbers ({code.group()}); {advice}, "
                              "or save its weights alone if you trust it") from None
        if FLOAT in str(error):
            raise ExportError(f"{path} holds numbers beside tensors that torch {torch.__version__} does not read; "
                              "use torch 2.1 or later") from None
        raise _damaged(path, "no state dict", advice) from None
    except Exception as error:  # Damaged bytes end in any of a dozen.
        raise _damaged(path, reason(error), advice) from None


def _damaged(path: Path, why: str, advice: str) -> ExportError:
    return ExportError(f"{path} is truncated or no file of torch.save ({why}); {advice}")


def _is_program(path: Path) -> bool:
    """Whether the file is TorchScript, whose code `torch.load` would run."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())
