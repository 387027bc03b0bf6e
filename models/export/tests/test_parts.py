"""A part's memory figure is the peak of live tensors while it runs."""

import tempfile
import unittest
from pathlib import Path

import torch

from facefuse_export import parts
from facefuse_export.errors import ExportError

SIDE = 256
PLANE = 4 * SIDE * SIDE
"""Bytes of a float32 channel."""

IMAGE = [{"name": "image", "shape": [-1, 1, SIDE, SIDE]}]
RESULT = [{"name": "result", "shape": [-1, 1, SIDE, SIDE]}]


class MemoryTest(unittest.TestCase):
    def test_counts_the_input_and_all_that_lives_beside_it(self):
        plus = part("whole", "x0 = image + 1\n    x1 = x0 + image\n    return x1 + 2", ["image"], ["result"])
        self.assert_takes([3 * PLANE], [plus], RESULT)

    def test_counts_a_tensor_that_is_overwritten_once(self):
        plus = part("whole", "return torch.relu_(image + 1)", ["image"], ["result"])
        self.assert_takes([2 * PLANE], [plus], RESULT)

    def test_counts_what_is_carried_past_a_part(self):
        down = part("down", "return image[..., ::4] + 1, image + 1", ["image"], ["low", "skip"])
        middle = part("middle", "return low + 1", ["low"], ["deep"])
        up = part("up", "return torch.constant_pad_nd(deep, [0, 192]).add_(skip)", ["deep", "skip"], ["result"])
        self.assert_takes([2 * PLANE + PLANE // 4, PLANE + PLANE // 2, 2 * PLANE + PLANE // 4], [down, middle, up], RESULT)

    def test_lets_go_of_what_nobody_needs_any_more(self):
        first = part("first", "return image + 1, image + 2", ["image"], ["one", "unread"])
        second = part("second", "return one + 1", ["one"], ["result"])
        self.assert_takes([3 * PLANE, 2 * PLANE], [first, second], RESULT)

    def test_keeps_an_input_that_a_later_part_takes_and_an_output_that_the_role_gives(self):
        first = part("first", "return image + 1, image + 2", ["image"], ["one", "result"])
        second = part("second", "return one + 1", ["one"], ["two"])
        third = part("third", "return two.add_(image)", ["two", "image"], ["sum"])
        self.assert_takes([3 * PLANE, 4 * PLANE, 3 * PLANE], [first, second, third], [*RESULT, {"name": "sum"}])

    def test_halves_for_types_of_half_the_size(self):
        plus = parts.Part("whole", "whole.pt", forward("return image + self.weight", ["image"]),
                          {"weight": torch.zeros(SIDE).half()}, ["image"], ["result"])
        self.assertEqual({"float32": {"weightBytes": 4 * SIDE, "activationBytes": 2 * PLANE},
                          "float16": {"weightBytes": 2 * SIDE, "activationBytes": PLANE},
                          "bfloat16": {"weightBytes": 2 * SIDE, "activationBytes": PLANE}},
                         self.written([plus], RESULT)[0]["memory"])

    def test_a_role_that_does_not_run_is_one_sentence(self):
        class Failing(torch.nn.Module):
            def forward(self, image: torch.Tensor) -> torch.Tensor:
                return image.reshape([7])

        failing = parts.ModulePart("whole", Failing(), ["image"], ["result"])
        with tempfile.TemporaryDirectory() as folder, \
                self.assertRaisesRegex(ExportError, r"role does not run with torch .* here \(.*\[7\].*\); use"):
            parts.write_modules(Path(folder), "role", [failing], IMAGE, RESULT)

    def assert_takes(self, expected, chain, outputs):
        """Compares each part except for a few bytes, because TorchScript makes tensors of its constants."""
        found = [entry["memory"]["float32"]["activationBytes"] for entry in self.written(chain, outputs)]
        self.assertEqual([size // 1024 for size in expected], [size // 1024 for size in found])

    def written(self, chain, outputs):
        with tempfile.TemporaryDirectory() as folder:
            return parts.write(Path(folder), chain, IMAGE, outputs)


def part(name, body, inputs, outputs):
    return parts.Part(name, f"{name}.pt", forward(body, inputs), {}, inputs, outputs)


def forward(body, inputs):
    return f"def forward(self, {', '.join(inputs)}):\n    {body}\n"


if __name__ == "__main__":
    unittest.main()
