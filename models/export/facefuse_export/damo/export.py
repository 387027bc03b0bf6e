"""The packs of the UNet networks: `damo-unet`, and `damo-unet-skeleton` with stand-in weights."""

from pathlib import Path
from typing import Dict, Union

import torch

from .. import pack, parts
from . import enhancer, facemodel, generator, identity, shape
from .checkpoint import MODEL, Checkpoint
from .weights import Weights

VERSION = "1.0.0"
FACE = {"dtype": "float32", "colour": "RGB"}
POINTS = {"shape": [-1, 17, 2], "dtype": "float32", "exact": True, "range": [-1, 1]}

ROLES = {
    "identity": (identity.parts,
                 [{"name": "face", "shape": [-1, 3, 112, 112], "range": [-1, 1], **FACE}],
                 [{"name": "embedding", "shape": [-1, 512], "meaning": "whose face it is, of unit length"}]),
    "shape": (shape.parts,
              [{"name": "face", "shape": [-1, 3, 224, 224], "range": [0, 1], **FACE}],
              [{"name": "coefficients", "shape": [-1, 257],
                "meaning": "80 identity, 64 expression, 80 texture, 3 angles (radians; x, y, z), 27 lighting, 3 translation"}]),
    "generator": (generator.parts,
                  [{"name": "target", "shape": [-1, 3, 256, 256], "range": [-1, 1], **FACE},
                   {"name": "embedding", "shape": [-1, 512], "dtype": "float32", "meaning": "of identity"},
                   {"name": "kp_fused", **POINTS, "meaning": "the jaw line of the result; x, y"},
                   {"name": "kp_target", **POINTS, "meaning": "the jaw line of the target; x, y"}],
                  [{"name": "fused", "shape": [-1, 3, 256, 256], "meaning": "the target with another's identity, RGB, −1 to 1"}]),
    "enhancer": (enhancer.parts,
                 [{"name": "face", "shape": [-1, 3, 1024, 1024], "range": [-1, 1], **FACE}],
                 [{"name": "enhanced", "shape": [-1, 3, 1024, 1024],
                   "meaning": "the face painted anew, RGB, −1 to 1 and a little beyond"}]),
}
"""The networks by name: how to make their parts, their inputs, their outputs."""


class StandIns:
    """A source of synthetic values for everything that a checkpoint has."""

    weights = staticmethod(Weights.stand_in)
    jaw_line = staticmethod(facemodel.stand_in_jaw_line)
    mask = staticmethod(facemodel.stand_in_mask)

    def credit(self, _: str) -> Dict[str, str]:
        return {"licence": "Apache-2.0", "origin": "facefuse_export/damo/standin.py"}


def export_checkpoint(checkpoint: Path, out: Path, dtype: torch.dtype = torch.float32) -> None:
    """Writes the pack of the published checkpoint to `out`, replacing an older one there; its files store `dtype`."""
    source = Checkpoint(checkpoint, ROLES)
    with pack.written_aside(out) as folder:
        _write(folder, "damo-unet", f"The UNet face fusion of ModelScope's {MODEL}.", source, dtype, drawn=False)


def export_skeleton(out: Path, full: bool = False) -> None:
    """Writes the pack with stand-in weights to `out`, replacing an older one there.

    Its files hold what cannot be drawn when they are loaded; with `full` they hold all values.
    """
    with pack.written_aside(out) as folder:
        _write(folder, "damo-unet-skeleton",
               "For tests and benchmarks: the UNet networks with stand-in weights, of full size once loaded.",
               StandIns(), torch.float32, drawn=not full)


def _write(folder: Path, name: str, description: str, source: Union[Checkpoint, StandIns], dtype: torch.dtype,
           drawn: bool) -> None:
    """Writes the small files first, because errors in them are found quickly; then one network at a time."""
    model, picture = folder / "face-model.json", folder / "mask.png"
    facemodel.write_model(source.jaw_line(), model)
    facemodel.write_mask(source.mask(), picture)
    assets = {of: {**pack.entry(file), **source.credit(of)} for of, file in (("face-model", model), ("mask", picture))}
    roles = {}
    for role, (make, inputs, outputs) in ROLES.items():
        entries = parts.write_modules(folder, role, make(source.weights(role)), inputs, outputs, dtype, drawn)
        roles[role] = {"dtype": parts.dtype_name(dtype), **source.credit(role), "inputs": inputs,
                       "outputs": outputs, "parts": entries}
    pack.write_manifest(folder, {
        "name": name, "version": VERSION, "description": description, "roles": roles, "assets": assets,
    })
