"""The synthesis of a fused face: adaptive attentional denormalisation (Li et al., FaceShifter, 2020) of attribute maps and identity."""

import math
from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import Convolution, channels_last, constant
from .weights import Weight, Weights

SLOPE = 0.2
EPSILON = 1e-5
"""Added to the variance of a pixel's channels."""

STRIP_PIXELS = 8192
"""Pixels of a strip: tensors between its convolutions stay in the processor's cache."""


class Reflected(nn.Module):
    """A 3×3 convolution of a map that is reflected at its border."""

    def __init__(self, weight: Weight, bias: Tensor):
        super().__init__()
        self.weight = channels_last(weight.parameter())
        self.bias = constant(bias)

    def rows(self, x: Tensor, first: int, size: int, start: int, end: int) -> Tensor:
        """Rows start … end of the result; `x` holds rows of a map that has `size` of them, from `first` on."""
        above, below = int(start == 0), int(end == size)
        rows = x[:, :, start - 1 + above - first:end + 1 - below - first]
        return F.conv2d(F.pad(rows, [1, 1, above, below], "reflect"), self.weight, self.bias)


class PixelNorm(nn.Module):
    """Normalises over the channels of every pixel, `unbiased` times too large.

    The original divides by the unbiased deviation, this by the biased one, which takes one pass over memory. The factor between the
    two is in the weights of the layers that follow.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.channels = channels
        self.epsilon = EPSILON * (channels - 1) / channels

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x.permute(0, 2, 3, 1), [self.channels], eps=self.epsilon).permute(0, 3, 1, 2)

    @staticmethod
    def unbiased(channels: int) -> float:
        return math.sqrt((channels - 1) / channels)


class AdaptiveNorm(nn.Module):
    """Modulates a normalised map with attributes and an identity; a mask that it computes decides between them at each pixel."""

    def __init__(self, weights: Weights, prefix: str):
        super().__init__()
        self.channels = weights.tensor(prefix + ".fc1.bias").shape[0]
        unbiased = PixelNorm.unbiased(self.channels)
        self.shared = self._conv(weights, prefix + ".mlp_shared.1")
        self.scale = self._conv(weights, prefix + ".conv1", unbiased, unbiased)
        self.shift = self._conv(weights, prefix + ".conv2")
        self.mask = self._conv(weights, prefix + ".conv_h", unbiased)
        self.identity_scale = weights.weight(prefix + ".fc1.weight").times(unbiased).parameter()
        self.identity_scale_bias = constant(unbiased * weights.tensor(prefix + ".fc1.bias"))
        self.identity_shift = weights.weight(prefix + ".fc2.weight").parameter()
        self.identity_shift_bias = constant(weights.tensor(prefix + ".fc2.bias"))
        self.strip_pixels = STRIP_PIXELS

    @staticmethod
    def _conv(weights: Weights, prefix: str, weight_factor: float = 1.0, bias_factor: float = 1.0) -> Reflected:
        return Reflected(weights.weight(prefix + ".weight").times(weight_factor),
                         bias_factor * weights.tensor(prefix + ".bias"))

    def of_identity(self, embedding: Tensor) -> Tuple[Tensor, Tensor]:
        """Scale and shift, `[N, channels, 1, 1]` each."""
        scale = F.linear(embedding, self.identity_scale, self.identity_scale_bias)
        shift = F.linear(embedding, self.identity_shift, self.identity_shift_bias)
        return scale[:, :, None, None], shift[:, :, None, None]

    def strips(self, h: Tensor) -> List[Tuple[int, int]]:
        """The strips: first row, and last row exclusively."""
        rows = max(1, self.strip_pixels // h.shape[3])
        return [(start, min(start + rows, h.shape[2])) for start in range(0, h.shape[2], rows)]

    def rows(self, h: Tensor, attributes: Tensor, identity: Tuple[Tensor, Tensor], start: int, end: int) -> Tensor:
        """Rows start … end of the result."""
        size = h.shape[2]
        first, last = max(start - 1, 0), min(end + 1, size)
        shared = torch.relu_(self.shared.rows(attributes, 0, size, first, last))
        mask = torch.sigmoid_(self.mask.rows(h, 0, size, start, end))
        scale = self.scale.rows(shared, first, size, start, end).lerp_(identity[0], mask)
        shift = self.shift.rows(shared, first, size, start, end).lerp_(identity[1], mask)
        return shift.addcmul_(scale, h[:, :, start:end])


class Painted(nn.Module):
    """An adaptive normalisation, an activation and a 3×3 convolution of a map that is reflected at its border."""

    def __init__(self, weights: Weights, norm: str, conv: str):
        super().__init__()
        self.norm = AdaptiveNorm(weights, norm)
        self.conv = Convolution(weights.spectral(conv + ".weight"), weights.tensor(conv + ".bias"))
        self.slope = SLOPE

    def forward(self, h: Tensor, attributes: Tensor, embedding: Tensor) -> Tensor:
        n, channels, height, width = h.shape
        identity = self.norm.of_identity(embedding)
        padded = torch.empty([n, channels, height + 2, width + 2], dtype=h.dtype, device=h.device,
                             memory_format=torch.channels_last)
        for start, end in self.norm.strips(h):
            strip = F.leaky_relu_(self.norm.rows(h, attributes, identity, start, end), self.slope)
            padded[:, :, start + 1:end + 1, 1:-1] = strip
        reflect_border(padded)
        return self.conv(padded)


class Projected(nn.Module):
    """An adaptive normalisation and a 1×1 convolution."""

    def __init__(self, weights: Weights, norm: str, conv: str):
        super().__init__()
        self.norm = AdaptiveNorm(weights, norm)
        self.conv = Convolution(weights.spectral(conv + ".weight"))

    def forward(self, h: Tensor, attributes: Tensor, embedding: Tensor) -> Tensor:
        identity = self.norm.of_identity(embedding)
        result = torch.empty([h.shape[0], self.conv.weight.shape[0], h.shape[2], h.shape[3]], dtype=h.dtype,
                             device=h.device, memory_format=torch.channels_last)
        for start, end in self.norm.strips(h):
            result[:, :, start:end] = self.conv(self.norm.rows(h, attributes, identity, start, end))
        return result


class Block(nn.Module):
    """A residual block that keeps the channels."""

    def __init__(self, weights: Weights, number: int):
        super().__init__()
        self.first, self.second = painters(weights, number)
        self.norm = PixelNorm(self.first.norm.channels)

    def forward(self, x: Tensor, attributes: Tensor, embedding: Tensor) -> Tensor:
        y = self.first(self.norm(x), attributes, embedding)
        return self.second(self.norm(y), attributes, embedding).add_(x)


class NarrowingBlock(nn.Module):
    """A residual block to fewer channels; its shortcut is painted, too."""

    def __init__(self, weights: Weights, number: int):
        super().__init__()
        self.first, self.second = painters(weights, number)
        prefix = f"generator.AADBlk{number}."
        self.shortcut = Projected(weights, prefix + "AAD3", prefix + "conv3.module")
        self.wide_norm = PixelNorm(self.first.norm.channels)
        self.narrow_norm = PixelNorm(self.second.norm.channels)

    def forward(self, x: Tensor, attributes: Tensor, embedding: Tensor) -> Tensor:
        h = self.wide_norm(x)
        kept = self.shortcut(h, attributes, embedding)
        x = self.first(h, attributes, embedding)
        return self.second(self.narrow_norm(x), attributes, embedding).add_(kept)


def painters(weights: Weights, number: int) -> Tuple[Painted, Painted]:
    prefix = f"generator.AADBlk{number}."
    return (Painted(weights, prefix + "AAD1", prefix + "conv1.module"),
            Painted(weights, prefix + "AAD2", prefix + "conv2.module"))


class Attention(nn.Module):
    """Self-attention (Zhang et al., SAGAN, 2019): every pixel attends to the whole map at half its size."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.theta, self.phi, self.g = (Convolution(weights.spectral(f"generator.sa.{name}.module.weight"))
                                        for name in ("theta", "phi", "g"))
        gamma = float(weights.tensor("generator.sa.gamma"))
        self.o = Convolution(weights.spectral("generator.sa.o.module.weight").times(gamma))

    def forward(self, x: Tensor) -> Tensor:
        queries = pixels(self.theta(x))
        keys = pixels(F.max_pool2d(self.phi(x), 2))
        values = pixels(F.max_pool2d(self.g(x), 2))
        weights = torch.bmm(queries, keys.transpose(1, 2)).softmax(2)
        mixed = torch.bmm(weights, values).view(x.shape[0], x.shape[2], x.shape[3], -1)
        return self.o(mixed.permute(0, 3, 1, 2)).add_(x)


class Low(nn.Module):
    """From an embedding `[N, 512]` to a map of 1024 channels at 8×8."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.seed = weights.weight("generator.up1.weight").parameter()
        self.bias = constant(weights.tensor("generator.up1.bias"))
        self.blocks = nn.ModuleList(Block(weights, i + 1) for i in range(3))

    def forward(self, embedding: Tensor, map2: Tensor, map4: Tensor, map8: Tensor) -> Tensor:
        x = F.conv_transpose2d(embedding[:, :, None, None], self.seed, self.bias)
        x = x.contiguous(memory_format=torch.channels_last)
        maps = [map2, map4, map8]
        for i, block in enumerate(self.blocks):
            if i > 0:
                x = enlarged(x)
            x = block(x, maps[i], embedding)
        return x


class High(nn.Module):
    """From a map at 8×8 to the fused face `[N, 3, 256, 256]`, −1 … 1."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.to16, self.to32, self.to64, self.to128, self.to256 = (NarrowingBlock(weights, i) for i in range(4, 9))
        self.attention = Attention(weights)

    def forward(self, coarse: Tensor, embedding: Tensor, map16: Tensor, map32: Tensor, map64: Tensor, map128: Tensor) -> Tensor:
        x = self.to16(enlarged(coarse), map16, embedding)
        x = self.to32(self.attention(enlarged(x)), map32, embedding)
        x = self.to64(enlarged(x), map64, embedding)
        x = self.to128(enlarged(x), map128, embedding)
        return torch.tanh_(self.to256(enlarged(x), enlarged(map128), embedding))


def reflect_border(x: Tensor) -> None:
    """Fills the outermost rows and columns by reflection, as a reflecting padding of one does."""
    x[:, :, 0] = x[:, :, 2]
    x[:, :, -1] = x[:, :, -3]
    x[:, :, :, 0] = x[:, :, :, 2]
    x[:, :, :, -1] = x[:, :, :, -3]


def pixels(x: Tensor) -> Tensor:
    """`[N, C, H, W]` as `[N, H·W, C]`."""
    return x.permute(0, 2, 3, 1).flatten(1, 2)


def enlarged(x: Tensor) -> Tensor:
    """Doubles the size; the corners keep their positions."""
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=True)
