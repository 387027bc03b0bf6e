"""Every operation, exported from a tiny graph, against a plain NumPy reading of what TensorFlow documents."""

import io
import math
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from facefuse_export import script
from facefuse_export.emit import emit
from facefuse_export.errors import ExportError
from facefuse_export.simplify import simplify
from facefuse_export.tfjs import read_graph

from .tiny import TinyModel, integers, text

HEIGHT, WIDTH, CHANNELS = 7, 6, 3


class OperationsTest(unittest.TestCase):
    def setUp(self):
        self.random = np.random.default_rng(7)
        self.images = self.values(2, HEIGHT, WIDTH, CHANNELS)
        self.model = TinyModel(-1, HEIGHT, WIDTH, CHANNELS)

    def test_convolution_follows_the_same_rule_for_every_size_and_stride(self):
        for kernel in (1, 2, 3, 5):
            for stride in (1, 2, 3):
                for padding in ("SAME", "VALID"):
                    with self.subTest(kernel=kernel, stride=stride, padding=padding):
                        self.setUp()
                        w, b = self.values(kernel, kernel, CHANNELS, 4), self.values(4)
                        self.model.convolution("_FusedConv2D", "out", "image", self.model.weight(w),
                                               self.model.weight(b), stride=stride, padding=padding, fused=["BiasAdd"])
                        self.check(convolve(self.images, w, stride, padding) + b)

    def test_depthwise_convolution(self):
        for stride in (1, 2):
            for kernel in (2, 3, 5):
                with self.subTest(stride=stride, kernel=kernel):
                    self.setUp()
                    w = self.values(kernel, kernel, CHANNELS, 1)
                    self.model.convolution("DepthwiseConv2dNative", "out", "image", self.model.weight(w), stride=stride)
                    self.check(depthwise(self.images, w, stride))

    def test_fused_activations(self):
        w, b, a = self.values(1, 1, CHANNELS, 4), 5 * self.values(4), self.values(1, 1, 4)
        plain = convolve(self.images, w, 1, "SAME") + b
        for fused, more, expected in (("Relu", [], plain.clip(0)), ("Relu6", [], plain.clip(0, 6)),
                                      ("Prelu", [a], np.where(plain > 0, plain, plain * a))):
            with self.subTest(fused):
                self.setUp()
                self.model.convolution("_FusedConv2D", "out", "image", *map(self.model.weight, [w, b, *more]),
                                       fused=["BiasAdd", fused])
                self.check(expected)

    def test_folds_scale_bias_and_relu6_into_a_convolution(self):
        w, s, b = self.values(3, 3, CHANNELS, 1), self.values(CHANNELS), 4 * self.values(CHANNELS)
        model = self.model
        model.convolution("DepthwiseConv2dNative", "conv", "image", model.weight(w))
        model.add("Mul", "scaled", ["conv", model.weight(s)])
        model.add("Add", "biased", ["scaled", model.weight(b)])
        model.add("Relu", "relu", ["biased"])
        model.add("Minimum", "least", ["relu", model.weight(np.float32(6))])
        model.add("Maximum", "most", ["least", model.weight(np.float32(0))])
        model.add("Identity", "out", ["most"])
        program = self.check((depthwise(self.images, w, 1) * s + b).clip(0, 6))
        self.assertEqual(1, program.source.count("conv2d"))
        self.assertEqual({"conv0_weight", "conv0_bias"}, set(program.parameters))

    def test_elementwise_operations_and_pooling_leave_what_others_still_read(self):
        alpha = self.values(1, 1, CHANNELS)
        model = self.model
        model.add("Relu", "relu", ["image"])
        model.add("Prelu", "prelu", ["image", model.weight(alpha)])
        model.add("AddV2", "sum", ["relu", "prelu"])
        model.add("Sigmoid", "sigmoid", ["sum"])
        model.add("AddV2", "out", ["sigmoid", "sum"])
        total = self.images.clip(0) + np.where(self.images > 0, self.images, self.images * alpha)
        self.check(total + 1 / (1 + np.exp(-total)))

    def test_max_pool(self):
        self.model.add("MaxPool", "out", ["image"], {
            "ksize": integers(1, 2, 2, 1), "strides": integers(1, 2, 2, 1), "padding": text("VALID")})
        rows = self.images[:, :6].reshape(2, 3, 2, 3, 2, CHANNELS)
        self.check(rows.max((2, 4)))

    def test_adds_fewer_channels_to_the_first_ones(self):
        w, b = self.values(1, 1, CHANNELS, 5), self.values(5)
        model = self.model
        model.convolution("_FusedConv2D", "wide", "image", *map(model.weight, (w, b)), fused=["BiasAdd"])
        paddings = np.array([[0, 0], [0, 0], [0, 0], [0, 2]], np.int32)
        model.add("Pad", "padded", ["image", model.weight(paddings)])
        model.add("AddV2", "out", ["padded", "wide"])
        program = self.check(convolve(self.images, w, 1, "SAME") + b + np.pad(self.images, paddings[:, :2] * [[0, 1]]))
        self.assertNotIn("pad", program.source)

    def test_pads(self):
        paddings = np.array([[0, 0], [1, 2], [0, 3], [0, 1]], np.int32)
        self.model.add("Pad", "out", ["image", self.model.weight(paddings)])
        self.check(np.pad(self.images, paddings))

    def test_reshape_reads_in_tensorflow_order(self):
        target = self.model.weight(np.array([1, HEIGHT * WIDTH // 2, 2 * CHANNELS], np.int32))
        self.model.add("Reshape", "out", ["image", target])
        self.check(self.images.reshape(2, HEIGHT * WIDTH // 2, 2 * CHANNELS), channels_last=False)

    def test_mean_over_height_and_width(self):
        self.model.add("Mean", "out", ["image", self.model.weight(np.array([1, 2], np.int32))], {"keep_dims": {"b": False}})
        self.check(self.images.mean((1, 2)), channels_last=False)

    def test_keeps_float16_and_drops_what_no_output_needs(self):
        w = self.values(1, 1, CHANNELS, 2).astype(np.float16)
        model = self.model
        model.convolution("Conv2D", "out", "image", model.weight(w))
        model.add("Softmax", "unwanted", ["out"])
        program = self.check(convolve(self.images, w.astype(np.float32), 1, "SAME"))
        self.assertEqual({torch.float16}, {value.dtype for value in program.parameters.values()})

    def test_reads_affine_quantisation(self):
        w = self.random.integers(0, 255, (1, 1, CHANNELS, 2), dtype=np.uint8)
        self.model.convolution("Conv2D", "out", "image", self.model.weight(w, scale=0.01, min=-1.2))
        self.check(convolve(self.images, w * np.float32(0.01) - np.float32(1.2), 1, "SAME"))

    def test_refuses_what_it_does_not_know(self):
        self.model.add("Softmax", "out", ["image"])
        with self.assertRaisesRegex(ExportError, "operation Softmax is not supported"):
            self.program()

    def values(self, *shape):
        return self.random.standard_normal(shape).astype(np.float32)

    def program(self):
        with tempfile.TemporaryDirectory() as folder:
            graph = simplify(read_graph(self.model.write(Path(folder))), ["out"])
        return emit(graph, ["out"], (CHANNELS, HEIGHT, WIDTH), "{0}")

    def check(self, expected, channels_last=True):
        """Exports, saves, loads, converts to float32 as the runtime does, runs a batch of two and of one."""
        program = self.program()
        buffer = io.BytesIO()
        torch.jit.save(script.module("Tiny", program.source, program.parameters), buffer)
        buffer.seek(0)
        module = torch.jit.load(buffer).float()
        if channels_last:
            expected = expected.transpose(0, 3, 1, 2)
        for batch in (2, 1):
            image = torch.from_numpy(self.images[:batch].transpose(0, 3, 1, 2).copy())
            kept = image.clone()
            with torch.inference_mode():
                found = module(image).numpy()
            self.assertEqual(expected[:batch].shape, found.shape)
            np.testing.assert_allclose(found, expected[:batch], rtol=1e-5, atol=1e-5)
            self.assertTrue(torch.equal(kept, image), "the caller's picture was overwritten")
        return program


def convolve(images, kernel, stride, padding):
    size = kernel.shape[0]
    if padding == "SAME":
        images = np.pad(images, [(0, 0), same(HEIGHT, size, stride), same(WIDTH, size, stride), (0, 0)])
    rows, columns = ((n - size) // stride + 1 for n in images.shape[1:3])
    result = np.zeros((len(images), rows, columns, kernel.shape[3]), np.float64)
    for y in range(rows):
        for x in range(columns):
            window = images[:, y * stride:y * stride + size, x * stride:x * stride + size]
            result[:, y, x] = np.einsum("nhwc,hwcf->nf", window, kernel)
    return result.astype(np.float32)


def depthwise(images, kernel, stride):
    single = [convolve(images[..., c:c + 1], kernel[:, :, c:c + 1], stride, "SAME") for c in range(CHANNELS)]
    return np.concatenate(single, -1)


def same(length, size, stride):
    total = max((math.ceil(length / stride) - 1) * stride + size - length, 0)
    return total // 2, total - total // 2


if __name__ == "__main__":
    unittest.main()
