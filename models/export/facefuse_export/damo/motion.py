"""Dense motion (Siarohin et al., First Order Motion Model, 2019): moves the jaw line of the template's face to the result's."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import Convolution, constant
from .weights import Weights

BLOCKS = 5
SHRINK = 4
"""Motions are estimated at a quarter of the crop's size."""

SHARPNESS = 50.0
"""The factor of a key point's heat map, exp(−50·distance²): half the inverse of a variance of 0.01."""


class Down(nn.Module):
    """A level of the hourglass: a convolution, and half the size."""

    def __init__(self, weights: Weights, prefix: str):
        super().__init__()
        self.conv = normalised_conv(weights, prefix)

    def forward(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(torch.relu_(self.conv(x)), 2)


class Up(nn.Module):
    """A level of the hourglass: twice the size, and a convolution."""

    def __init__(self, weights: Weights, prefix: str):
        super().__init__()
        self.conv = normalised_conv(weights, prefix)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu_(self.conv(F.interpolate(x, scale_factor=2.0)))


def normalised_conv(weights: Weights, prefix: str) -> Convolution:
    """A 3×3 convolution with a bias and the batch normalisation that follows it."""
    scale, shift = weights.batch_norm(prefix + ".norm")
    bias = weights.tensor(prefix + ".conv.bias") * scale + shift
    return Convolution(weights.weight(prefix + ".conv.weight").times(scale[:, None, None, None]), bias, padding=1)


class Motion(nn.Module):
    """From a template's crop `[N, 3, 256, 256]` and the jaw lines of result and template `[N, 17, 2]`, −1 … 1 each, to the crop
    with the jaw line of the result.

    Coordinates are float32 throughout, those that come in as well: sixteen bits are too few for a place among 256.
    """

    def __init__(self, weights: Weights):
        super().__init__()
        prefix = "dense_motion_network."
        self.low_pass = constant(weights.tensor(prefix + "down.weight"))
        self.down = nn.ModuleList(Down(weights, f"{prefix}hourglass.encoder.down_blocks.{i}") for i in range(BLOCKS))
        self.up = nn.ModuleList(Up(weights, f"{prefix}hourglass.decoder.up_blocks.{i}") for i in range(BLOCKS))
        self.mask = Convolution(weights.weight(prefix + "mask.weight"), weights.tensor(prefix + "mask.bias"), padding=3)
        self.shrink = SHRINK
        self.sharpness = SHARPNESS

    def forward(self, target: Tensor, kp_fused: Tensor, kp_target: Tensor) -> Tensor:
        small = F.conv2d(target, self.low_pass, stride=self.shrink, padding=self.low_pass.shape[2] // 2,
                         groups=3).float()
        grid = self.grid(small)
        fused, kept = kp_fused.float()[:, :, None, None], kp_target.float()[:, :, None, None]
        still = grid.expand(small.shape[0], 1, -1, -1, -1)
        motions = torch.cat([still, grid - fused + kept], 1)
        heat = self.heat(grid, fused) - self.heat(grid, kept)
        heat = torch.cat([torch.zeros_like(heat[:, :1]), heat], 1)
        mask = self.weighed(heat, self.moved(small, motions), target)
        flow = (motions * mask.softmax(1)[..., None]).sum(1)
        flow = F.interpolate(flow.permute(0, 3, 1, 2), size=target.shape[2:], mode="bilinear", align_corners=False)
        return sampled(target.float(), flow.permute(0, 2, 3, 1)).type_as(target)

    def grid(self, small: Tensor) -> Tensor:
        """The coordinates of each pixel, `[1, 1, height, width, 2]`: x and y from −1 to 1."""
        y = torch.linspace(-1.0, 1.0, small.shape[2], dtype=torch.float32, device=small.device)
        x = torch.linspace(-1.0, 1.0, small.shape[3], dtype=torch.float32, device=small.device)
        shape = [small.shape[2], small.shape[3]]
        return torch.stack([x[None, :].expand(shape), y[:, None].expand(shape)], -1)[None, None]

    def heat(self, grid: Tensor, points: Tensor) -> Tensor:
        return torch.exp((grid - points).square().sum(-1) * -self.sharpness)

    def moved(self, small: Tensor, motions: Tensor) -> Tensor:
        """The small picture under every motion, `[N, 18, 3, height, width]`."""
        n, count, height, width = motions.shape[:4]
        pictures = small[:, None].expand(n, count, -1, -1, -1).reshape(n * count, -1, height, width)
        return sampled(pictures, motions.view(n * count, height, width, 2)).view(n, count, -1, height, width)

    def weighed(self, heat: Tensor, moved: Tensor, like: Tensor) -> Tensor:
        """The weight of each motion at each pixel, before the softmax: `[N, 18, height, width]`."""
        x = torch.cat([heat[:, :, None], moved], 2).flatten(1, 2).type_as(like)
        x = x.contiguous(memory_format=torch.channels_last)
        skips = [x]
        for level in self.down:
            x = level(x)
            skips.append(x)
        for i, level in enumerate(self.up):
            x = torch.cat([level(x), skips[-2 - i]], 1)
        return self.mask(x).float()


def sampled(picture: Tensor, places: Tensor) -> Tensor:
    """The picture at these coordinates, bilinear, zero outside; −1 and 1 are its outer edges."""
    return F.grid_sample(picture, places, mode="bilinear", padding_mode="zeros", align_corners=False)
