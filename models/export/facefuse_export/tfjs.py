"""Reads a TensorFlow.js graph model: model.json and its weight shards.

Lives here: file format. Not here: what the operations mean (see `simplify` and `emit`).
"""

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Union

import numpy as np

from .errors import ExportError

Attribute = Union[str, int, float, bool, list]


@dataclass
class Node:
    """One operation. `inputs` are names of nodes or of weights; every node has one output."""

    name: str
    op: str
    inputs: List[str]
    attributes: Dict[str, Attribute] = field(default_factory=dict)


@dataclass
class Graph:
    """Nodes by name in an order in which they can run, and weights by name in the dtype of the file."""

    nodes: Dict[str, Node]
    weights: Dict[str, np.ndarray]


def read_graph(model_json: Path) -> Graph:
    """Reads `model_json` and the shards beside it. Float16 weights stay float16; affine ones become float32."""
    model = _read_json(model_json)
    weights = _read_weights(model_json, model)
    nodes = {}
    for raw in model["modelTopology"]["node"]:
        if raw["op"] == "Const":
            continue
        inputs = [_base_name(name) for name in raw.get("input", []) if not name.startswith("^")]
        attributes = {key: _attribute(value) for key, value in raw.get("attr", {}).items()}
        nodes[raw["name"]] = Node(raw["name"], raw["op"], inputs, attributes)
    for node in nodes.values():
        for name in node.inputs:
            if name not in nodes and name not in weights:
                raise ExportError(f"{model_json.name}: node '{node.name}' reads '{name}', which is neither a node "
                                  "nor a weight; unpack the package again")
    return Graph(_in_running_order(nodes), weights)


def _read_json(path: Path) -> dict:
    try:
        model = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ExportError(f"{path} is missing; point the option at the folder the package was unpacked to") from None
    except ValueError as error:
        raise ExportError(f"{path} is not valid JSON ({error}); unpack the package again") from None
    if "modelTopology" not in model or "weightsManifest" not in model:
        raise ExportError(f"{path} is not a TensorFlow.js graph model; it needs modelTopology and weightsManifest")
    return model


def _read_weights(model_json: Path, model: dict) -> Dict[str, np.ndarray]:
    weights = {}
    for group in model["weightsManifest"]:
        data = b"".join(_read_shard(model_json.parent / shard) for shard in group["paths"])
        offset = 0
        for entry in group["weights"]:
            shape = tuple(entry["shape"])
            quantization = entry.get("quantization", {})
            dtype = np.dtype(quantization.get("dtype", entry["dtype"])).newbyteorder("<")
            count = int(np.prod(shape, dtype=np.int64))
            end = offset + count * dtype.itemsize
            if end > len(data):
                raise ExportError(f"{', '.join(group['paths'])}: {len(data)} bytes, but {model_json.name} asks for "
                                  f"more (at least {end}); the file is truncated, unpack the package again")
            values = np.frombuffer(data, dtype, count, offset).reshape(shape)
            if "scale" in quantization:
                values = (values * quantization["scale"] + quantization.get("min", 0)).astype(np.float32)
            weights[entry["name"]] = values.astype(values.dtype.newbyteorder("="))
            offset = end
        if offset != len(data):
            raise ExportError(f"{', '.join(group['paths'])}: {len(data)} bytes, but {model_json.name} describes "
                              f"{offset}; the two files do not belong together")
    return weights


def _read_shard(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ExportError(f"{path} is missing; it belongs beside its model.json, unpack the package again") from None


def _in_running_order(nodes: Dict[str, Node]) -> Dict[str, Node]:
    ordered: Dict[str, Node] = {}
    for root in nodes:
        stack = [root]
        while stack:
            name = stack[-1]
            waiting = [i for i in nodes[name].inputs if i in nodes and i not in ordered]
            if not waiting:
                ordered.setdefault(stack.pop(), nodes[name])
            elif waiting[0] in stack:
                raise ExportError(f"node '{name}' is part of a cycle; only graphs without control flow are supported")
            else:
                stack.append(waiting[0])
    return ordered


def _base_name(name: str) -> str:
    base, _, output = name.partition(":")
    if output not in ("", "0"):
        raise ExportError(f"'{name}': operations with several outputs are not supported")
    return base


def _attribute(value: dict) -> Attribute:
    (kind, content), = value.items()
    if kind == "s":
        return base64.b64decode(content).decode("latin-1")
    if kind == "i":
        return int(content)
    if kind == "list":
        (items,) = content.values() if content else ([],)
        return [base64.b64decode(i).decode("latin-1") if "s" in content else int(i) for i in items]
    return content
