"""The UNet networks: they compute what the original does with the same weights, in strips or not, in float32 and in sixteen bits."""

import functools
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch
import torch.nn.functional as F

from facefuse_export import parts
from facefuse_export.damo import enhancer, export, shape, standin, synthesis
from facefuse_export.damo.weights import Weights

GOLDEN = np.load(Path(__file__).with_name("golden") / "golden.npz")
FLOAT32_TOLERANCE = 1e-4
BFLOAT16_TOLERANCE = 2e-2

CROPS = {
    "every4th": (slice(None), slice(None), slice(None, None, 4), slice(None, None, 4)),
    "crop_centre": (slice(None), slice(None), slice(448, 576), slice(448, 576)),
    "crop_corner": (slice(None), slice(None), slice(0, 128), slice(0, 128)),
}
"""The samples of the enhancer's output in golden.npz."""


class ParityTest(unittest.TestCase):
    def test_networks_compute_what_the_original_computes(self):
        for role in export.ROLES:
            with self.subTest(role):
                self.assert_agrees(role, torch.float32, FLOAT32_TOLERANCE)

    def test_networks_compute_it_in_bfloat16(self):
        if not transposes_in_bfloat16():
            self.skipTest(f"torch {torch.__version__} has no transposed convolutions in bfloat16 on this processor")
        for role in export.ROLES:
            with self.subTest(role):
                self.assert_agrees(role, torch.bfloat16, BFLOAT16_TOLERANCE)

    def assert_agrees(self, role, dtype, tolerance):
        tensors = run(role, dtype)
        seen = set()
        for name in GOLDEN.files:
            of, array = name.split(".", 1)
            if of == role:
                actual = tensors["enhanced"][CROPS[array]] if array in CROPS else tensors[array]
                self.assertLess(relative(actual, GOLDEN[name]), tolerance, name)
                seen.add(array)
        self.assertTrue(seen, f"golden.npz has nothing of {role}")


class StripsTest(unittest.TestCase):
    """Strips with unusual heights, and a smaller last one."""

    def test_of_the_enhancer_change_nothing(self):
        usual = run("enhancer", torch.float32)["enhanced"]
        with mock.patch.object(enhancer, "STRIP_ROWS", 200):
            other = enhancer.parts(Weights.stand_in("enhancer"))
        self.assertLess(relative(chained(other, inputs("enhancer"), torch.float32)["enhanced"], usual.numpy()), 1e-5)

    def test_of_the_synthesis_change_nothing(self):
        block = synthesis.NarrowingBlock(Weights.stand_in("generator"), 7)
        random = torch.Generator().manual_seed(1)
        x, attributes, embedding = (torch.randn(size, generator=random) for size in
                                    ([1, 128, 23, 20], [1, 64, 23, 20], [1, 512]))
        with torch.inference_mode():
            whole = block(x, attributes, embedding)
            for module in block.modules():
                if isinstance(module, synthesis.AdaptiveNorm):
                    module.strip_pixels = 5 * 20
            strips = block(x, attributes, embedding)
        self.assertLess(relative(strips, whole.numpy()), 1e-6)

    def test_any_batch_of_the_generator_gives_what_its_faces_give_alone(self):
        made = network("generator")
        one, other = inputs("generator"), inputs("generator", "other")
        both = chained(made, {name: torch.cat([one[name], other[name]]) for name in one}, torch.float32)["fused"]
        self.assertLess(relative(both[1:], chained(made, other, torch.float32)["fused"].numpy()), 1e-5)


class DrawnTest(unittest.TestCase):
    """A file without generated values, and these values, give the same parameters as the whole file, in the same layout."""

    def test_parameters_are_factors_times_draws(self):
        made = shape.parts(Weights.stand_in("shape"))
        expected = {name: value.clone(memory_format=torch.preserve_format)
                    for name, value in made[0].module.named_parameters()}
        with tempfile.TemporaryDirectory() as folder:
            inputs_of, outputs_of = export.ROLES["shape"][1:]
            entry, = parts.write_modules(Path(folder), "shape", made, inputs_of, outputs_of, drawn=True)
            stored = dict(torch.jit.load(str(Path(folder) / entry["file"])).named_parameters())
        self.assertEqual(expected.keys(), stored.keys())
        for name, value in stored.items():
            drawn = entry["drawn"].get(name)
            if drawn is not None:
                value = value * torch.from_numpy(standin.draw(drawn["key"], drawn["shape"]))
            self.assertTrue(torch.equal(expected[name], value), name)
        self.assertGreater(len(entry["drawn"]), 50)

    def test_every_layout_is_named(self):
        made = enhancer.parts(Weights.stand_in("enhancer"))
        layouts = {tuple(sorted(set(map(parts._layout, part.module.parameters())), key=str)) for part in made}
        self.assertEqual({"channels_last", "transposed_channels_last", None}, set().union(*layouts))
        up = made[2].module.to1024.up.filters.of_features
        self.assertEqual("transposed_channels_last", parts._layout(up))
        self.assertTrue(up.transpose(0, 1).is_contiguous(memory_format=torch.channels_last))


class SkeletonTest(unittest.TestCase):
    """The committed pack."""

    FOLDER = Path(__file__).resolve().parents[2] / "src/main/resources/dev/facefuse/models/damo-unet-skeleton"
    MANIFEST = json.loads((FOLDER / "pack.json").read_text(encoding="utf-8"))

    def test_is_small_and_has_every_role(self):
        self.assertLess(sum(path.stat().st_size for path in self.FOLDER.iterdir()), 4_000_000)
        self.assertEqual(export.ROLES.keys(), self.MANIFEST["roles"].keys())

    def test_is_what_this_exporter_writes(self):
        """Everything except the files' bytes, in which every version of torch stores the code differently."""
        for role in ("identity", "shape"):
            inputs_of, outputs_of = export.ROLES[role][1:]
            with tempfile.TemporaryDirectory() as folder:
                written = parts.write_modules(Path(folder), role, network(role, fresh=True), inputs_of, outputs_of, drawn=True)
            for mine, committed in zip(written, self.MANIFEST["roles"][role]["parts"]):
                for key in ("name", "file", "inputs", "outputs", "drawn"):
                    self.assertEqual(mine[key], committed[key], f"{role}, {key}")

    def test_peaks_in_sixteen_bits_are_what_the_project_aims_for(self):
        """Bytes with all weights, with a network's and with a part's, plus the activations of the running part."""
        roles = [[part["memory"]["float16"] for part in role["parts"]] for role in self.MANIFEST["roles"].values()]
        weights = [sum(part["weightBytes"] for part in role) for role in roles]
        activations = [max(part["activationBytes"] for part in role) for role in roles]
        self.assertLessEqual(sum(weights) + max(activations), 900e6)
        self.assertLessEqual(max(map(sum, zip(weights, activations))), 500e6)
        self.assertLessEqual(max(part["weightBytes"] + part["activationBytes"] for role in roles for part in role), 300e6)


@functools.lru_cache(maxsize=None)
def _network(role):
    return export.ROLES[role][0](Weights.stand_in(role))


def network(role, fresh=False):
    """The parts of a role; copy one before changing it."""
    return export.ROLES[role][0](Weights.stand_in(role)) if fresh else _network(role)


def inputs(role, salt=""):
    arrays = standin.inputs(salt)
    return {name.split(".", 1)[1]: torch.from_numpy(array) for name, array in arrays.items() if name.startswith(role + ".")}


@functools.lru_cache(maxsize=None)
def run(role, dtype):
    return chained(network(role), inputs(role), dtype)


EXACT = {port["name"] for _, ports, _ in export.ROLES.values() for port in ports if port.get("exact")}


def chained(made, tensors, dtype):
    """All outputs of the parts, by name; run as TorchScript, like in a runtime."""
    tensors = {name: tensor if name in EXACT else tensor.to(dtype) for name, tensor in tensors.items()}
    for part in made:
        module = parts._reloaded(part.script()).to(dtype)
        with torch.inference_mode(), torch.jit.optimized_execution(False):
            outputs = module(*(tensors[name] for name in part.inputs))
        tensors.update(zip(part.outputs, outputs if isinstance(outputs, tuple) else (outputs,)))
    return {name: tensor.float() for name, tensor in tensors.items()}


def relative(actual, expected):
    return float(np.linalg.norm(actual.numpy() - expected) / np.linalg.norm(expected))


def transposes_in_bfloat16():
    """torch 1.13 treats them as plain convolutions if the processor has no AVX-512 BF16."""
    try:
        with torch.inference_mode():
            x = torch.ones(1, 16, 4, 4, dtype=torch.bfloat16)
            return F.conv_transpose2d(x, torch.ones(16, 16, 4, 4, dtype=torch.bfloat16), stride=2, padding=1).shape[2] == 8
    except RuntimeError:
        return False


if __name__ == "__main__":
    unittest.main()
