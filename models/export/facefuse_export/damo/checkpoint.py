"""The checkpoint that ModelScope publishes as `damo/cv_unet-image-face-fusion_damo`: a directory of files with different origins."""

from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterable, Optional

import numpy as np

from ..errors import ExportError
from . import facemodel, standin
from .saved import read_state
from .weights import Weights

MODEL = "damo/cv_unet-image-face-fusion_damo"
ADVICE = f"download {MODEL} again (modelscope download --model {MODEL} --local_dir DIR)"

FACE_MODEL = "BFM/BFM_model_front.mat"
MASK = "alpha.jpg"
CARD = "README.md"

NO_LICENCE = "not stated in the checkpoint"


@dataclass(frozen=True)
class StateFile:
    """A network's file, and the key under which it holds the state dict; without one it is the state dict."""

    name: str
    under: Optional[str] = None


STATES = {
    "identity": StateFile("faceRecog/CurricularFace_Backbone.pth"),
    "shape": StateFile("3dRecon/face_3d.pth", "net_recon"),
    "generator": StateFile("pytorch_model.pt", "state_dict"),
    "enhancer": StateFile("faceEnhance/GPEN-BFR-1024.pth"),
}
"""The networks by role."""


class Checkpoint:
    """A directory with the published files. Before they are read, only their presence is checked."""

    def __init__(self, folder: Path, roles: Iterable[str]):
        """All files of `roles`, the face model and the mask must be present."""
        if not folder.is_dir():
            raise ExportError(f"{folder} is not a directory; {ADVICE}")
        missing = [name for name in (*(STATES[role].name for role in roles), FACE_MODEL, MASK)
                   if not (folder / name).is_file()]
        if missing:
            raise ExportError(f"{folder} lacks {', '.join(missing)}; {ADVICE}")
        self.folder = folder
        self.licence = _licence(folder / CARD)

    def weights(self, role: str) -> Weights:
        """The network's weights, read anew at every call."""
        shapes = {key: shape for key, shape in standin.SHAPES[role].items() if not key.endswith(".num_batches_tracked")}
        file = STATES[role]
        return Weights.of(read_state(self.folder / file.name, file.under, shapes, ADVICE))

    def jaw_line(self) -> Dict[str, np.ndarray]:
        return facemodel.read_jaw_line(self.folder / FACE_MODEL, ADVICE)

    def mask(self) -> np.ndarray:
        return facemodel.read_mask(self.folder / MASK, ADVICE)

    def credit(self, of: str) -> Dict[str, str]:
        """Licence and origin of a role, of `face-model` or of `mask`."""
        file = {"face-model": FACE_MODEL, "mask": MASK}.get(of) or STATES[of].name
        return {"licence": self.licence, "origin": f"ModelScope {MODEL}, {file}"}


def _licence(card: Path) -> str:
    """The licence that the model card's front matter states."""
    if not card.is_file():
        return NO_LICENCE
    lines = iter(card.read_text(encoding="utf-8", errors="replace").splitlines())
    if next(lines, "").strip() != "---":
        return NO_LICENCE
    for line in lines:
        name, _, value = line.partition(":")
        if name == "license" and value.strip():
            return value.strip().strip("\"'")
        if line.strip() == "---":
            break
    return NO_LICENCE
