"""Convolutions whose input channels a style scales (StyleGAN2, Karras et al. 2020), written for one face at a time.

In the enhancer they take features and, behind them, a map of the encoder. Nothing is concatenated: a convolution over both is the
sum of one over each. Activations are leaky ReLUs times √2, which is moved into the filters and biases before them.
"""

import math
from typing import Callable, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import channels_last, constant
from .weights import Weights

GAIN = math.sqrt(2)


def activated(x: Tensor) -> Tensor:
    """The activation, in place; its √2 is in x already."""
    return F.leaky_relu_(x, 0.2)


class Modulation(nn.Module):
    """From a style `[1, 512]` to a factor for each of some input channels, `[1, channels, 1, 1]`."""

    def __init__(self, weights: Weights, prefix: str, start: int, channels: int):
        super().__init__()
        weight = weights.weight(prefix + ".weight")
        scale = 1 / math.sqrt(weight.shape[1])
        self.weight = weight.narrow(0, start, channels).times(scale).parameter()
        self.bias = constant(weights.tensor(prefix + ".bias")[start:start + channels])

    def forward(self, style: Tensor) -> Tensor:
        return F.linear(style, self.weight, self.bias)[:, :, None, None]


class StyledFilters(nn.Module):
    """The filters of a styled convolution for a face: modulated, demodulated, times √2. `layout` is their memory layout."""

    def __init__(self, weights: Weights, prefix: str, features: int, detail: int,
                 layout: Callable[[nn.Parameter], nn.Parameter] = channels_last):
        super().__init__()
        weight = weights.weight(prefix + ".weight").squeezed()
        if weight.shape[1] != features + detail:
            raise ValueError(f"{prefix}.weight takes {weight.shape[1]} channels, not {features} + {detail}")
        scale = 1 / math.sqrt(math.prod(weight.shape[1:]))
        self.of_features = layout(weight.narrow(1, 0, features).times(scale).parameter())
        self.of_detail = layout(weight.narrow(1, features, detail).times(scale).parameter())
        self.scale_features = Modulation(weights, prefix + ".modulation", 0, features)
        self.scale_detail = Modulation(weights, prefix + ".modulation", features, detail)
        self.gain = GAIN

    def forward(self, style: Tensor) -> Tuple[Tensor, Tensor]:
        """Filters for the features and for the layer after them, `[out, in, 3, 3]`."""
        features = self.of_features * self.scale_features(style)
        detail = self.of_detail * self.scale_detail(style)
        factor = (_square(features) + _square(detail)).add_(1e-8).rsqrt_().mul_(self.gain).type_as(features)
        return features.mul_(factor), detail.mul_(factor)


class Detail(nn.Module):
    """The channels that a styled convolution adds after its features: an encoder's map, scaled instead of noise, and activated."""

    def __init__(self, weights: Weights, prefix: str, channels: int):
        super().__init__()
        self.gain = GAIN * float(weights.tensor(prefix + ".noise.weight"))
        bias = weights.tensor(prefix + ".activate.bias")
        self.bias = constant(GAIN * bias[bias.shape[0] - channels:][None, :, None, None])

    def forward(self, encoded: Tensor) -> Tensor:
        return activated(torch.add(self.bias, encoded, alpha=self.gain))


class ToRgb(nn.Module):
    """Makes a picture from features and detail, and adds it to the previous level's."""

    def __init__(self, weights: Weights, prefix: str, channels: int):
        super().__init__()
        weight = weights.weight(prefix + ".conv.weight").squeezed()
        scale = 1 / math.sqrt(weight.shape[1])
        self.of_features = weight.narrow(1, 0, channels).times(scale).parameter()
        self.of_detail = weight.narrow(1, channels, channels).times(scale).parameter()
        self.scale_features = Modulation(weights, prefix + ".conv.modulation", 0, channels)
        self.scale_detail = Modulation(weights, prefix + ".conv.modulation", channels, channels)
        self.bias = constant(weights.tensor(prefix + ".bias").flatten())

    def forward(self, features: Tensor, detail: Tensor, style: Tensor) -> Tensor:
        rgb = F.conv2d(features, self.of_features * self.scale_features(style), self.bias)
        return rgb.add_(F.conv2d(detail, self.of_detail * self.scale_detail(style)))


def bias_of(weights: Weights, prefix: str, channels: int) -> Tensor:
    """The bias of a styled convolution's features, times √2."""
    return GAIN * weights.tensor(prefix + ".activate.bias")[:channels]


def _square(filters: Tensor) -> Tensor:
    """The sum of each filter's squares, `[out, 1, 1, 1]`, in float32. Each layout has its own fast computation."""
    if filters.is_contiguous(memory_format=torch.channels_last):
        rows = filters.permute(0, 2, 3, 1).flatten(1)
        square = torch.linalg.vector_norm(rows, 2.0, [1], dtype=torch.float32).square_()
    else:
        square = filters.permute(1, 2, 3, 0).flatten(0, 2).square().sum([0], dtype=torch.float32)
    return square[:, None, None, None]
