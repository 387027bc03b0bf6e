"""The identity network, an IR-100 (Deng et al., ArcFace, 2019): describes the identity of a face with 512 numbers."""

from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..parts import ModulePart
from .layers import Convolution, constant
from .weights import Weights

GROUPS = ((64, 3), (128, 13), (256, 30), (512, 3))
"""Channels and units of each group; the first unit of a group halves the size."""


class Unit(nn.Module):
    """A residual unit: batch norm, convolution, PReLU, convolution, batch norm; beside it a shortcut."""

    def __init__(self, weights: Weights, prefix: str, channels: int, stride: int):
        super().__init__()
        before = prefix + ".res_layer."
        scale, shift = weights.batch_norm(before + "0")
        self.scale, self.shift = constant(scale[:, None, None]), constant(shift[:, None, None])
        self.first = Convolution(weights.weight(before + "1.weight"), padding=1)
        self.slope = constant(weights.tensor(before + "2.weight"))
        self.second = Convolution.with_batch_norm(weights, before + "3.weight", before + "4", stride=stride, padding=1)
        self.stride = stride
        self.shortcut = nn.Identity()
        if self.second.weight.shape[0] != channels:
            self.shortcut = Convolution.with_batch_norm(weights, prefix + ".shortcut_layer.0.weight",
                                                        prefix + ".shortcut_layer.1", stride=stride)
            self.stride = 1  # The convolution of the shortcut does it.

    def forward(self, x: Tensor) -> Tensor:
        # The first convolution is padded with zeros after the normalisation, so the normalisation cannot be folded into it.
        y = self.first(torch.addcmul(self.shift, x, self.scale))
        y = self.second(F.prelu(y, self.slope))
        return y.add_(self.shortcut(x[:, :, ::self.stride, ::self.stride]))


class Identity(nn.Module):
    """From a face `[N, 3, 112, 112]`, −1 … 1, to an embedding `[N, 512]` of unit length."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.stem = Convolution.with_batch_norm(weights, "input_layer.0.weight", "input_layer.1", padding=1)
        self.slope = constant(weights.tensor("input_layer.2.weight"))
        units = []
        channels = 64
        for out, count in GROUPS:
            for i in range(count):
                units.append(Unit(weights, f"body.{len(units)}", channels, 2 if i == 0 else 1))
                channels = out
        self.body = nn.Sequential(*units)
        scale, shift = weights.batch_norm("output_layer.0")
        self.scale, self.shift = constant(scale[:, None, None]), constant(shift[:, None, None])
        last_scale, last_shift = weights.batch_norm("output_layer.4", affine=False)
        self.last = weights.weight("output_layer.3.weight").times(last_scale[:, None]).parameter()
        self.bias = constant(weights.tensor("output_layer.3.bias") * last_scale + last_shift)

    def forward(self, face: Tensor) -> Tensor:
        x = self.stem(face.contiguous(memory_format=torch.channels_last))
        x = self.body(F.prelu(x, self.slope))
        x = torch.addcmul(self.shift, x, self.scale)
        embedding = F.linear(x.flatten(1), self.last, self.bias).float()
        return (embedding / embedding.norm(2, 1, True)).type_as(face)


def parts(weights: Weights) -> List[ModulePart]:
    """The network in one part."""
    return [ModulePart("whole", Identity(weights), ["face"], ["embedding"])]
