"""Synthetic weights: a value for every key of the checkpoint that depends on the key only.

The published checkpoint is licensed and large, so tests never have it. Two programs that agree on names and shapes agree on every
stand-in weight: a large one is a factor times a draw, the standard normal numbers that numpy gives for a key.
"""

import functools
import hashlib
import json
import math
import re
from pathlib import Path
from typing import Dict, Tuple

import numpy as np

SHAPES: Dict[str, Dict[str, list]] = json.loads(Path(__file__).with_name("keys.json").read_text())
"""The shapes, by network and key of its state dict."""

POWER_ITERATIONS = 30

_PRELU = re.compile(r"input_layer\.2\.weight|body\.\d+\.res_layer\.2\.weight")


def draw(key: str, shape) -> np.ndarray:
    """Standard normal float32 numbers of the generator Philox 4x64-10, its key the first half of the SHA-256 of `key`."""
    return _generator(key).standard_normal(tuple(shape), dtype=np.float32)


def is_drawn(key: str, shape) -> bool:
    """Whether the value for this key is a `draw` times a `factor`; the other values are small or have a meaning."""
    leaf = key.rsplit(".", 1)[-1]
    return len(shape) > 1 and leaf in ("weight", "weight_bar") and not key.endswith("network.down.weight")


def factor(network: str, key: str, shape) -> np.float32:
    """The factor of this key's draw."""
    if network == "enhancer":  # scaled at run time
        return np.float32(100 if key.startswith("generator.style.") else 1)
    gain = 0.5 if ".res_layer." in key else 1.0
    return np.float32(gain * math.sqrt(1.5 / math.prod(shape[1:])))


def tensor(network: str, key: str) -> np.ndarray:
    """The stand-in of one entry of a network's state dict."""
    shape = tuple(SHAPES[network][key])
    leaf = key.rsplit(".", 1)[-1]
    if is_drawn(key, shape):
        return draw(key, shape) * factor(network, key, shape)
    if leaf == "num_batches_tracked":
        return np.zeros(shape, np.int64)
    if leaf in ("weight_u", "weight_v"):
        u, v = spectral_vectors(network, key.rsplit("_", 1)[0])
        return u if leaf == "weight_u" else v
    if leaf == "kernel":  # the binomial blur; four times as strong where it follows an enlargement
        taps = np.outer([1, 3, 3, 1], [1, 3, 3, 1]).astype(np.float32)
        return taps / taps.sum() * (4.0 if ".conv.blur." in key or ".upsample." in key else 1.0)
    if key == "dense_motion_network.down.weight":
        return np.broadcast_to(_gaussian(13, 1.5), shape).copy()
    normal = draw(key, shape)
    if leaf == "running_mean":
        return 0.1 * normal
    if leaf == "running_var":
        return 0.75 + 0.5 * np.abs(normal)
    if leaf == "gamma":
        return np.full(shape, 4.0, np.float32)  # large, so that a wrong attention shows
    if leaf == "input":
        return normal
    if key.endswith("noise.weight"):
        return np.full(shape, 0.2, np.float32)
    if leaf == "bias":
        return (1.0 if key.endswith("modulation.bias") else 0.0) + 0.05 * normal
    if network == "identity" and _PRELU.fullmatch(key):
        return 0.25 + 0.02 * normal
    return 1.0 + 0.05 * normal  # the scale of a normalisation


@functools.lru_cache(maxsize=1)
def spectral_vectors(network: str, prefix: str) -> Tuple[np.ndarray, np.ndarray]:
    """u and v of the spectrally normalised convolution `prefix`, converged as in a trained checkpoint."""
    bar = tensor(network, prefix + "_bar")
    matrix = bar.reshape(bar.shape[0], -1).astype(np.float64)
    u = _generator(prefix + "_u").standard_normal(matrix.shape[0])
    for _ in range(POWER_ITERATIONS):
        v = matrix.T @ u
        v /= np.linalg.norm(v)
        u = matrix @ v
        u /= np.linalg.norm(u)
    return u.astype(np.float32), v.astype(np.float32)


def inputs(salt: str = "") -> Dict[str, np.ndarray]:
    """Inputs of the networks, NCHW float32, by `network.input`; another salt gives other ones."""

    def uniform(name, shape, low, high):
        return _generator(salt + name).uniform(low, high, shape).astype(np.float32)

    def picture(name, size, low, high):
        """Coarse noise, bilinearly enlarged."""
        coarse = uniform(name, (3, 9, 9), low, high)
        at = np.linspace(0, 8, size)
        i = np.minimum(at.astype(int), 7)
        f = (at - i).astype(np.float32)
        rows = coarse[:, i] * (1 - f)[None, :, None] + coarse[:, i + 1] * f[None, :, None]
        return (rows[:, :, i] * (1 - f) + rows[:, :, i + 1] * f)[None].astype(np.float32)

    embedding = draw(salt + "in.generator.embedding", (1, 512))
    jaw = np.linspace(-0.6, 0.6, 17, dtype=np.float32)
    points = np.stack([jaw, 0.7 - jaw ** 2], -1)[None]
    return {
        "identity.face": picture("in.identity.face", 112, -1, 1),
        "shape.face": picture("in.shape.face", 224, 0, 1),
        "generator.target": picture("in.generator.target", 256, -1, 1),
        "generator.embedding": embedding / np.linalg.norm(embedding),
        "generator.kp_fused": (points + uniform("in.generator.kp_fused", (1, 17, 2), -0.05, 0.05)).astype(np.float32),
        "generator.kp_target": (points + uniform("in.generator.kp_target", (1, 17, 2), -0.05, 0.05)).astype(np.float32),
        "enhancer.face": picture("in.enhancer.face", 1024, -1, 1),
    }


def _generator(name: str) -> np.random.Generator:
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "little")))


def _gaussian(taps: int, sigma: float) -> np.ndarray:
    x = np.arange(taps, dtype=np.float64) - taps // 2
    g = np.exp(-(x ** 2) / (2 * sigma ** 2))
    kernel = np.outer(g, g)
    return (kernel / kernel.sum()).astype(np.float32)
