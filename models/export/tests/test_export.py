"""The exporter as a program: same input, same bytes; a bad input, one sentence and no half pack."""

import copy
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from facefuse_export import chain, mesh, pack, script
from facefuse_export.emit import emit
from facefuse_export.errors import ExportError
from facefuse_export.simplify import simplify
from facefuse_export.tfjs import read_graph

from .tiny import TinyModel

EXPORT = Path(__file__).resolve().parents[1]
MESH = EXPORT.parent / "src/main/resources/dev/facefuse/models/mesh"
CHAIN = EXPORT.parents[1] / "engine/src/test/resources/dev/facefuse/models/chain"
SOURCES = [os.environ.get("FACEFUSE_MODELS"), os.environ.get("FACEFUSE_MEDIAPIPE")]
"""Folders of the two npm packages, for the tests that need them."""

EXPORT_TINY = """
import sys
from pathlib import Path
from tests.test_export import save_tiny
save_tiny(Path(sys.argv[1]), Path(sys.argv[2]))
"""


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class DeterminismTest(InFolder):
    def test_the_same_input_gives_the_same_bytes(self):
        model = tiny_model(self.folder)
        files = [self.folder / name for name in ("one.pt", "two.pt", "three.pt")]
        save_tiny(model, files[0])
        save_tiny(model, files[1])
        environment = {**os.environ, "PYTHONHASHSEED": "11", "PYTHONPATH": str(EXPORT)}
        subprocess.run([sys.executable, "-c", EXPORT_TINY, model, files[2]], check=True, env=environment)
        self.assertEqual(1, len({file.read_bytes() for file in files}))

    def test_a_file_names_neither_its_own_path_nor_the_exporters(self):
        file = self.folder / "secretly-named.pt"
        save_tiny(tiny_model(self.folder), file)
        for word in (b"secretly", str(EXPORT).encode()):
            self.assertNotIn(word, file.read_bytes())

    @unittest.skipUnless(all(SOURCES), "FACEFUSE_MODELS and FACEFUSE_MEDIAPIPE name the npm packages' folders")
    def test_the_committed_pack_comes_from_this_exporter(self):
        mesh.export(Path(SOURCES[0]), Path(SOURCES[1]), self.folder / "mesh")
        self.assert_same_pack(MESH, self.folder / "mesh")

    def test_the_committed_test_pack_comes_from_this_exporter(self):
        chain.export(self.folder / "chain")
        self.assert_same_pack(CHAIN, self.folder / "chain")

    def assert_same_pack(self, committed: Path, again: Path) -> None:
        """Compares code, weights and manifest. Another torch stores other bytes; another processor needs other scratch memory."""
        manifests = [json.loads((folder / "pack.json").read_text(encoding="utf-8")) for folder in (committed, again)]
        for old, new in zip(*map(parts_of, manifests)):
            modules = [torch.jit.load(str(folder / part["file"])) for folder, part in ((committed, old), (again, new))]
            self.assertEqual(*(module.code for module in modules))
            for (name, value), (_, other) in zip(*(module.named_parameters() for module in modules)):
                self.assertTrue(torch.equal(value, other), f"{old['file']}: {name}")
            for dtype, memory in old["memory"].items():
                self.assertEqual(memory["weightBytes"], new["memory"][dtype]["weightBytes"])
                expected = memory["activationBytes"]
                self.assertAlmostEqual(expected, new["memory"][dtype]["activationBytes"], delta=0.01 * expected)
        self.assertEqual(*map(without_measures, manifests))


class RefusalTest(InFolder):
    def test_a_truncated_shard(self):
        model = tiny_model(self.folder)
        shard = self.folder / "tiny2.bin"
        shard.write_bytes(shard.read_bytes()[:-1])
        self.refuses("truncated, unpack the package again", read_graph, model)

    def test_a_shard_that_is_too_long(self):
        model = tiny_model(self.folder)
        shard = self.folder / "tiny2.bin"
        shard.write_bytes(shard.read_bytes() + b"?")
        self.refuses("do not belong together", read_graph, model)

    def test_a_missing_shard(self):
        model = tiny_model(self.folder)
        (self.folder / "tiny2.bin").unlink()
        self.refuses("tiny2.bin is missing", read_graph, model)

    def test_a_missing_model(self):
        self.refuses("none.json is missing", read_graph, self.folder / "none.json")

    def test_a_file_that_is_no_model(self):
        path = self.folder / "other.json"
        path.write_text("{}")
        self.refuses("is not a TensorFlow.js graph model", read_graph, path)
        path.write_text("{")
        self.refuses("is not valid JSON", read_graph, path)

    def test_an_output_that_is_not_there(self):
        self.refuses("no node 'nothing'", simplify, read_graph(tiny_model(self.folder)), ["nothing"])

    def test_another_version_of_a_package(self):
        path = self.folder / "facemesh.json"
        path.write_text("{}")
        self.refuses("is not the file of some package 1.0", pack.require, path, "0" * 64, "some package 1.0")

    def test_the_program_says_one_sentence_and_leaves_the_old_pack_alone(self):
        out = self.folder / "mesh"
        shutil.copytree(MESH, out)
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        result = subprocess.run(
            [sys.executable, "-m", "facefuse_export", "mesh", "--models", self.folder, "--mediapipe", self.folder,
             "--out", out], cwd=EXPORT, stderr=subprocess.PIPE, text=True)
        self.assertEqual(1, result.returncode)
        self.assertRegex(result.stderr, r"\Afacefuse_export: .* is missing; .*\n\Z")
        self.assertEqual(before, {path.name: path.read_bytes() for path in out.iterdir()})

    def refuses(self, sentence, function, *arguments):
        with self.assertRaisesRegex(ExportError, sentence):
            function(*arguments)


class WrittenAsideTest(InFolder):
    def test_replaces_a_pack_when_all_went_well(self):
        out = self.folder / "pack"
        for text in ("old", "new"):
            with pack.written_aside(out) as aside:
                (aside / pack.MANIFEST).write_text(text)
        self.assertEqual("new", (out / pack.MANIFEST).read_text())
        self.assertEqual([out], list(self.folder.iterdir()))

    def test_leaves_nothing_when_it_did_not(self):
        with self.assertRaises(KeyboardInterrupt), pack.written_aside(self.folder / "pack") as aside:
            (aside / "half").write_text("half")
            raise KeyboardInterrupt
        self.assertEqual([], list(self.folder.iterdir()))

    def test_a_full_disk_is_one_sentence_and_the_old_pack_stays(self):
        out = self.folder / "chain"
        out.mkdir()
        (out / pack.MANIFEST).write_text("old")
        result = subprocess.run(
            [sys.executable, "-m", "facefuse_export", "chain", "--out", out], cwd=EXPORT, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024)))
        self.assertEqual(1, result.returncode)
        self.assertRegex(result.stderr, r"\Afacefuse_export: .*/chain cannot be written \(.*File too large.*\), .*\n\Z")
        self.assertEqual("old", (out / pack.MANIFEST).read_text())
        self.assertEqual([out], list(self.folder.iterdir()))

    def test_a_pack_that_cannot_take_its_place_leaves_the_old_one_there(self):
        out = self.folder / "pack"
        out.mkdir()
        (out / pack.MANIFEST).write_text("old")
        rename = Path.rename

        def refusing(path, target):
            if path.name == ".pack.new":
                raise OSError(5, "Input/output error")
            return rename(path, target)

        with mock.patch.object(Path, "rename", refusing), self.assertRaisesRegex(ExportError, "pack cannot be written"), \
                pack.written_aside(out):
            pass
        self.assertEqual("old", (out / pack.MANIFEST).read_text())
        self.assertEqual([out], list(self.folder.iterdir()))

    def test_a_file_in_its_place_is_one_sentence(self):
        (self.folder / "pack").write_text("a file")
        with self.assertRaisesRegex(ExportError, "pack cannot be written .*Not a directory"), \
                pack.written_aside(self.folder / "pack"):
            pass
        self.assertTrue((self.folder / "pack").is_file())

    def test_never_replaces_a_folder_that_is_not_a_pack(self):
        (self.folder / "thesis").write_text("years of work")
        with self.assertRaisesRegex(ExportError, "is not a model pack"), pack.written_aside(self.folder):
            pass
        self.assertTrue((self.folder / "thesis").is_file())


def tiny_model(folder: Path) -> Path:
    random = np.random.default_rng(5)
    model = TinyModel(-1, 4, 4, 3)
    weights = [model.weight(random.standard_normal(shape).astype(np.float16)) for shape in ((3, 3, 3, 2), (2,))]
    model.convolution("_FusedConv2D", "conv", "image", *weights, stride=2, fused=["BiasAdd", "Relu"])
    return model.write(folder)


def save_tiny(model: Path, file: Path) -> None:
    program = emit(simplify(read_graph(model), ["conv"]), ["conv"], (3, 4, 4), "{0}")
    pack.save_module(script.module("Tiny", program.source, program.parameters), file)


def parts_of(manifest: dict) -> list:
    return [part for role in manifest["roles"].values() for part in role["parts"]]


def without_measures(manifest: dict) -> dict:
    manifest = copy.deepcopy(manifest)
    for part in parts_of(manifest):
        part.update(sha256="", bytes=0, memory={})
    return manifest


if __name__ == "__main__":
    unittest.main()
