"""Makes a network's parameters from a checkpoint's tensors."""

from typing import Callable, Dict, Optional, Tuple, Union

import numpy as np
import torch

from . import standin

BATCH_NORM_EPSILON = 1e-5


class Weight:
    """A part of a checkpoint's tensor, times a factor.

    That a network's large parameters are no more than this is what keeps a pack of stand-in weights small: it stores the
    factors, which repeat along most axes, and whoever loads it multiplies them with what `standin.draw` gives for the key.
    """

    def __init__(self, key: str, source: torch.Tensor, factor: Union[float, torch.Tensor] = 1.0,
                 piece: Optional[Tuple[int, int, int]] = None):
        self.key = key
        self.source = source
        self.factor = torch.as_tensor(factor, dtype=torch.float32)
        self.piece = piece

    @property
    def shape(self) -> torch.Size:
        return self._narrowed().shape

    def narrow(self, axis: int, start: int, length: int) -> "Weight":
        """Selects a range of one axis; allowed once, and before a factor that is a tensor."""
        if self.piece is not None or self.factor.dim() > 0:
            raise ValueError(f"{self.key} is narrowed already or has a factor for each filter")
        return Weight(self.key, self.source, self.factor, (axis, start, length))

    def squeezed(self) -> "Weight":
        """Removes a leading axis of one; allowed first only."""
        return Weight(self.key, self.source.squeeze(0), self.factor, self.piece)

    def times(self, factor: Union[float, torch.Tensor]) -> "Weight":
        """Multiplies with a factor that is broadcast to its shape: a number, or a vector as `[-1, 1, 1, 1]`, for example."""
        return Weight(self.key, self.source, self.factor * factor, self.piece)

    def value(self) -> torch.Tensor:
        return self._narrowed() * self.factor

    def parameter(self) -> torch.nn.Parameter:
        """A parameter of this value that remembers where it comes from, as `origin`."""
        parameter = torch.nn.Parameter(self.value(), requires_grad=False)
        parameter.origin = self
        return parameter

    def drawn(self) -> dict:
        """The entry in pack.json for the values that the factor is multiplied with."""
        said = {"key": self.key, "shape": list(self.source.shape)}
        return said if self.piece is None else {**said, "narrow": list(self.piece)}

    def _narrowed(self) -> torch.Tensor:
        return self.source if self.piece is None else self.source.narrow(*self.piece)


class Weights:
    """A network's tensors by key, from a state dict or synthetic. Every key can be read more than once."""

    def __init__(self, weight: Callable[[str], Weight], tensor: Callable[[str], torch.Tensor]):
        self._weight = weight
        self._tensor = tensor

    @staticmethod
    def of(state: Dict[str, torch.Tensor]) -> "Weights":
        """The tensors of a state dict."""
        return Weights(lambda key: Weight(key, state[key].float()), lambda key: state[key].float())

    @staticmethod
    def stand_in(network: str) -> "Weights":
        """Synthetic tensors for one of the four networks."""

        def weight(key: str) -> Weight:
            shape = standin.SHAPES[network][key]
            if not standin.is_drawn(key, shape):
                raise KeyError(f"{key} is not drawn: take it as a tensor")
            return Weight(key, torch.from_numpy(standin.draw(key, shape)), float(standin.factor(network, key, shape)))

        return Weights(weight, lambda key: torch.from_numpy(np.asarray(standin.tensor(network, key))))

    def weight(self, key: str) -> Weight:
        """A large tensor: the weight of a convolution or of a linear layer."""
        return self._weight(key)

    def tensor(self, key: str) -> torch.Tensor:
        """The value of a small tensor: a bias, a scale, a kernel."""
        return self._tensor(key)

    def spectral(self, prefix: str) -> Weight:
        """The weight of a spectrally normalised convolution: `prefix`_bar over uᵀ·W·v (Miyato et al., 2018)."""
        bar = self.weight(prefix + "_bar")
        matrix = bar.value().reshape(bar.shape[0], -1).double()
        sigma = self.tensor(prefix + "_u").double() @ matrix @ self.tensor(prefix + "_v").double()
        return bar.times(float(1 / sigma))

    def batch_norm(self, prefix: str, affine: bool = True) -> Tuple[torch.Tensor, torch.Tensor]:
        """A batch normalisation as `x · scale + shift`; without `affine` it has no weight and bias of its own."""
        scale = (self.tensor(prefix + ".running_var").double() + BATCH_NORM_EPSILON).rsqrt()
        shift = -self.tensor(prefix + ".running_mean").double() * scale
        if affine:
            own = self.tensor(prefix + ".weight").double()
            scale, shift = scale * own, shift * own + self.tensor(prefix + ".bias").double()
        return scale.float(), shift.float()
