"""The `chain` pack, for tests: two networks that mean nothing and take memory like real ones.

Its files are small all the same. A convolution's filters treat every input channel alike, so they are stored for one channel
and expanded to all; converted to another type than the stored one, as the runtime does, they take all of their memory.
"""

from pathlib import Path
from typing import Dict, List

import numpy as np
import torch

from . import pack, parts

SIDE = 256
IMAGE = {"name": "image", "shape": [-1, 3, SIDE, SIDE], "dtype": "float32", "range": [-1, 1], "colour": "RGB"}

TONE = """
def forward(self, image):
    x0 = image.contiguous(memory_format=torch.channels_last)
    x1 = torch.relu_(torch.conv2d(x0, self.first_weight, self.first_bias, [1, 1], [1, 1]))
    x2 = torch.relu_(torch.conv2d(x1, self.second_weight, self.second_bias, [1, 1], [1, 1]))
    x3 = torch.relu_(torch.conv2d(x2, self.third_weight, self.third_bias, [8, 8]))
    return torch.tanh_(torch.conv2d(x2, self.last_weight, self.last_bias)), torch.mean(x3, [2, 3])
"""

ENCODER = """
def forward(self, image):
    x0 = image.contiguous(memory_format=torch.channels_last)
    x1 = torch.relu_(torch.conv2d(x0, self.first_weight, self.first_bias, [1, 1], [1, 1]))
    skip = torch.relu_(torch.conv2d(x1, self.second_weight, self.second_bias, [1, 1], [1, 1]))
    return torch.relu_(torch.conv2d(skip, self.down_weight, self.down_bias, [4, 4])), skip
"""

MIDDLE = """
def forward(self, low):
    x0 = torch.relu_(torch.conv2d(low, self.first_weight, self.first_bias, [1, 1], [1, 1]))
    deep = torch.conv2d(x0, self.second_weight, self.second_bias, [1, 1], [1, 1]).add_(low)
    return deep, torch.mean(deep, [2, 3])
"""

DECODER = """
def forward(self, deep, skip):
    x0 = torch.conv2d(deep, self.narrow_weight, self.narrow_bias)
    x1 = torch._C._nn.upsample_nearest2d(x0, [256, 256]).add_(skip)
    x2 = torch.relu_(torch.conv2d(x1, self.merge_weight, self.merge_bias, [1, 1], [1, 1]))
    result = torch.tanh_(torch.conv2d(x2, self.result_weight, self.result_bias))
    return result, torch.sigmoid_(torch.conv2d(x2, self.mask_weight, self.mask_bias))
"""


class _Weights:
    """Seeded weights for convolutions, as float16."""

    def __init__(self, seed: int):
        self.random = np.random.default_rng(seed)

    def convolutions(self, **shapes) -> Dict[str, torch.Tensor]:
        """`name=(filters, channels, size)` gives `name_weight` and `name_bias`."""
        parameters = {}
        for name, (filters, channels, size) in shapes.items():
            one = self.random.standard_normal((filters, 1, size, size)) / (size * channels)
            parameters[name + "_weight"] = torch.from_numpy(one).half().expand(-1, channels, -1, -1)
            parameters[name + "_bias"] = torch.zeros(1).half().expand(filters)
        return parameters


def _tone() -> List[parts.Part]:
    weights = _Weights(1).convolutions(first=(32, 3, 3), second=(32, 32, 3), third=(256, 32, 8), last=(3, 32, 1))
    return [parts.Part("whole", "tone.pt", TONE, weights, ["image"], ["toned", "mood"])]


def _generator() -> List[parts.Part]:
    weights = _Weights(2)
    encoder = weights.convolutions(first=(32, 3, 3), second=(64, 32, 3), down=(256, 64, 4))
    middle = weights.convolutions(first=(256, 256, 3), second=(256, 256, 3))
    decoder = weights.convolutions(narrow=(64, 256, 1), merge=(32, 64, 3), result=(3, 32, 1), mask=(1, 32, 1))
    return [parts.Part("encoder", "generator-encoder.pt", ENCODER, encoder, ["image"], ["low", "skip"]),
            parts.Part("middle", "generator-middle.pt", MIDDLE, middle, ["low"], ["deep", "code"]),
            parts.Part("decoder", "generator-decoder.pt", DECODER, decoder, ["deep", "skip"], ["result", "mask"])]


ROLES = {
    "tone": (_tone, [{"name": "toned", "shape": [-1, 3, SIDE, SIDE]}, {"name": "mood", "shape": [-1, 256]}]),
    "generator": (_generator, [{"name": "result", "shape": [-1, 3, SIDE, SIDE]},
                               {"name": "mask", "shape": [-1, 1, SIDE, SIDE]}, {"name": "code", "shape": [-1, 256]}]),
}
"""The networks by name: how to make their parts, and their outputs."""


def export(out: Path) -> None:
    """Writes the pack to `out`, replacing an older one there."""
    with pack.written_aside(out) as folder:
        pack.write_manifest(folder, {
            "name": "chain",
            "version": "1.0.0",
            "description": "For tests: networks in parts, with weights that mean nothing.",
            "roles": {name: {"dtype": "float16", "licence": "Apache-2.0", "origin": "facefuse_export/chain.py",
                             "inputs": [IMAGE], "outputs": outputs,
                             "parts": parts.write(folder, make(), [IMAGE], outputs)}
                      for name, (make, outputs) in ROLES.items()},
            "assets": {},
        })
