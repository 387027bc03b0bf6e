"""Reads MediaPipe's canonical face (Apache-2.0) and names the rings of vertices that a fusion needs.

*Left* and *right* mean the picture's left and right, for a face that looks at the camera and is not mirrored:
`leftEye` is the person's own right eye, MediaPipe's FACEMESH_RIGHT_EYE. The five points follow the same rule.
"""

import json
import re
from pathlib import Path
from typing import Dict, Iterator, List, Tuple, Union

import numpy as np

from .errors import ExportError

VERTICES = 468
TRIANGLES = 898

ASSETS = "face_mesh_solution_packed_assets.data"
ASSETS_INDEX = "face_mesh_solution_packed_assets_loader.js"
CANONICAL_FACE = "geometry_pipeline_metadata_landmarks.binarypb"

RINGS: Dict[str, List[int]] = {
    "oval": [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
             152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109],
    "lipsOuter": [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185],
    "lipsInner": [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191],
    "leftEye": [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246],
    "rightEye": [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466],
    "leftBrow": [46, 53, 52, 65, 55, 107, 66, 105, 63, 70],
    "rightBrow": [276, 283, 282, 295, 285, 336, 296, 334, 293, 300],
}
"""MediaPipe's FACEMESH_FACE_OVAL, _LIPS, _RIGHT_EYE, _LEFT_EYE, _RIGHT_EYEBROW, _LEFT_EYEBROW as closed rings."""


def topology(mediapipe: Path) -> dict:
    """The contents of topology.json, checked: closed rings along mesh edges, mirror an involution that keeps them."""
    vertices, triangles = _canonical_face(_asset(mediapipe))
    mirror = _mirror(vertices)
    _check(triangles, mirror)
    return {
        "vertices": [[round(float(value), 6) for value in row] for row in vertices],
        "triangles": triangles.tolist(),
        "mirror": mirror.tolist(),
        **RINGS,
    }


def write(path: Path, contents: dict) -> None:
    """JSON with one key on each line: small and readable."""
    lines = (f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in contents.items())
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _asset(mediapipe: Path) -> bytes:
    """The canonical face's bytes: the packed file is a concatenation, its index is inside a script."""
    try:
        data, script = (mediapipe / ASSETS).read_bytes(), (mediapipe / ASSETS_INDEX).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ExportError(f"{error.filename} is missing; "
                          "--mediapipe wants the package folder of @mediapipe/face_mesh") from None
    entry = re.search(r'\{"filename": "[^"]*/' + re.escape(CANONICAL_FACE) + r'", "start": (\d+), "end": (\d+)', script)
    if entry is None:
        raise ExportError(f"{ASSETS_INDEX} does not mention {CANONICAL_FACE}; use @mediapipe/face_mesh 0.4.1657299874")
    start, end = int(entry[1]), int(entry[2])
    if end > len(data):
        raise ExportError(f"{ASSETS}: {len(data)} bytes, but its index reaches to {end}; unpack the package again")
    return data[start:end]


def _canonical_face(metadata: bytes) -> Tuple[np.ndarray, np.ndarray]:
    """GeometryPipelineMetadata { Mesh3d canonical_mesh = 1 { float vertex_buffer = 3, uint32 index_buffer = 4 } }"""
    mesh = next((value for number, value in _fields(metadata) if number == 1), b"")
    floats, indices = bytearray(), []
    for number, value in _fields(mesh):
        if number == 3:
            floats += value
        elif number == 4:
            indices += list(_varints(value)) if isinstance(value, bytes) else [value]
    if len(floats) != VERTICES * 5 * 4 or len(indices) != TRIANGLES * 3:
        raise ExportError(f"{CANONICAL_FACE}: {len(floats) // 20} vertices and {len(indices) // 3} triangles instead of "
                          f"{VERTICES} and {TRIANGLES}; use @mediapipe/face_mesh 0.4.1657299874")
    return np.frombuffer(bytes(floats), "<f4").reshape(-1, 5), np.array(indices).reshape(-1, 3)


def _fields(message: bytes) -> Iterator[Tuple[int, Union[int, bytes]]]:
    """Protocol buffers' wire format: (field number, integer or bytes)."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(message, at)
        elif kind in (1, 2, 5):
            length, at = _varint(message, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            value, at = message[at:at + length], at + length
        else:
            raise ExportError(f"{CANONICAL_FACE} is not a protocol buffer; unpack the package again")
        yield key >> 3, value


def _varint(data: bytes, at: int) -> Tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def _varints(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        yield value


def _mirror(vertices: np.ndarray) -> np.ndarray:
    """The vertex nearest to each vertex's mirror image in the plane x = 0."""
    positions = vertices[:, :3]
    distances = np.linalg.norm(positions[:, None] * (-1, 1, 1) - positions[None], axis=2)
    return distances.argmin(axis=1)


def _check(triangles: np.ndarray, mirror: np.ndarray) -> None:
    if not (mirror[mirror] == np.arange(VERTICES)).all():
        raise ExportError(f"{CANONICAL_FACE}: the face is not symmetric; use @mediapipe/face_mesh 0.4.1657299874")
    edges = {frozenset(edge) for t in triangles.tolist() for edge in ((t[0], t[1]), (t[1], t[2]), (t[2], t[0]))}
    for name, ring in RINGS.items():
        if any(frozenset(edge) not in edges for edge in zip(ring, ring[1:] + ring[:1])):
            raise ExportError(f"{CANONICAL_FACE}: the ring {name} does not follow the triangles' edges")
        twin = name.replace("left", "?").replace("right", "left").replace("?", "right")
        if set(mirror[ring]) != set(RINGS[twin]):
            raise ExportError(f"{CANONICAL_FACE}: the ring {name} is not the mirror image of {twin}")
