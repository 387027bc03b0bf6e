"""The generator: gives a template's face another identity and moves its jaw line. Based on AEI-Net (Li et al., FaceShifter, 2020)."""

from typing import List

from ..parts import ModulePart
from .attributes import Attributes
from .motion import Motion
from .synthesis import High, Low
from .weights import Weights


def parts(weights: Weights) -> List[ModulePart]:
    """The generator's parts, from `target` to `fused`; `deformed` is the target with its jaw line moved."""
    small = ["map2", "map4", "map8"]
    large = ["map16", "map32", "map64", "map128"]
    return [
        ModulePart("motion", Motion(weights), ["target", "kp_fused", "kp_target"], ["deformed"]),
        ModulePart("attributes", Attributes(weights), ["deformed"], small + large),
        ModulePart("low", Low(weights), ["embedding", *small], ["coarse"]),
        ModulePart("high", High(weights), ["coarse", "embedding", *large], ["fused"]),
    ]
