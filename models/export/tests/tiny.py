"""Writes small TensorFlow.js graph models for tests."""

import base64
import json
from pathlib import Path

import numpy as np


class TinyModel:
    """A graph builder. Each method adds a node and returns its name."""

    def __init__(self, *image_shape):
        self.nodes, self.weights = [], []
        self.add("Placeholder", "image", [], {"shape": {"shape": {"dim": [{"size": str(n)} for n in image_shape]}}})

    def weight(self, value, **quantization):
        value = np.asarray(value)
        name = f"weight{len(self.weights)}"
        self.nodes.append({"name": name, "op": "Const"})
        self.weights.append((name, value, quantization))
        return name

    def add(self, op, name, inputs, attributes=()):
        self.nodes.append({"name": name, "op": op, "input": list(inputs), "attr": dict(attributes)})
        return name

    def convolution(self, op, name, image, kernel, *more, stride=1, padding="SAME", fused=()):
        return self.add(op, name, [image, kernel, *more], {
            "strides": integers(1, stride, stride, 1), "padding": text(padding), "data_format": text("NHWC"),
            "dilations": integers(1, 1, 1, 1), "fused_ops": texts(*fused)})

    def write(self, folder: Path) -> Path:
        entries, data = [], b""
        for name, value, quantization in self.weights:
            dtype = "int32" if value.dtype == np.int32 else "float32"
            entries.append({"name": name, "shape": list(value.shape), "dtype": dtype,
                            **({"quantization": {"dtype": str(value.dtype), **quantization}}
                               if value.dtype not in (np.float32, np.int32) else {})})
            data += value.tobytes()
        middle = len(data) // 2
        (folder / "tiny1.bin").write_bytes(data[:middle])
        (folder / "tiny2.bin").write_bytes(data[middle:])
        model = {"modelTopology": {"node": self.nodes},
                 "weightsManifest": [{"paths": ["tiny1.bin", "tiny2.bin"], "weights": entries}]}
        path = folder / "tiny.json"
        path.write_text(json.dumps(model), encoding="utf-8")
        return path


def integers(*values):
    return {"list": {"i": [str(value) for value in values]}}


def texts(*values):
    return {"list": {"s": [_encoded(value) for value in values]} if values else {}}


def text(value):
    return {"s": _encoded(value)}


def _encoded(value):
    return base64.b64encode(value.encode()).decode()
