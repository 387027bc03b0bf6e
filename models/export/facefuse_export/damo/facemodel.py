"""The packs' data besides networks: the face model's jaw line, and the soft mask of the fused face."""

import io
import json
from pathlib import Path
from typing import Dict, List, Optional

import numpy as np
import torch
import torch.nn.functional as F

from ..errors import ExportError, reason
from . import standin

POINTS = 17
"""The jaw line: the key points of the face model, out of 68, that control the generator."""

IDENTITIES, EXPRESSIONS = 80, 64
MASK_SIZE = 256

MAT_NAMES = ("meanshape", "idBase", "exBase", "keypoints")
"""The variables that `jaw_line` reads in the MATLAB file of Deep3DFaceRecon (Deng et al., 2019); key points count from 1."""


def jaw_line(mean: np.ndarray, identity: np.ndarray, expression: np.ndarray, key_points: np.ndarray) -> Dict[str, np.ndarray]:
    """The face model cut down to its jaw line.

    Takes the model's mean shape (3·N values: x, y, z of each vertex), its bases (3·N × 80, 3·N × 64) and the indices of its key
    points, from 0; the mean is re-centred over all N vertices before the cut. Gives `mean` [17, 3], `identity` [51, 80] and
    `expression` [51, 64].
    """
    vertices = mean.astype(np.float64).reshape(-1, 3)
    vertices = vertices - vertices.mean(axis=0)
    kept = np.asarray(key_points).ravel()[:POINTS]
    rows = (3 * kept[:, None] + np.arange(3)).ravel()
    return {"mean": vertices[kept], "identity": identity[rows], "expression": expression[rows]}


def read_jaw_line(path: Path, advice: str) -> Dict[str, np.ndarray]:
    """The jaw line of a whole face model in a MATLAB file; errors name the file and give the `advice`."""
    reader = scipy_io()
    try:
        model = reader.loadmat(str(path), variable_names=MAT_NAMES)
    except Exception as error:  # Damaged bytes end in any of a dozen.
        raise ExportError(f"{path} is truncated or no MATLAB file ({reason(error)}); {advice}") from None
    fault = _fault(model)
    if fault:
        raise ExportError(f"{path}: {fault}; {advice}")
    mean, identity, expression, key_points = (model[name] for name in MAT_NAMES)
    return jaw_line(mean, identity, expression, key_points.astype(np.int64) - 1)


def _fault(model: Dict[str, np.ndarray]) -> Optional[str]:
    """The error in a face model that was read from a file, if there is one."""
    missing = [name for name in MAT_NAMES if name not in model]
    if missing:
        return "missing " + ", ".join(missing)
    for name in MAT_NAMES:
        array = model[name]
        if not (isinstance(array, np.ndarray) and array.dtype.kind in "fiu" and np.isfinite(array).all()):
            return f"{name} is not all finite numbers"
    size = model["meanshape"].size
    for name, columns in (("idBase", IDENTITIES), ("exBase", EXPRESSIONS)):
        if model[name].shape != (size, columns):
            return f"{name} {list(model[name].shape)} instead of {[size, columns]}"
    points = model["keypoints"]
    if size % 3 or points.size < POINTS or points.min() < 1 or points.max() > size // 3:
        return f"keypoints are not {POINTS} or more of the vertices"
    return None


def stand_in_jaw_line() -> Dict[str, np.ndarray]:
    """A plausible jaw line, and synthetic bases."""
    x = np.linspace(-0.8, 0.8, POINTS)
    return {"mean": np.stack([x, 1.4 * x ** 2 - 0.9, 0.3 - x ** 2], -1),
            "identity": 0.02 * standin.draw("face_model.id_base", (3 * POINTS, IDENTITIES)),
            "expression": 0.02 * standin.draw("face_model.exp_base", (3 * POINTS, EXPRESSIONS))}


def read_mask(path: Path, advice: str) -> np.ndarray:
    """A picture's luma, resized to `[256, 256]` of 8 bits as OpenCV would: bilinear between pixel centres, no averaging."""
    image = pillow()
    try:
        with image.open(path) as picture:
            luma = torch.from_numpy(np.array(picture.convert("L"), np.float32))
    except Exception as error:  # Damaged bytes end in any of a dozen.
        raise ExportError(f"{path} is truncated or no picture ({reason(error)}); {advice}") from None
    resized = F.interpolate(luma[None, None], (MASK_SIZE, MASK_SIZE), mode="bilinear", align_corners=False)
    return resized[0, 0].round().byte().numpy()


def stand_in_mask() -> np.ndarray:
    """An ellipse with a soft edge, `[256, 256]` of 8 bits."""
    y, x = np.mgrid[0:MASK_SIZE, 0:MASK_SIZE] / (MASK_SIZE - 1) * 2 - 1
    radius = np.hypot(x / 0.75, y / 0.9)
    return np.round(255 * np.clip((1 - radius) / 0.25, 0, 1)).astype(np.uint8)


def write_model(model: Dict[str, np.ndarray], path: Path) -> None:
    """JSON with the digits of float32."""
    path.write_text(json.dumps({key: _digits(value) for key, value in model.items()}, separators=(",", ":")) + "\n",
                    encoding="utf-8")


def write_mask(mask: np.ndarray, path: Path) -> None:
    """A grey PNG."""
    buffer = io.BytesIO()
    pillow().fromarray(mask).save(buffer, "PNG")
    path.write_bytes(buffer.getvalue())


def pillow():
    """`PIL.Image`."""
    try:
        from PIL import Image
    except ImportError:
        raise ExportError("Pillow is missing, which reads and writes the mask; pip install pillow") from None
    return Image


def scipy_io():
    """`scipy.io`."""
    try:
        import scipy.io
    except ImportError:
        raise ExportError("SciPy is missing, which reads the face model; pip install scipy") from None
    return scipy.io


def _digits(array: np.ndarray) -> List:
    if array.ndim > 1:
        return [_digits(row) for row in array]
    return [float(f"{value:.9g}") for value in array]
