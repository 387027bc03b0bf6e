"""Turns a simplified graph into TorchScript: one line of code per operation, NCHW, weights as parameters.

The code is written out rather than traced: a trace bakes in flags of the machine it was made on, and names that depend
on what the process did before. Tensors nobody reads again are overwritten (`add_`, `relu_`), since memory is this
project's subject. Nothing in the code names a dtype, so the runtime may convert the module to any.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Dict, List, Sequence, Tuple

import numpy as np
import torch

from .errors import ExportError
from .tfjs import Graph, Node

Shape = Tuple[int, ...]
"""The shape of one sample, without the batch: (channels, height, width), or TensorFlow's own order after a Reshape or Mean."""

Pair = Tuple[int, int]

@dataclass
class Program:
    """The body of a forward method that takes `image`, and the parameters it reads."""

    lines: List[str]
    parameters: Dict[str, torch.Tensor]

    @property
    def source(self) -> str:
        return "def forward(self, image):\n" + "".join(f"    {line}\n" for line in self.lines)


def emit(graph: Graph, outputs: Sequence[str], image: Shape, returns: str) -> Program:
    """`returns` is the expression of the result, with `{0}`, `{1}`, … for the values of `outputs`."""
    return _Emitter(graph, outputs, image).run(returns)


class _Emitter:
    """Writes the lines in running order. Each `_<operation>` method knows one operation: its line and its shape."""

    def __init__(self, graph: Graph, outputs: Sequence[str], image: Shape):
        self.graph = graph
        self.outputs = outputs
        self.image = image
        self.lines: List[str] = []
        self.parameters: Dict[str, torch.Tensor] = {}
        self.values: Dict[str, str] = {}
        self.shapes: Dict[str, Shape] = {}
        self.readers = Counter(name for node in graph.nodes.values() for name in node.inputs)
        self.readers.update(outputs)

    def run(self, returns: str) -> Program:
        for node in self.graph.nodes.values():
            rule = getattr(self, "_" + node.op.lower(), None)
            if rule is None:
                raise ExportError(f"'{node.name}': TensorFlow operation {node.op} is not supported")
            rule(node)
        results = [self.values[name] for name in self.outputs]
        self.lines.append("return " + returns.format(*results))
        return Program(self.lines, self.parameters)

    def _placeholder(self, node: Node) -> None:
        line = "image.contiguous(memory_format=torch.channels_last)"
        self.shapes[node.name] = self.image
        self.values[node.name] = self._line(line)

    def _conv(self, node: Node) -> None:
        source, kernel_name, *rest = node.inputs
        depthwise, stride = node.attributes["depthwise"], node.attributes["strides"]
        kernel = self.graph.weights[kernel_name]
        height, width, channels, filters = kernel.shape
        if depthwise and filters != 1:
            raise ExportError(f"'{node.name}': a depthwise convolution with a channel multiplier is not supported")
        vertical, horizontal = _padding(node, self.shapes[source][1:], (height, width), stride)
        image = self.values[source]
        if depthwise:
            kernel, vertical, horizontal = _symmetric_by_zeros(kernel, vertical, horizontal)
        elif vertical[0] != vertical[1] or horizontal[0] != horizontal[1]:
            image, _ = self._pad_line(image, self.shapes[source], (0, 0), vertical, horizontal)
            vertical, horizontal = (0, 0), (0, 0)
        name = f"conv{sum(key.endswith('weight') for key in self.parameters)}"
        weight = self._parameter(name + "_weight", kernel.transpose((2, 3, 0, 1) if depthwise else (3, 2, 0, 1)))
        bias = self._parameter(name + "_bias", self.graph.weights[rest[0]]) if rest else "None"
        padding, groups = [vertical[0], horizontal[0]], channels if depthwise else 1
        size = _window_count(node, self.shapes[source][1:], (height, width), stride)
        shape = (channels if depthwise else filters, *size)
        line = f"torch.conv2d({image}, {weight}, {bias}, {stride}, {padding}, [1, 1], {groups})"
        result = self._line(line)
        activation = node.attributes["activation"]
        if activation == "prelu":
            alpha = self._parameter(name + "_alpha", self.graph.weights[rest[1]].reshape(-1))
            result = self._line(f"torch.prelu({result}, {alpha})")
        elif activation != "none":
            form = {"relu": "torch.relu_({})", "relu6": "torch.clamp_({}, 0, 6)"}[activation]
            result = self._line(form.format(result))
        self._name(node, result, shape)

    def _maxpool(self, node: Node) -> None:
        source, = node.inputs
        kernel, stride = node.attributes["ksize"][1:3], node.attributes["strides"][1:3]
        channels, *size = self.shapes[source]
        if _padding(node, size, kernel, stride) != [(0, 0), (0, 0)]:
            raise ExportError(f"'{node.name}': a max pooling that pads is not supported")
        shape = (channels, *_window_count(node, size, kernel, stride))
        value = self.values[source]
        self._name(node, self._line(f"torch.max_pool2d({value}, {kernel}, {stride})"), shape)

    def _add(self, node: Node) -> None:
        first, second = node.inputs
        shape = self.shapes[first]
        if shape != self.shapes[second]:
            raise ExportError(f"'{node.name}': adding tensors of different shapes is not supported")
        if self._may_overwrite(second):
            first, second = second, first
        one, other = self.values[first], self.values[second]
        if self._may_overwrite(first):
            self._name(node, self._line(f"{one}.add_({other})"), shape)
        else:
            self._name(node, self._line(f"torch.add({one}, {other})"), shape)

    def _addchannels(self, node: Node) -> None:
        wide, narrow = node.inputs
        shape, channels = self.shapes[wide], self.shapes[narrow][0]
        one, other = self.values[wide], self.values[narrow]
        if not self._may_overwrite(wide):
            one = self._line(f"{one}.clone()")
        self._line(f"{one}.narrow(1, 0, {channels}).add_({other})")
        self._name(node, one, shape)

    def _relu(self, node: Node) -> None:
        self._elementwise(node, "torch.relu{}({})")

    def _relu6(self, node: Node) -> None:
        self._elementwise(node, "torch.clamp{}({}, 0, 6)")

    def _sigmoid(self, node: Node) -> None:
        self._elementwise(node, "torch.sigmoid{}({})")

    def _prelu(self, node: Node) -> None:
        source, alpha = node.inputs
        name = f"prelu{sum(key.startswith('prelu') for key in self.parameters)}_alpha"
        alpha = self._parameter(name, self.graph.weights[alpha].reshape(-1))
        value, shape = self.values[source], self.shapes[source]
        self._name(node, self._line(f"torch.prelu({value}, {alpha})"), shape)

    def _mean(self, node: Node) -> None:
        source, axes = node.inputs
        if self.graph.weights[axes].tolist() != [1, 2] or node.attributes.get("keep_dims"):
            raise ExportError(f"'{node.name}': only a mean over height and width is supported")
        value, shape = self.values[source], self.shapes[source][:1]
        self._name(node, self._line(f"torch.mean({value}, [2, 3])"), shape)

    def _pad(self, node: Node) -> None:
        source, paddings = node.inputs
        _, vertical, horizontal, channels = (tuple(pair) for pair in self.graph.weights[paddings].tolist())
        self._name(node, *self._pad_line(self.values[source], self.shapes[source], channels, vertical, horizontal))

    def _reshape(self, node: Node) -> None:
        """TensorFlow's order is height, width, channel; the first dimension is the batch."""
        source, target = node.inputs
        shape = tuple(self.graph.weights[target].tolist()[1:])
        if any(n < 0 for n in shape) or np.prod(shape) != np.prod(self.shapes[source]):
            raise ExportError(f"'{node.name}': a reshape to {shape} must keep the batch and name every other size")
        value = self.values[source]
        line = f"{value}.permute(0, 2, 3, 1).reshape({[-1, *shape]})"
        self._name(node, self._line(line), shape)

    def _identity(self, node: Node) -> None:
        self._name(node, self.values[node.inputs[0]], self.shapes[node.inputs[0]])

    def _elementwise(self, node: Node, form: str) -> None:
        source, = node.inputs
        value, shape = self.values[source], self.shapes[source]
        if self._may_overwrite(source):
            self._name(node, self._line(form.format("_", value)), shape)
        else:
            self._name(node, self._line(form.format("", value)), shape)

    def _name(self, node: Node, value: str, shape: Shape) -> None:
        self.values[node.name], self.shapes[node.name] = value, shape

    def _pad_line(self, value: str, shape: Shape, channels: Pair, vertical: Pair, horizontal: Pair):
        padded = tuple(n + sum(p) for n, p in zip(shape, (channels, vertical, horizontal)))
        pads = [*horizontal, *vertical, *channels]
        return self._line(f"torch.constant_pad_nd({value}, {pads})"), padded

    def _line(self, expression: str) -> str:
        name = f"x{len(self.lines)}"
        self.lines.append(f"{name} = {expression}")
        return name

    def _parameter(self, name: str, value: np.ndarray) -> str:
        self.parameters[name] = torch.from_numpy(np.ascontiguousarray(value).copy())
        return "self." + name

    def _may_overwrite(self, name: str) -> bool:
        return self.readers[name] == 1 and self.graph.nodes[name].op not in ("Placeholder", "Identity", "Reshape")


def _window_count(node: Node, size: Sequence[int], kernel: Sequence[int], stride: Sequence[int]) -> List[int]:
    if node.attributes["padding"] == "SAME":
        return [-(-n // s) for n, s in zip(size, stride)]
    if node.attributes["padding"] == "VALID":
        return [(n - k) // s + 1 for n, k, s in zip(size, kernel, stride)]
    raise ExportError(f"'{node.name}': padding {node.attributes['padding']} is not supported")


def _padding(node: Node, size: Sequence[int], kernel: Sequence[int], stride: Sequence[int]) -> List[Pair]:
    """(before, after) for height and width by TensorFlow's rule for SAME: as little as possible, smaller half first."""
    counts = _window_count(node, size, kernel, stride)
    totals = [max((c - 1) * s + k - n, 0) for c, s, k, n in zip(counts, stride, kernel, size)]
    return [(total // 2, total - total // 2) for total in totals]


def _symmetric_by_zeros(kernel: np.ndarray, vertical: Pair, horizontal: Pair) -> Tuple[np.ndarray, Pair, Pair]:
    """One more pixel of padding before, and a zero in the kernel to meet it: the convolution pads for itself.

    For a depthwise convolution this is faster than padding the picture (0.10 against 0.20 ms at 2×64×112×112).
    """
    top, left = vertical[1] - vertical[0], horizontal[1] - horizontal[0]
    grown = np.pad(kernel, ((top, 0), (left, 0), (0, 0), (0, 0)))
    return grown, (vertical[1], vertical[1]), (horizontal[1], horizontal[1])
