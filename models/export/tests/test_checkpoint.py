"""A published checkpoint as a pack: the same networks, and for every error in a download a sentence and no pack."""

import contextlib
import io
import json
import os
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from torch import nn

from facefuse_export import __main__ as program
from facefuse_export.damo import checkpoint, export, facemodel, rehearsal, saved, shape, standin
from facefuse_export.damo.layers import Convolution
from facefuse_export.damo.weights import Weights
from facefuse_export.errors import ExportError
from facefuse_export.parts import ModulePart

from .test_export import InFolder

try:
    import PIL.Image as pillow
    import scipy.io as scipy_io
except ImportError:
    pillow = scipy_io = None

TINY_SHAPES = {
    "conv.weight": [4, 3, 3, 3], "norm.weight": [4], "norm.bias": [4], "norm.running_mean": [4], "norm.running_var": [4],
    "norm.num_batches_tracked": [],
}
VERTICES = 40

READS_FLOATS = not torch.__version__.startswith("1.")
"""Whether `torch.load` reads these, besides tensors, without running code."""


class Tiny(nn.Module):
    """A convolution and its batch norm."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.conv = Convolution.with_batch_norm(weights, "conv.weight", "norm", padding=1)

    def forward(self, face: torch.Tensor) -> torch.Tensor:
        return self.conv(face)


def tiny_parts(weights):
    return [ModulePart("whole", Tiny(weights), ["face"], ["features"])]


ALL_ROLES = set(export.ROLES)
TINY_ROLE = (tiny_parts, [{"name": "face", "shape": [-1, 3, 8, 8]}], [{"name": "features", "shape": [-1, 4, 8, 8]}])
TINY_ROLES = {role: TINY_ROLE for role in ("identity", "generator")}
"""A network whose file is a state dict, and one whose file nests it and was trained in parallel."""


@unittest.skipUnless(scipy_io, "SciPy and Pillow write the files of a checkpoint")
class CheckpointTest(InFolder):
    """With two roles, each of them the tiny network."""

    roles, shapes = TINY_ROLES, {role: TINY_SHAPES for role in TINY_ROLES}

    def setUp(self):
        super().setUp()
        for patch in (mock.patch.dict(export.ROLES, self.roles, clear=True), mock.patch.dict(standin.SHAPES, self.shapes)):
            patch.start()
            self.addCleanup(patch.stop)
        self.published, self.out = self.folder / "published", self.folder / "damo-unet"
        rehearsal.write(self.published, self.roles)
        scipy_io.savemat(str(self.published / "BFM/BFM_model_front.mat"), face_model())
        self.identity = self.published / "faceRecog/CurricularFace_Backbone.pth"
        self.generator = self.published / "pytorch_model.pt"
        self.face_model = self.published / "BFM/BFM_model_front.mat"

    def export(self, dtype=torch.float32):
        export.export_checkpoint(self.published, self.out, dtype)
        return json.loads((self.out / "pack.json").read_text(encoding="utf-8"))

    def refuses(self, *sentences, dtype=torch.float32):
        with self.assertRaises(ExportError) as raised:
            self.export(dtype)
        for sentence in sentences:
            self.assertIn(sentence, str(raised.exception))
        self.assertNotIn("\n", str(raised.exception))
        self.assertEqual([self.published], list(self.folder.iterdir()))


class PackTest(CheckpointTest):
    def test_every_role_has_a_file_and_every_file_keys(self):
        self.assertLessEqual(ALL_ROLES, set(checkpoint.STATES))
        self.assertEqual(set(checkpoint.STATES), set(standin.SHAPES))

    def test_networks_compute_what_the_state_dict_says(self):
        manifest = self.export()
        face = torch.linspace(-1, 1, 3 * 8 * 8).reshape(1, 3, 8, 8)
        for role in TINY_ROLES:
            state = rehearsal.state(role)
            expected = nn.functional.batch_norm(
                nn.functional.conv2d(face, state["conv.weight"], padding=1), state["norm.running_mean"],
                state["norm.running_var"], state["norm.weight"], state["norm.bias"])
            found = torch.jit.load(str(self.out / manifest["roles"][role]["parts"][0]["file"]))(face)
            self.assertLess((found - expected).abs().max().item(), 1e-5, role)

    def test_the_manifest_names_pack_licence_and_origins(self):
        (self.published / "README.md").write_text("---\nlicense: Apache License 2.0\ntags:\n- face\n---\nlicense: x\n")
        manifest = self.export()
        self.assertEqual("damo-unet", manifest["name"])
        self.assertEqual(
            {"identity": "faceRecog/CurricularFace_Backbone.pth", "generator": "pytorch_model.pt",
             "face-model": "BFM/BFM_model_front.mat", "mask": "alpha.jpg"},
            {name: entry["origin"].split(", ")[1] for name, entry in {**manifest["roles"], **manifest["assets"]}.items()})
        for entry in (*manifest["roles"].values(), *manifest["assets"].values()):
            self.assertEqual("Apache License 2.0", entry["licence"])

    def test_claims_no_licence_that_the_card_does_not_state(self):
        for card in (None, "", "license: MIT\n", "---\ntags: face\n---\nlicense: MIT\n", "---\nlicense:\n---\n"):
            if card is not None:
                (self.published / "README.md").write_text(card)
            self.assertEqual("not stated in the checkpoint", checkpoint.Checkpoint(self.published, []).licence, card)

    def test_stores_what_was_asked_for(self):
        size = {}
        for dtype in ("float32", "float16", "bfloat16"):
            with self.subTest(dtype):
                manifest = self.export(getattr(torch, dtype))
                for role in manifest["roles"].values():
                    self.assertEqual(dtype, role["dtype"])
                    module = torch.jit.load(str(self.out / role["parts"][0]["file"]))
                    self.assertEqual({getattr(torch, dtype)}, {parameter.dtype for parameter in module.parameters()})
                size[dtype] = manifest["roles"]["identity"]["parts"][0]["memory"]
        self.assertEqual(size["float32"], size["float16"])

    def test_the_face_model_is_cut_to_the_jaw_line(self):
        self.export()
        found = json.loads((self.out / "face-model.json").read_text())
        model = face_model()
        kept = model["keypoints"].ravel()[:17].astype(int) - 1
        mean = model["meanshape"].reshape(-1, 3)
        rows = np.concatenate([[3 * vertex, 3 * vertex + 1, 3 * vertex + 2] for vertex in kept])
        for name, expected in (("mean", (mean - mean.mean(0))[kept]), ("identity", model["idBase"][rows]),
                               ("expression", model["exBase"][rows])):
            np.testing.assert_allclose(found[name], expected, rtol=1e-6, atol=1e-7)

    def test_a_larger_mask_is_sampled_between_pixel_centres(self):
        columns = np.repeat(np.linspace(0, 255, 512).round().astype(np.uint8)[None], 512, 0)
        pillow.fromarray(np.repeat(columns[..., None], 3, 2)).save(self.published / "alpha.jpg", quality=100)
        self.export()
        with pillow.open(self.out / "mask.png") as picture:
            found = np.array(picture).astype(float)
        self.assertEqual((256, 256), found.shape)
        self.assertLess(np.abs(found - (columns[::2, ::2].astype(float) + columns[::2, 1::2]) / 2).max(), 2.1)

    def test_takes_files_of_the_old_format(self):
        torch.save(torch.load(str(self.identity)), str(self.identity), _use_new_zipfile_serialization=False)
        self.export()

    def test_leaves_out_what_else_was_saved(self):
        self.save_with_optimizer(rate=1e-4 if READS_FLOATS else 1)
        self.export()

    @unittest.skipIf(READS_FLOATS, "this torch reads floating-point numbers beside tensors")
    def test_says_that_another_torch_could(self):
        self.save_with_optimizer(rate=1e-4)
        self.refuses("pytorch_model.pt holds numbers beside tensors that torch 1.", "use torch 2.1 or later")

    def save_with_optimizer(self, rate):
        optimizer = {"param_groups": [{"lr": rate, "nesterov": False, "params": [0, 1]}], "state": {}, "name": "Adam"}
        torch.save({"state_dict": {**rehearsal.state("generator"), "discriminator.weight": torch.full([2], float("nan"))},
                    "optimizer": optimizer, "counts": torch.arange(3)}, str(self.generator))

    def test_needs_no_counters(self):
        state = rehearsal.state("identity")
        del state["norm.num_batches_tracked"]
        torch.save(state, str(self.identity))
        self.export()

    def test_the_program_writes_the_same_pack(self):
        self.export()
        before = {file.name: file.read_bytes() for file in self.out.iterdir()}
        arguments = ["facefuse_export", "damo", "--checkpoint", str(self.published), "--out", str(self.out)]
        with mock.patch("sys.argv", arguments):
            self.assertEqual(0, program.main())
        self.assertEqual(before, {file.name: file.read_bytes() for file in self.out.iterdir()})

    def test_a_rehearsal_brings_the_stand_in_face_model_and_mask(self):
        rehearsed = self.folder / "rehearsed"
        rehearsal.write(rehearsed, self.roles)
        found, expected = checkpoint.Checkpoint(rehearsed, self.roles), facemodel.stand_in_jaw_line()
        for name, values in found.jaw_line().items():
            np.testing.assert_allclose(values, expected[name], atol=1e-6, err_msg=name)
        difference = found.mask().astype(int) - facemodel.stand_in_mask()
        self.assertLess(np.abs(difference).mean(), 1)

    def test_a_rehearsal_overwrites_nothing(self):
        with self.assertRaisesRegex(ExportError, "published is not empty; name a new folder"):
            rehearsal.write(self.published, self.roles)


class DamageTest(CheckpointTest):
    def test_no_directory(self):
        with self.assertRaisesRegex(ExportError, "none is not a directory; download damo/cv_unet"):
            export.export_checkpoint(self.folder / "none", self.out)

    def test_missing_files_in_one_sentence(self):
        self.generator.unlink()
        (self.published / "alpha.jpg").unlink()
        self.refuses("published lacks pytorch_model.pt, alpha.jpg; download damo/cv_unet-image-face-fusion_damo again")

    def test_missing_keys_in_one_sentence(self):
        state = rehearsal.state("identity")
        torch.save({"norm.bias": state["norm.bias"]}, str(self.identity))
        self.refuses("CurricularFace_Backbone.pth: missing conv.weight, norm.weight, norm.running_mean and 1 more; download")

    def test_a_state_dict_that_is_not_where_it_should_be(self):
        torch.save({"model": rehearsal.state("generator")}, str(self.generator))
        self.refuses("pytorch_model.pt lacks state_dict")
        torch.save({"state_dict": torch.ones(3)}, str(self.generator))
        self.refuses("pytorch_model.pt holds no state dict under state_dict")
        torch.save([1], str(self.generator))
        self.refuses("pytorch_model.pt holds no state dict")

    def test_tensors_of_another_shape(self):
        self.harm("norm.bias", torch.zeros(5))
        self.refuses("of another shape: norm.bias [5] instead of [4]")

    def test_what_is_not_floating_point(self):
        for value in (torch.zeros(4, dtype=torch.int64), [1, 2, 3, 4], 1, None):
            self.harm("norm.bias", value)
            self.refuses("not floating-point tensors: norm.bias; download")

    def test_numbers_that_are_none(self):
        for value in (float("nan"), float("inf")):
            self.harm("norm.bias", torch.tensor([0, 0, value, 0]))
            self.refuses("infinite or not a number: norm.bias")
        self.harm("norm.bias", torch.full([4], 1e300, dtype=torch.float64))
        self.refuses("infinite or not a number: norm.bias")

    def test_a_normalisation_that_cannot_be(self):
        self.harm("norm.running_var", torch.full([4], -1.0))
        self.refuses("identity, part whole: conv.weight, conv.bias not finite once normalisations are folded in")

    def test_weights_that_a_type_cannot_hold(self):
        for value, what in ((1e9, "large"), (1e-9, "small")):
            self.harm("conv.weight", torch.full(TINY_SHAPES["conv.weight"], value))
            self.refuses(f"identity, part whole: conv.weight too {what} for float16; store bfloat16 or float32",
                         dtype=torch.float16)
        for dtype in (torch.bfloat16, torch.float32):
            self.export(dtype)

    def test_truncated_weights(self):
        for zipped in (True, False):
            torch.save(rehearsal.state("identity"), str(self.identity), _use_new_zipfile_serialization=zipped)
            whole = self.identity.read_bytes()
            for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
                with self.subTest(length, zipped=zipped):
                    self.identity.write_bytes(whole[:length])
                    self.refuses("CurricularFace_Backbone.pth is truncated or no file of torch.save (", "); download")

    def test_truncated_face_model_and_mask(self):
        for file, sentence in ((self.face_model, "is truncated or no MATLAB file ("),
                               (self.published / "alpha.jpg", "is truncated or no picture (")):
            whole = file.read_bytes()
            for length in (0, 20, len(whole) // 4):
                with self.subTest(file.name, length=length):
                    file.write_bytes(whole[:length])
                    self.refuses(file.name, sentence, "); download")
            file.write_bytes(whole)

    def test_a_face_model_that_does_not_fit_together(self):
        model = face_model()
        for change, sentence in (
                ({"idBase": None, "keypoints": None}, "missing idBase, keypoints"),
                ({"exBase": model["exBase"][:, 1:]}, f"exBase [{3 * VERTICES}, 63] instead of [{3 * VERTICES}, 64]"),
                ({"idBase": model["idBase"][3:]}, f"idBase [{3 * VERTICES - 3}, 80] instead of [{3 * VERTICES}, 80]"),
                ({"meanshape": model["meanshape"] * np.nan}, "meanshape is not all finite numbers"),
                ({"exBase": "text"}, "exBase is not all finite numbers"),
                ({"keypoints": model["keypoints"][:, :16]}, "keypoints are not 17 or more of the vertices"),
                ({"keypoints": model["keypoints"] * 0}, "keypoints are not 17"),
                ({"keypoints": model["keypoints"] + VERTICES}, "keypoints are not 17")):
            with self.subTest(sentence):
                changed = {name: value for name, value in {**model, **change}.items() if value is not None}
                scipy_io.savemat(str(self.face_model), changed)
                self.refuses("BFM_model_front.mat: " + sentence, "; download")

    def test_a_library_that_is_missing(self):
        for module, sentence in (("scipy.io", "SciPy is missing"), ("PIL", "Pillow is missing")):
            with mock.patch.dict("sys.modules", {module: None}):
                self.refuses(sentence, "pip install " + sentence.split()[0].lower())

    def test_a_disk_that_fills_up_while_networks_are_written(self):
        (self.folder / "damo-unet").mkdir()
        (self.folder / "damo-unet/pack.json").write_text("older")
        write, files = Path.write_bytes, []

        def until_full(path, data):
            files.append(path.name)
            if path.name == "generator.pt":
                write(path, bytes(data)[:100])
                raise OSError(28, "No space left on device")
            return write(path, data)

        with mock.patch.object(Path, "write_bytes", until_full), self.assertRaises(ExportError) as raised:
            self.export()
        self.assertEqual(["mask.png", "identity.pt", "generator.pt"], files)
        self.assertIn(f"{self.out} cannot be written ([Errno 28] No space left on device)", str(raised.exception))
        self.assertEqual({self.published, self.out}, set(self.folder.iterdir()))
        self.assertEqual("older", (self.out / "pack.json").read_text())

    def test_the_program_says_one_sentence(self):
        self.generator.unlink()
        arguments = ["facefuse_export", "damo", "--checkpoint", str(self.published), "--out", str(self.out)]
        with mock.patch("sys.argv", arguments), contextlib.redirect_stderr(io.StringIO()) as said:
            self.assertEqual(1, program.main())
        self.assertRegex(said.getvalue(), r"\Afacefuse_export: .* lacks pytorch_model.pt; download .*\n\Z")

    def harm(self, key, value):
        torch.save({**rehearsal.state("identity"), key: value}, str(self.identity))


class Harmful:
    """Removes a folder when it is unpickled."""

    def __init__(self, victim):
        self.victim = victim

    def __reduce__(self):
        return os.rmdir, (str(self.victim),)


class SafetyTest(InFolder):
    def test_nothing_of_a_file_runs(self):
        victim, file = self.folder / "victim", self.folder / "harmful.pth"
        for zipped in (True, False):
            victim.mkdir()
            torch.save({"weight": torch.ones(2), "other": Harmful(victim)}, str(file), _use_new_zipfile_serialization=zipped)
            with self.assertRaisesRegex(ExportError, r"holds more than tensors and numbers .*\.rmdir\); download it again"):
                saved.read_state(file, None, {"weight": [2]}, "download it again")
            self.assertTrue(victim.is_dir())
            torch.load(str(file), weights_only=False)
            self.assertFalse(victim.exists(), "harmless")

    def test_nor_a_program(self):
        file = self.folder / "program.pth"
        torch.jit.save(torch.jit.script(nn.ReLU()), str(file))
        with self.assertRaisesRegex(ExportError, "no file of torch.save .it is a TorchScript module"):
            saved.read_state(file, None, {"weight": [2]}, "download it again")


class ShapeNetworkTest(CheckpointTest):
    """With a network of full size."""

    roles, shapes = {"shape": export.ROLES["shape"]}, {}

    def test_the_checkpoint_gives_the_network_that_stand_in_weights_give(self):
        manifest = self.export()
        part = shape.parts(Weights.stand_in("shape"))[0]
        face = torch.from_numpy(standin.inputs()["shape.face"])
        with torch.inference_mode():
            expected = part.script()(face)
            found = torch.jit.load(str(self.out / manifest["roles"]["shape"]["parts"][0]["file"]))(face)
        self.assertLess(((found - expected).norm() / expected.norm()).item(), 1e-5)


def face_model():
    """A small network, named and shaped like the published one."""
    random = np.random.default_rng(5)
    return {"meanshape": random.standard_normal((1, 3 * VERTICES)).astype(np.float32),
            "meantex": np.zeros((1, 3 * VERTICES), np.float32),
            "idBase": random.standard_normal((3 * VERTICES, facemodel.IDENTITIES)).astype(np.float32),
            "exBase": random.standard_normal((3 * VERTICES, facemodel.EXPRESSIONS)).astype(np.float32),
            "tri": np.ones((5, 3)),
            "keypoints": 1 + random.permutation(VERTICES)[None, :20].astype(np.uint16)}


if __name__ == "__main__":
    unittest.main()
