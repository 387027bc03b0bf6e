"""The committed pack: checksums, manifest, batches, dtypes, topology, and the outputs of the original models."""

import hashlib
import json
import sys
import unittest
import zipfile
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "parity"))
import compare  # noqa: E402
import networks  # noqa: E402

from facefuse_export import mesh, topology  # noqa: E402

MANIFEST = json.loads((networks.PACK / "pack.json").read_text(encoding="utf-8"))
PARTS = {role: entry["parts"][0] for role, entry in MANIFEST["roles"].items()}
"""The roles of this pack have one part."""

RELATIVE_TOLERANCE = 1e-5
"""Relative to an output's largest value: float32 sums in another order, and nothing else."""


class PackTest(unittest.TestCase):
    def test_checksums_hold_and_no_file_is_unaccounted_for(self):
        entries = [*PARTS.values(), *MANIFEST["assets"].values()]
        for entry in entries:
            data = (networks.PACK / entry["file"]).read_bytes()
            self.assertEqual(entry["bytes"], len(data), entry["file"])
            self.assertEqual(entry["sha256"], hashlib.sha256(data).hexdigest(), entry["file"])
        self.assertEqual({"pack.json", *(entry["file"] for entry in entries)},
                         {path.name for path in networks.PACK.iterdir()})

    def test_any_batch_gives_what_its_samples_give_alone(self):
        for role, entry in MANIFEST["roles"].items():
            module = networks.load(role)
            low, high = entry["inputs"][0]["range"]
            images = torch.empty(8, *entry["inputs"][0]["shape"][1:]).uniform_(low, high, generator=generator())
            with torch.inference_mode():
                singles = [tensors(module(image[None])) for image in images]
                for size in (1, 2, 3, 8):
                    batch = tensors(module(images[:size]))
                    self.assertEqual([[size, *output["shape"][1:]] for output in entry["outputs"]],
                                     [list(result.shape) for result in batch], role)
                    for at, result in enumerate(batch):
                        alone = torch.cat([single[at] for single in singles[:size]])
                        scale = alone.abs().max().item()
                        self.assertLess((result - alone).abs().max().item(), 1e-5 * scale, f"{role}, batch {size}")

    def test_weights_are_stored_as_the_manifest_says_and_counted(self):
        for role, part in PARTS.items():
            parameters = dict(torch.jit.load(str(networks.PACK / part["file"])).named_parameters())
            dtype = getattr(torch, MANIFEST["roles"][role]["dtype"])
            stored = sum(p.numel() for p in parameters.values() if p.dtype == dtype)
            total = sum(p.numel() for p in parameters.values())
            self.assertEqual([4 * total, 2 * total, 2 * total],
                             [part["memory"][name]["weightBytes"] for name in ("float32", "float16", "bfloat16")], role)
            self.assertGreater(stored, 0.98 * total, role)

    def test_code_names_no_dtype_and_no_device(self):
        for part in PARTS.values():
            with zipfile.ZipFile(networks.PACK / part["file"]) as archive:
                code = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".py"))
            for word in ("dtype", "device", ".to(", "mangle"):
                self.assertNotIn(word, code, part["file"])

    def test_agrees_with_the_original_models(self):
        seen = set()
        for d in compare.differences():
            seen.add((d.role, d.output))
            self.assertLess(d.largest_difference, RELATIVE_TOLERANCE * max(d.largest_value, 1), d)
        self.assertEqual({(role.name, output["name"]) for role in mesh.ROLES for output in role.outputs}, seen)


class TopologyTest(unittest.TestCase):
    contents = json.loads((networks.PACK / "topology.json").read_text(encoding="utf-8"))

    def test_has_all_vertices_and_triangles(self):
        self.assertEqual([5] * 468, [len(vertex) for vertex in self.contents["vertices"]])
        self.assertEqual([3] * 898, [len(triangle) for triangle in self.contents["triangles"]])
        self.assertEqual(set(range(468)), {corner for triangle in self.contents["triangles"] for corner in triangle})

    def test_mirror_is_an_involution_that_keeps_the_surface(self):
        mirror, vertices = self.contents["mirror"], self.contents["vertices"]
        triangles = {frozenset(triangle) for triangle in self.contents["triangles"]}
        for vertex, twin in enumerate(mirror):
            self.assertEqual(vertex, mirror[twin])
            x, y, z = vertices[vertex][:3]
            self.assertEqual([-x, y, z], vertices[twin][:3])
        kept = sum(frozenset(mirror[corner] for corner in triangle) in triangles for triangle in triangles)
        self.assertGreater(kept, 0.9 * len(triangles))

    def test_the_oval_is_the_edge_of_the_surface(self):
        sides = [frozenset(side) for t in self.contents["triangles"] for side in zip(t, t[1:] + t[:1])]
        edge = {side for side in sides if sides.count(side) == 1}
        oval = self.contents["oval"]
        self.assertEqual(edge, {frozenset(side) for side in zip(oval, oval[1:] + oval[:1])})

    def test_left_is_the_left_of_the_picture(self):
        for part in ("Eye", "Brow"):
            left, right = self.contents["left" + part], self.contents["right" + part]
            self.assertEqual(right, [self.contents["mirror"][vertex] for vertex in left])
            self.assertLess(max(self.contents["vertices"][vertex][0] for vertex in left), 0)

    def test_rings_are_those_of_the_exporter(self):
        self.assertEqual(topology.RINGS, {name: self.contents[name] for name in topology.RINGS})


def tensors(result):
    return result if isinstance(result, tuple) else (result,)


def generator():
    return torch.Generator().manual_seed(3)


if __name__ == "__main__":
    unittest.main()
