#!/usr/bin/python3
"""Writes the TorchScript modules of the tests into this folder. Needs torch (the committed modules are from 1.13)."""

from pathlib import Path
from typing import List, Tuple

import torch
from torch import Tensor, nn


class Affine(nn.Module):
    """y = x W' + b with W = [[1, 2, 3], [4, 5, 6]], b = [0.5, -0.5]; x is n by 3."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 2)
        self.linear.weight.data = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
        self.linear.bias.data = torch.tensor([0.5, -0.5])

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x)


class Several(nn.Module):
    """Two named inputs; returns a tuple of a tensor and a list; an integer buffer, a float buffer, and a dropout, which eval disables."""

    def __init__(self):
        super().__init__()
        self.register_buffer("offsets", torch.tensor([10, 20], dtype=torch.int64))
        self.register_buffer("scale", torch.tensor([0.5, 2.0]))
        self.dropout = nn.Dropout(0.99)

    def forward(self, left: Tensor, right: Tensor) -> Tuple[Tensor, List[Tensor]]:
        difference = self.dropout(left - right)
        return difference, [difference * self.scale, difference + self.offsets, self.offsets]


class Convolution(nn.Module):
    """Three convolutions, to test threads and to measure page faults."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.layers = nn.Sequential(
            nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 3, 3, padding=1)
        )

    def forward(self, image: Tensor) -> Tensor:
        return self.layers(image)


class Text(nn.Module):
    """Returns a value that is not a tensor."""

    def forward(self, x: Tensor) -> str:
        return "no tensor"


class Refuses(nn.Module):
    """Raises an error of its own."""

    def forward(self, x: Tensor) -> Tensor:
        if x.size(0) != 7:
            raise ValueError("seven rows, please")
        return x


class Outer(nn.Module):
    """Needs memory proportional to the square of its input."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.outer(x, x)


class Halves(nn.Module):
    """Half precision that converting the weights does not remove: casts, one of them in a branch, and a dtype argument."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor([0.5, 2.0]))

    def forward(self, x: Tensor) -> Tensor:
        if x.size(0) > 3:
            x = x.half().float()
        zeros = torch.zeros([2], dtype=torch.float16)
        fives = torch.full([2], 5.0, dtype=torch.float32)
        return x.to(torch.float16).to(torch.float32) * self.scale + zeros + fives


class HalfConstant(nn.Module):
    """A half-precision tensor that is neither a parameter nor a buffer."""

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.tensor([0.5, 0.25], dtype=torch.float16)


class Weight(nn.Module):
    """Returns a part of its own weight, which must remain valid after the model was closed."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.arange(2048.0))

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        return self.weight[1024:], self.weight + x


def main():
    here = Path(__file__).parent
    torch.jit.script(Affine()).save(str(here / "affine.pt"))
    torch.jit.script(Affine().half()).save(str(here / "affine_half.pt"))
    torch.jit.script(Several()).save(str(here / "several.pt"))
    torch.jit.script(Convolution()).save(str(here / "convolution.pt"))
    torch.jit.script(Halves()).save(str(here / "halves.pt"))
    torch.jit.trace(HalfConstant(), torch.ones(2)).save(str(here / "half_constant.pt"))
    torch.jit.script(Outer()).save(str(here / "outer.pt"))
    torch.jit.script(Text()).save(str(here / "text.pt"))
    torch.jit.script(Weight()).save(str(here / "weight.pt"))
    torch.jit.script(Refuses()).save(str(here / "refuses.pt"))


if __name__ == "__main__":
    main()
