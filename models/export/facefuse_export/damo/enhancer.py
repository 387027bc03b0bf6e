"""The enhancer, GPEN-1024 (Yang et al. 2021): an encoder's maps control a StyleGAN2 generator that paints the face again.

Three parts. `encoder` reads the face, `low` paints up to 64×64, `high` from there to 1024×1024. The two largest levels exist in
strips of rows only: everything there is local once the style is known, so a strip with its halo gives the same numbers. The
encoder's two largest maps are made again for every strip, which is cheaper than to keep them.
"""

import math
from typing import List, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..parts import ModulePart
from .modulation import GAIN, Detail, StyledFilters, ToRgb, activated, bias_of
from .layers import channels_last, constant, transposed_channels_last
from .weights import Weights

STYLE_LAYERS = 8
STYLE_RATE = 0.01
"""The learning rate for which the weights and biases of the style's layers are stored."""

STRIP_ROWS = 64
"""Rows of the result at a time."""


class PlainConv(nn.Module):
    """A convolution with its scaling, a bias and an activation."""

    def __init__(self, weights: Weights, conv: str, bias: str, stride: int):
        super().__init__()
        weight = weights.weight(conv)
        scale = GAIN / math.sqrt(math.prod(weight.shape[1:]))
        self.weight = channels_last(weight.times(scale).parameter())
        self.bias = constant(GAIN * weights.tensor(bias))
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        return activated(F.conv2d(x, self.weight, self.bias, stride=self.stride))


class Blur(nn.Module):
    """A depthwise 4×4 convolution with a stored kernel."""

    def __init__(self, weights: Weights, key: str, channels: int, bias: Optional[Tensor] = None):
        super().__init__()
        self.channels = channels
        self.weight = constant(weights.tensor(key).flip([0, 1])[None, None].repeat(channels, 1, 1, 1))
        self.bias = None if bias is None else constant(bias)

    def forward(self, x: Tensor, padding: List[int]) -> Tensor:
        """`padding` rows and columns of zeros on every side."""
        return F.conv2d(x, self.weight, self.bias, padding=padding, groups=self.channels)


class Down(nn.Module):
    """A level of the encoder: a blur and a convolution of stride 2, from n×n to n/2×n/2."""

    def __init__(self, weights: Weights, prefix: str, channels: int):
        super().__init__()
        self.blur = Blur(weights, prefix + ".0.kernel", channels)
        self.conv = PlainConv(weights, prefix + ".1.weight", prefix + ".2.bias", 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(self.blur(x, [2, 2]))

    def rows(self, x: Tensor, first: int, size: int, start: int, end: int) -> Tensor:
        """Rows start … end of the result, from rows of x (n = `size`) of which `first` is the first."""
        return self.conv(self.blur(cut(x, first, size, 2 * start - 2, 2 * end + 2), [0, 2]))


def cut(x: Tensor, first: int, size: int, start: int, end: int) -> Tensor:
    """Rows start … end of a map of `size` rows, zeros where it has none; `x` holds its rows from `first` on."""
    low, high = max(start, 0), min(end, size)
    rows = x[:, :, low - first:high - first]
    if start < 0 or end > size:
        rows = F.pad(rows, [0, 0, low - start, end - high])
    return rows


class Style(nn.Module):
    """The encoder's last map as a style."""

    def __init__(self, weights: Weights):
        super().__init__()
        final = weights.weight("final_linear.0.weight")
        self.final = final.times(GAIN / math.sqrt(final.shape[1])).parameter()
        self.final_bias = constant(GAIN * weights.tensor("final_linear.0.bias"))
        self.layers = nn.ModuleList(StyleLayer(weights, i + 1) for i in range(STYLE_LAYERS))

    def forward(self, code: Tensor) -> Tensor:
        latent = activated(F.linear(code.flatten(1), self.final, self.final_bias)).float()
        style = (latent * (latent.square().mean(1, keepdim=True) + 1e-8).rsqrt()).type_as(code)
        for layer in self.layers:
            style = layer(style)
        return style


class StyleLayer(nn.Module):
    def __init__(self, weights: Weights, number: int):
        super().__init__()
        weight = weights.weight(f"generator.style.{number}.weight")
        self.weight = weight.times(GAIN * STYLE_RATE / math.sqrt(weight.shape[1])).parameter()
        self.bias = constant(GAIN * STYLE_RATE * weights.tensor(f"generator.style.{number}.bias"))

    def forward(self, style: Tensor) -> Tensor:
        return activated(F.linear(style, self.weight, self.bias))


class Encoder(nn.Module):
    """Computes a style from the face, and a map for every level of the generator up to 256×256."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.large = LargeMaps(weights)
        channels = [64, 128, 256, 512, 512, 512, 512]
        self.level2 = Down(weights, "ecd2.0", channels[0])
        self.rest = nn.ModuleList(Down(weights, f"ecd{i + 3}.0", channels[i + 1]) for i in range(6))
        self.style = Style(weights)
        self.strip_rows = STRIP_ROWS // 2

    def forward(self, face: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
        size = face.shape[2] // 4
        rows = self.strip_rows
        x = torch.empty([1, self.level2.conv.weight.shape[0], size, size], dtype=face.dtype, device=face.device,
                        memory_format=torch.channels_last)
        for start in range(0, size, rows):
            end = min(start + rows, size)
            first, last = max(2 * start - 2, 0), min(2 * end + 2, 2 * size)
            half = self.large.half(face, first, last)
            x[:, :, start:end] = self.level2.rows(half, first, 2 * size, start, end)
        maps = [x]
        for level in self.rest:
            x = level(x)
            maps.append(x)
        return self.style(x), maps[6], maps[5], maps[4], maps[3], maps[2], maps[1], maps[0]


class LargeMaps(nn.Module):
    """The encoder's maps at full and half size, rows of them at a time."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.first = PlainConv(weights, "ecd0.0.0.weight", "ecd0.0.1.bias", 1)
        self.second = Down(weights, "ecd1.0", 32)

    def full(self, face: Tensor, start: int, end: int) -> Tensor:
        rows = face[:, :, start:end].contiguous(memory_format=torch.channels_last)
        return self.first(rows)

    def half(self, face: Tensor, start: int, end: int) -> Tensor:
        size = face.shape[2]
        first, last = max(2 * start - 2, 0), min(2 * end + 2, size)
        return self.second.rows(self.full(face, first, last), first, size, start, end)


class Up(nn.Module):
    """A styled convolution that doubles the size: transposed, then blurred."""

    def __init__(self, weights: Weights, prefix: str, features: int, channels: int):
        super().__init__()
        self.filters = StyledFilters(weights, prefix + ".conv", features, features, transposed_channels_last)
        self.blur = Blur(weights, prefix + ".conv.blur.kernel", channels, bias_of(weights, prefix, channels))

    def filters_for(self, style: Tensor) -> Tuple[Tensor, Tensor]:
        features, detail = self.filters(style)
        return features.transpose(0, 1), detail.transpose(0, 1)

    def forward(self, features: Tensor, detail: Tensor, style: Tensor) -> Tensor:
        size = features.shape[2]
        return self.rows(features, detail, self.filters_for(style), 0, size, 0, 2 * size)

    def rows(self, features: Tensor, detail: Tensor, filters: Tuple[Tensor, Tensor], first: int, size: int, start: int,
             end: int) -> Tensor:
        """Rows start … end of the result, from rows of maps of `size` rows of which `first` is the first."""
        top, bottom = max(start - 1, 0), min(end + 2, 2 * size + 1)
        low, high = max((top - 1) // 2, 0), min((bottom + 1) // 2, size)
        x = F.conv_transpose2d(features[:, :, low - first:high - first], filters[0], stride=2)
        x += F.conv_transpose2d(detail[:, :, low - first:high - first], filters[1], stride=2)
        return activated(self.blur(cut(x, 2 * low, 2 * size + 1, start - 1, end + 2), [0, 1]))


class Plain(nn.Module):
    """A styled convolution that keeps the size."""

    def __init__(self, weights: Weights, prefix: str, features: int, detail: int):
        super().__init__()
        self.filters = StyledFilters(weights, prefix + ".conv", features, detail)
        channels = weights.tensor(prefix + ".activate.bias").shape[0] // 2
        self.bias = constant(bias_of(weights, prefix, channels))

    def forward(self, features: Tensor, detail: Tensor, style: Tensor) -> Tensor:
        filters = self.filters(style)
        return self.convolved(features, detail, filters, [1, 1])

    def convolved(self, features: Tensor, detail: Tensor, filters: Tuple[Tensor, Tensor], padding: List[int]) -> Tensor:
        x = F.conv2d(features, filters[0], self.bias, padding=padding)
        return activated(x.add_(F.conv2d(detail, filters[1], padding=padding)))


class RgbUp(nn.Module):
    """Doubles a picture: zeros in between, then a blur, in one transposed depthwise convolution."""

    def __init__(self, weights: Weights, prefix: str):
        super().__init__()
        # A blur with the stored kernel correlates with its mirror image; so does a transposed convolution with itself.
        self.weight = constant(weights.tensor(prefix + ".upsample.kernel")[None, None].repeat(3, 1, 1, 1))

    def forward(self, rgb: Tensor) -> Tensor:
        return F.conv_transpose2d(rgb, self.weight, stride=2, padding=1, groups=3)


class Level(nn.Module):
    """One size of the generator: it doubles its input's size and paints twice with the encoder's map."""

    def __init__(self, weights: Weights, number: int, features: int, channels: int):
        super().__init__()
        up, plain = (f"generator.convs.{2 * number + i}" for i in range(2))
        self.up = Up(weights, up, features, channels)
        self.up_detail = Detail(weights, up, channels)
        self.plain = Plain(weights, plain, channels, channels)
        self.plain_detail = Detail(weights, plain, channels)
        self.rgb_up = RgbUp(weights, f"generator.to_rgbs.{number}")
        self.to_rgb = ToRgb(weights, f"generator.to_rgbs.{number}", channels)

    def forward(self, features: Tensor, detail: Tensor, rgb: Tensor, encoded: Tensor,
                style: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        x = self.up(features, detail, style)
        x = self.plain(x, self.up_detail(encoded), style)
        detail = self.plain_detail(encoded)
        return x, detail, self.rgb_up(rgb).add_(self.to_rgb(x, detail, style))


class Low(nn.Module):
    """The generator from its learnt 4×4 input to 64×64."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.input = constant(weights.tensor("generator.input.input"))
        self.half = self.input.shape[1] // 2
        self.first = Plain(weights, "generator.conv1", self.half, self.half)
        channels = 512
        self.first_detail = Detail(weights, "generator.conv1", channels)
        self.first_rgb = ToRgb(weights, "generator.to_rgb1", channels)
        self.levels = nn.ModuleList(Level(weights, i, channels, channels) for i in range(4))

    def forward(self, style: Tensor, map4: Tensor, map8: Tensor, map16: Tensor, map32: Tensor,
                map64: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        start = self.input.contiguous(memory_format=torch.channels_last)
        features = self.first(start[:, :self.half], start[:, self.half:], style)
        detail = self.first_detail(map4)
        rgb = self.first_rgb(features, detail, style)
        maps = [map8, map16, map32, map64]
        for i, level in enumerate(self.levels):
            features, detail, rgb = level(features, detail, rgb, maps[i], style)
        return features, detail, rgb


class High(nn.Module):
    """The generator from 64×64 to 1024×1024, the last two levels in strips."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.large = LargeMaps(weights)
        self.to128 = Level(weights, 4, 512, 256)
        self.to256 = Level(weights, 5, 256, 128)
        self.to512 = Level(weights, 6, 128, 64)
        self.to1024 = Level(weights, 7, 64, 32)
        self.strip_rows = STRIP_ROWS

    def forward(self, face: Tensor, style: Tensor, features: Tensor, detail: Tensor, rgb: Tensor, map128: Tensor,
                map256: Tensor) -> Tensor:
        features, detail, rgb = self.to128(features, detail, rgb, map128, style)
        features, detail, rgb = self.to256(features, detail, rgb, map256, style)
        rgb = self.to512.rgb_up(rgb)
        size = face.shape[2]
        half_filters = (self.to512.up.filters_for(style), self.to512.plain.filters(style))
        full_filters = (self.to1024.up.filters_for(style), self.to1024.plain.filters(style))
        result = torch.empty([1, 3, size, size], dtype=face.dtype, device=face.device,
                             memory_format=torch.channels_last)
        for start in range(0, size, self.strip_rows):
            end = min(start + self.strip_rows, size)
            result[:, :, start:end] = self.strip(face, style, features, detail, rgb, half_filters, full_filters, start, end)
        return result

    def strip(self, face: Tensor, style: Tensor, features: Tensor, detail: Tensor, rgb: Tensor,
              half_filters: Tuple[Tuple[Tensor, Tensor], Tuple[Tensor, Tensor]],
              full_filters: Tuple[Tuple[Tensor, Tensor], Tuple[Tensor, Tensor]], start: int, end: int) -> Tensor:
        """Rows start … end of the result; features and detail are at 256×256, rgb at 512×512 without that level's own."""
        size = face.shape[2]
        half = size // 2
        # Rows that the doubling convolution needs of the level below it, for these and one more on either side.
        low, high = max((start - 3) // 2, 0), min((end + 4) // 2, half)
        top, bottom = max(low - 1, 0), min(high + 1, half)

        encoded = self.large.half(face, top, bottom)
        x = self.to512.up.rows(features, detail, half_filters[0], 0, size // 4, top, bottom)
        x = self.to512.plain.convolved(cut(x, top, half, low - 1, high + 1),
                                       cut(self.to512.up_detail(encoded), top, half, low - 1, high + 1),
                                       half_filters[1], [0, 1])
        below = self.to512.plain_detail(encoded[:, :, low - top:high - top])
        colours = rgb[:, :, low:high] + self.to512.to_rgb(x, below, style)

        top, bottom = max(start - 1, 0), min(end + 1, size)
        encoded = self.large.full(face, top, bottom)
        x = self.to1024.up.rows(x, below, full_filters[0], low, half, top, bottom)
        x = self.to1024.plain.convolved(cut(x, top, size, start - 1, end + 1),
                                        cut(self.to1024.up_detail(encoded), top, size, start - 1, end + 1),
                                        full_filters[1], [0, 1])
        below = self.to1024.plain_detail(encoded[:, :, start - top:end - top])
        colours = self.to1024.rgb_up(colours)[:, :, start - 2 * low:end - 2 * low]
        return self.to1024.to_rgb(x, below, style).add_(colours)


def parts(weights: Weights) -> List[ModulePart]:
    """The enhancer's parts, from `face` to `enhanced`."""
    small = ["map4", "map8", "map16", "map32", "map64"]
    return [
        ModulePart("encoder", Encoder(weights), ["face"], ["style", *small, "map128", "map256"]),
        ModulePart("low", Low(weights), ["style", *small], ["features", "detail", "rgb"]),
        ModulePart("high", High(weights), ["face", "style", "features", "detail", "rgb", "map128", "map256"], ["enhanced"]),
    ]

