"""The attributes of the template's face: a U-Net's maps of its crop, one for each size of the synthesis."""

from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import Convolution, channels_last, constant
from .weights import Weights

LEVELS = 7
SLOPE = 0.1


class TransposedConvolution(nn.Module):
    """A transposed 4×4 convolution that doubles the size, with the batch norm that follows it, and an activation."""

    def __init__(self, weights: Weights, prefix: str):
        super().__init__()
        scale, shift = weights.batch_norm(prefix + ".bn")
        weight = weights.weight(prefix + ".deconv.weight").times(scale[None, :, None, None])
        self.weight = channels_last(weight.parameter())
        self.bias = constant(shift)
        self.slope = SLOPE

    def forward(self, x: Tensor) -> Tensor:
        return F.leaky_relu_(F.conv_transpose2d(x, self.weight, self.bias, stride=2, padding=1), self.slope)


class Attributes(nn.Module):
    """From a crop `[N, 3, 256, 256]` to seven maps: 1024 channels at 2×2, 2048 at 4×4, 1024 at 8×8, then ever half as many at
    twice the size, up to 64 at 128×128.

    Maps that were put behind each other stay so: the convolutions that take them have more channels to write than these have.
    """

    def __init__(self, weights: Weights):
        super().__init__()
        self.down = nn.ModuleList(
            Convolution.with_batch_norm(weights, f"encoder.conv{i + 1}.conv.weight", f"encoder.conv{i + 1}.norm", stride=2,
                                        padding=1) for i in range(LEVELS))
        self.up = nn.ModuleList(TransposedConvolution(weights, f"encoder.deconv{i + 1}") for i in range(LEVELS - 1))
        self.slope = SLOPE

    def forward(self, deformed: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
        x = deformed.contiguous(memory_format=torch.channels_last)
        skips: List[Tensor] = []
        for level in self.down:
            x = F.leaky_relu_(level(x), self.slope)
            skips.append(x)
        maps = [x]
        for i, level in enumerate(self.up):
            x = torch.cat([level(x), skips[-2 - i]], 1)
            maps.append(x)
        return maps[0], maps[1], maps[2], maps[3], maps[4], maps[5], maps[6]
