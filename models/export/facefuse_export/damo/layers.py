"""Layers that the networks share."""

from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .weights import Weight, Weights


class Convolution(nn.Module):
    """A convolution, channels last."""

    def __init__(self, weight: Weight, bias: Optional[Tensor] = None, stride: int = 1, padding: int = 0):
        super().__init__()
        self.weight = channels_last(weight.parameter())
        self.bias = None if bias is None else constant(bias)
        self.stride = stride
        self.padding = padding

    @staticmethod
    def with_batch_norm(weights: Weights, weight: str, norm: str, stride: int = 1, padding: int = 0) -> "Convolution":
        """The convolution with the batch normalisation that follows it."""
        scale, shift = weights.batch_norm(norm)
        return Convolution(weights.weight(weight).times(scale[:, None, None, None]), shift, stride, padding)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding)


def channels_last(parameter: nn.Parameter) -> nn.Parameter:
    """The same parameter in the memory layout of channels-last convolutions."""
    parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
    return parameter


def transposed_channels_last(parameter: nn.Parameter) -> nn.Parameter:
    """The same parameter `[out, in, height, width]`, in the memory layout of channels-last transposed convolutions."""
    parameter.data = parameter.data.transpose(0, 1).contiguous(memory_format=torch.channels_last).transpose(0, 1)
    return parameter


def constant(value: Tensor) -> nn.Parameter:
    """A small tensor that a network keeps unchanged."""
    return nn.Parameter(value.float().contiguous(), requires_grad=False)
