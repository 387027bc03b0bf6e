"""The shape network, a ResNet-50 (He et al., 2016): a 3D face model's coefficients (Deng et al., 2019) from a picture of a face."""

from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..parts import ModulePart
from .layers import Convolution
from .weights import Weights

BLOCKS = (3, 4, 6, 3)
HEADS = 7
"""Identity 80, expression 64, texture 80, angles 3, lighting 27, translation 2 and 1."""


class Bottleneck(nn.Module):
    """1×1, 3×3 and 1×1 convolutions, each with a batch norm; beside them a shortcut."""

    def __init__(self, weights: Weights, prefix: str, stride: int, projected: bool):
        super().__init__()
        self.first, self.second, self.third = (
            Convolution.with_batch_norm(weights, f"{prefix}.conv{i}.weight", f"{prefix}.bn{i}", stride=s, padding=p)
            for i, s, p in ((1, 1, 0), (2, stride, 1), (3, 1, 0)))
        self.shortcut = nn.Identity()
        if projected:
            self.shortcut = Convolution.with_batch_norm(weights, prefix + ".downsample.0.weight", prefix + ".downsample.1",
                                                        stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu_(self.second(torch.relu_(self.first(x))))
        return torch.relu_(self.third(y).add_(self.shortcut(x)))


class Shape(nn.Module):
    """From a face `[N, 3, 224, 224]`, 0 … 1, to coefficients `[N, 257]`."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.stem = Convolution.with_batch_norm(weights, "backbone.conv1.weight", "backbone.bn1", stride=2, padding=3)
        blocks = [Bottleneck(weights, f"backbone.layer{layer + 1}.{i}", 2 if layer > 0 and i == 0 else 1, i == 0)
                  for layer, count in enumerate(BLOCKS) for i in range(count)]
        self.blocks = nn.Sequential(*blocks)
        self.heads = nn.ModuleList(Convolution(weights.weight(f"final_layers.{i}.weight"),
                                               weights.tensor(f"final_layers.{i}.bias")) for i in range(HEADS))

    def forward(self, face: Tensor) -> Tensor:
        x = torch.relu_(self.stem(face.contiguous(memory_format=torch.channels_last)))
        x = self.blocks(F.max_pool2d(x, 3, 2, 1)).mean([2, 3], keepdim=True)
        coefficients: List[Tensor] = []
        for head in self.heads:
            coefficients.append(head(x).flatten(1))
        return torch.cat(coefficients, 1)


def parts(weights: Weights) -> List[ModulePart]:
    """The network in one part."""
    return [ModulePart("whole", Shape(weights), ["face"], ["coefficients"])]
