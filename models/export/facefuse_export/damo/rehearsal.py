"""Makes a directory like the published one with synthetic content, to try the export and a fusion before the download."""

from pathlib import Path
from typing import Dict, Iterable

import numpy as np
import torch

from ..errors import ExportError
from . import facemodel, standin
from .checkpoint import FACE_MODEL, MASK, STATES


def write(folder: Path, roles: Iterable[str] = tuple(STATES)) -> None:
    """Writes files named and laid out as ModelScope's, of the networks those of `roles`; 1.5 GB for all.

    A pack exported from them computes the same as `damo-unet-skeleton`. `folder` must be empty or not there yet.
    """
    matlab, image = facemodel.scipy_io(), facemodel.pillow()
    try:
        if folder.exists() and any(folder.iterdir()):
            raise ExportError(f"{folder} is not empty; name a new folder")
        for name in (*(STATES[role].name for role in roles), FACE_MODEL, MASK):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        for role in roles:
            torch.save(_published(role), str(folder / STATES[role].name))
        matlab.savemat(str(folder / FACE_MODEL), _face_model())
        image.fromarray(np.repeat(facemodel.stand_in_mask()[..., None], 3, 2)).save(folder / MASK)
    except (OSError, RuntimeError) as error:  # PyTorch's writer throws the latter.
        raise ExportError(f"{folder} cannot be written ({error}); make room or name another folder") from error


def state(role: str) -> Dict[str, torch.Tensor]:
    """A network's weights by the checkpoint's keys."""
    return {key: torch.from_numpy(np.asarray(standin.tensor(role, key))) for key in standin.SHAPES[role]}


def _published(role: str) -> dict:
    """The content of the network's file: the generator was trained in parallel, and some files have more than weights."""
    weights = state(role)
    if role == "generator":
        weights = {"module." + key: value for key, value in weights.items()}
    under = STATES[role].under
    return {under: weights, "epoch": 7} if under else weights


def _face_model() -> Dict[str, np.ndarray]:
    """The stand-in jaw line, and its mirror image, so that the middle of all vertices is 0."""
    jaw = facemodel.stand_in_jaw_line()
    return {"meanshape": np.concatenate([jaw["mean"], -jaw["mean"]]).reshape(1, -1).astype(np.float32),
            "meantex": np.zeros((1, 6 * facemodel.POINTS), np.float32),
            "idBase": np.concatenate([jaw["identity"], np.zeros_like(jaw["identity"])]).astype(np.float32),
            "exBase": np.concatenate([jaw["expression"], np.zeros_like(jaw["expression"])]).astype(np.float32),
            "keypoints": 1 + np.arange(facemodel.POINTS, dtype=np.uint16)[None]}
