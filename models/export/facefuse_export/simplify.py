"""Rewrites a TensorFlow.js graph into the few operations that `emit` knows, without changing what it computes.

After `simplify` a graph consists of
    Conv        attributes strides, padding, depthwise; inputs x, kernel, bias (optional), alpha (with PReLU)
                attribute activation: none | relu | relu6 | prelu
    MaxPool, Add, AddChannels (the second input has fewer channels and is added to the first ones),
    Relu, Relu6, Prelu, Sigmoid, Mean, Pad, Reshape, Placeholder
"""

from collections import Counter
from typing import Dict, Iterable, List, Optional

import numpy as np

from .errors import ExportError
from .tfjs import Graph, Node

_ADDITIONS = ("Add", "AddV2", "BiasAdd")


def simplify(graph: Graph, outputs: Iterable[str]) -> Graph:
    """A new graph that computes `outputs` (node names, kept) and nothing else."""
    outputs = list(outputs)
    for name in outputs:
        if name not in graph.nodes:
            raise ExportError(f"the graph has no node '{name}'; this is not the model that was expected")
    rewriter = _Rewriter(_prune(graph, outputs), outputs)
    return _prune(rewriter.run(), outputs)


def _prune(graph: Graph, outputs: List[str]) -> Graph:
    wanted, stack = set(), list(outputs)
    while stack:
        name = stack.pop()
        if name not in wanted:
            wanted.add(name)
            stack.extend(graph.nodes[name].inputs if name in graph.nodes else ())
    return Graph(
        {name: node for name, node in graph.nodes.items() if name in wanted},
        {name: value for name, value in graph.weights.items() if name in wanted},
    )


class _Rewriter:
    """Walks the graph once, in running order; merges a node into its producer where that reads it alone."""

    def __init__(self, graph: Graph, outputs: List[str]):
        self.weights = dict(graph.weights)
        self.source = graph.nodes
        self.outputs = set(outputs)
        self.readers = Counter(name for node in graph.nodes.values() for name in node.inputs)
        self.nodes: Dict[str, Node] = {}
        self.renamed: Dict[str, str] = {}
        self.known: Dict[str, str] = {}

    def run(self) -> Graph:
        for node in self.source.values():
            inputs = [self.renamed.get(name, name) for name in node.inputs]
            self._rewrite(Node(node.name, node.op, inputs, node.attributes))
        return Graph(self.nodes, self.weights)

    def _rewrite(self, node: Node) -> None:
        if node.op in ("Conv2D", "_FusedConv2D", "DepthwiseConv2dNative", "FusedDepthwiseConv2dNative"):
            self._keep(self._convolution(node))
        elif node.op == "Identity" and node.name not in self.outputs:
            self._alias(node, node.inputs[0])
        elif node.op == "Mul" and self._constant(node.inputs[1]) is not None:
            self._scale(node)
        elif node.op in _ADDITIONS:
            self._addition(node)
        elif node.op in ("Relu", "Relu6", "Prelu"):
            self._activation(node)
        elif node.op in ("Minimum", "Maximum"):
            self._clip(node)
        else:
            self._keep(node)

    def _convolution(self, node: Node) -> Node:
        attributes = node.attributes
        if attributes.get("data_format", "NHWC") != "NHWC" or set(attributes.get("dilations", [1])) != {1}:
            raise ExportError(f"'{node.name}': only undilated NHWC convolutions are supported")
        fused = attributes.get("fused_ops", [])
        if fused[:1] not in ([], ["BiasAdd"]) or len(fused) > 2 or not {"Relu", "Relu6", "Prelu"}.issuperset(fused[1:]):
            raise ExportError(f"'{node.name}': fused operations {fused} are not supported")
        return Node(node.name, "Conv", list(node.inputs), {
            "strides": attributes["strides"][1:3],
            "padding": attributes["padding"],
            "depthwise": "Depthwise" in node.op,
            "activation": fused[1].lower() if len(fused) == 2 else "none",
        })

    def _scale(self, node: Node) -> None:
        """conv(x, w) * s = conv(x, w * s). Two float16 factors have an exact float32 product."""
        producer = self._only_read_here(node.inputs[0], "Conv")
        if producer is None or len(producer.inputs) > 2 or producer.attributes["activation"] != "none":
            raise ExportError(f"'{node.name}': a multiplication can only follow a convolution without bias")
        kernel = self.weights[producer.inputs[1]].astype(np.float32)
        scale = self.weights[node.inputs[1]].astype(np.float32).reshape(-1)
        last = scale[:, None] if producer.attributes["depthwise"] else scale
        producer.inputs[1] = self._new_weight(node.name + "/folded", kernel * last)
        self._alias(node, producer.name)

    def _addition(self, node: Node) -> None:
        first, second = node.inputs
        if self._constant(second) is not None:
            producer = self._only_read_here(first, "Conv")
            if producer is None or len(producer.inputs) > 2 or producer.attributes["activation"] != "none":
                raise ExportError(f"'{node.name}': a constant can only be added to a convolution without bias")
            producer.inputs.append(second)
            self._alias(node, producer.name)
            return
        for wide, padded in ((first, second), (second, first)):
            pad = self._only_read_here(padded, "Pad")
            if pad is not None and self._pads_only_channels_after(pad):
                self._keep(Node(node.name, "AddChannels", [wide, pad.inputs[0]]))
                return
        self._keep(Node(node.name, "Add", [first, second]))

    def _activation(self, node: Node) -> None:
        producer = self._only_read_here(node.inputs[0], "Conv")
        if producer is None or producer.attributes["activation"] != "none" or len(producer.inputs) < 3:
            self._keep(node)
            return
        producer.attributes["activation"] = node.op.lower()
        producer.inputs.extend(node.inputs[1:])
        self._alias(node, producer.name)

    def _clip(self, node: Node) -> None:
        """Keras writes ReLU6 as max(min(relu(x), 6), 0)."""
        bound = self._constant(node.inputs[1])
        producer = self.nodes.get(node.inputs[0])
        kind = producer and (producer.attributes.get("activation") or producer.op.lower())
        if node.op == "Minimum" and bound == 6 and kind == "relu" and self._is_only_reader(producer.name):
            if producer.op == "Conv":
                producer.attributes["activation"] = "relu6"
            else:
                producer.op = "Relu6"
        elif not (node.op == "Maximum" and bound == 0 and kind in ("relu", "relu6")):
            raise ExportError(f"'{node.name}': {node.op} is only supported as part of a ReLU6")
        self._alias(node, producer.name)

    def _pads_only_channels_after(self, pad: Node) -> bool:
        paddings = self._constant(pad.inputs[1])
        return paddings is not None and not paddings[:3].any() and paddings[3, 0] == 0

    def _constant(self, name: str) -> Optional[np.ndarray]:
        return self.weights.get(name)

    def _only_read_here(self, name: str, op: str) -> Optional[Node]:
        node = self.nodes.get(name)
        return node if node is not None and node.op == op and self._is_only_reader(name) else None

    def _is_only_reader(self, name: str) -> bool:
        return self.readers[name] == 1 and name not in self.outputs

    def _new_weight(self, name: str, value: np.ndarray) -> str:
        self.weights[name] = value
        return name

    def _keep(self, node: Node) -> None:
        same = f"{node.op} {node.inputs} {sorted(node.attributes.items(), key=str)}"
        if same in self.known and node.name not in self.outputs:
            self.readers[self.known[same]] += self.readers[node.name]
            self._alias(node, self.known[same])
            return
        self.known[same] = node.name
        self.nodes[node.name] = node

    def _alias(self, node: Node, name: str) -> None:
        """From now on `node` is another name of `name`, which takes over its readers."""
        self.renamed[node.name] = name
        if node.inputs[0] == name:
            self.readers[name] += self.readers[node.name] - 1
        if node.name in self.outputs:
            raise ExportError(f"output '{node.name}' was merged into '{name}'; ask for '{name}' instead")
