"""The committed pack in PyTorch: the inputs and outputs of the three networks, by name."""

import json
from pathlib import Path
from typing import Dict

import numpy as np
import torch

MODELS = Path(__file__).resolve().parents[2]
PACK = MODELS / "src/main/resources/dev/facefuse/models/mesh"
SAMPLES = MODELS / "src/main/resources/dev/facefuse/models/samples"
GOLDEN = MODELS / "src/test/resources/golden"

SIDES = {"detector": 256, "mesh": 192, "embedding": 224}
MEAN_BGR = (103.939, 116.779, 123.68)


def load(role: str) -> torch.jit.ScriptModule:
    return torch.jit.load(str(PACK / f"{role}.pt")).float()


def image(role: str, crop: np.ndarray) -> torch.Tensor:
    """The network's input for a uint8 RGB crop, computed in double precision as the Node script does."""
    pixels = crop.astype(np.float64)
    if role == "detector":
        pixels = pixels / 127.5 - 1
    elif role == "mesh":
        pixels = pixels / 255
    else:
        pixels = pixels[..., ::-1] - MEAN_BGR
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32))


def run(role: str, module: torch.jit.ScriptModule, crop: np.ndarray) -> Dict[str, np.ndarray]:
    """Outputs by the names of pack.json, of the only sample of the batch."""
    with torch.inference_mode():
        results = module(image(role, crop))
    outputs = json.loads((PACK / "pack.json").read_text(encoding="utf-8"))["roles"][role]["outputs"]
    results = results if isinstance(results, tuple) else (results,)
    return {output["name"]: result[0].numpy() for output, result in zip(outputs, results)}
