"""The original's whole fusion, as its pipeline runs it, on the CPU.

    original_fusion.py --modelscope DIR --tasks FILE --rounds N --warm-up N --threads N

ModelScope's own class `ImageFaceFusion` runs unchanged but for its constructor, which reads the checkpoint: its crops, its face model, its networks, its warps and pastes, in the order
and the types that it has them in, with everything that it keeps. Three things that need files of the checkpoint are stood in for:

- the detector: where the face is comes with the task. The original's takes its time besides, and its memory.
- the numbers: the networks' weights are the stand-ins of `facefuse_export`, the face model's arrays are random ones of the
  published shapes. Neither changes what is computed.
- the blending mask: an ellipse of the same size.

FILE is JSON: `[{"name": …, "template": PATH, "user": PATH, "templateFace": [[x, y], …], "userFace": [[x, y], …]}]`, five points of
each picture as it is in its file. Pictures are decoded, and brought to a longest edge of 1024 before they are fused, as they were where
the published figures come from. The result is encoded as JPEG. Prints one JSON object at the end; whatever else is said goes to standard error.
"""

import argparse
import json
import sys
import time
import types
import warnings
from pathlib import Path
from typing import Dict, List, Sequence

import cv2
import numpy as np
import original
import torch

LONGEST_EDGE = 1024
JPEG_QUALITY = 92
VERTICES = 35709
"""Number of vertices of the part of the Basel face model in the checkpoint; the shapes below belong to it, too."""

TRIANGLES = 70789


class Registry:
    """Registers nothing."""

    @staticmethod
    def register_module(*_, **__):
        return lambda cls: cls


class Model(torch.nn.Module):
    """ModelScope's base of all models, of which only this is used."""

    def __init__(self, model_dir, *_, **__):
        super().__init__()
        self.model_dir = model_dir


class Anything:
    """Names that are read at import and never used."""

    def __getattr__(self, name):
        return name


class Nobody:
    """Says nothing."""

    def info(self, *_):
        pass

    warning = info


def module(name: str, **members) -> None:
    made = types.ModuleType(name)
    vars(made).update(members)
    sys.modules[name] = made


def original_class(modelscope: Path):
    """The class; what it imports of the rest of ModelScope is stood in for."""
    load = original.importer(modelscope)
    for package in ("modelscope.utils", "modelscope.models.cv.face_detection", "modelscope.models.cv.face_detection.peppa_pig_face"):
        module(package, __path__=[])
    module("modelscope.metainfo", Models=Anything())
    module("modelscope.models.base", Tensor=torch.Tensor, TorchModel=Model)
    module("modelscope.models.builder", MODELS=Registry)
    module("modelscope.models.cv.face_detection.peppa_pig_face.facer", FaceAna=object)
    module("modelscope.utils.constant", ModelFile=Anything(), Tasks=Anything())
    module("modelscope.utils.logger", get_logger=Nobody)
    return load("image_face_fusion").ImageFaceFusion, load


def face_model_arrays() -> Dict[str, np.ndarray]:
    """The arrays of the face model's file as `loadmat` returns them, in double precision."""
    random = np.random.default_rng(1)

    def basis(columns: int) -> np.ndarray:
        return random.standard_normal((3 * VERTICES, columns)) * 1e-3

    def indices(*shape: int) -> np.ndarray:
        return random.integers(1, VERTICES + 1, shape)

    return {
        "meanshape": random.standard_normal((1, 3 * VERTICES)) * 0.5,
        "idBase": basis(80),
        "exBase": basis(64),
        "meantex": np.full((1, 3 * VERTICES), 128.0),
        "texBase": basis(80),
        "point_buf": random.integers(1, TRIANGLES + 1, (VERTICES, 8)),
        "tri": indices(TRIANGLES, 3),
        "keypoints": indices(1, 68),
        "frontmask2_idx": indices(27660, 1),
        "tri_mask2": indices(54681, 3),
        "skinmask": np.ones((1, VERTICES)),
    }


def made(modelscope: Path):
    """The model as its constructor leaves it."""
    cls, load = original_class(modelscope)
    bfm = load("network.bfm")
    bfm.loadmat = lambda _: face_model_arrays()
    mask = np.zeros((256, 256, 3), np.uint8)
    cv2.ellipse(mask, (128, 128), (80, 110), 0, 0, 360, (255, 255, 255), -1)
    stages = original.networks(modelscope, original.STAGES)
    face_gan = load("facegan.face_gan")

    class Enhancer(face_gan.GPEN):
        """With its weights already there."""

        def load_model(self, channel_multiplier=2):
            self.model = stages["enhancer"].network

    class Stood(cls):
        """Sets what the original's constructor sets, without its files."""

        def __init__(self):
            Model.__init__(self, "")
            self.device = torch.device("cpu")
            self.num_kp, self.id_dim = 17, 512
            self.netG = stages["generator"].network
            self.arcface = stages["identity"].network
            self.f_3d = stages["shape"].network
            self.face_model = bfm.ParametricFaceModel(bfm_folder="")
            self.face_model.to(self.device)
            self.mask_init = mask
            self.mask = self.image_transform(mask, is_norm=False)
            self.ganwrap_1024 = Enhancer("", 1024, 2, self.device)
            self.mask_enhance = np.zeros((512, 512), np.float32)
            cv2.rectangle(self.mask_enhance, (26, 26), (486, 486), (1, 1, 1), -1, cv2.LINE_AA)
            for _ in range(2):
                self.mask_enhance = cv2.GaussianBlur(self.mask_enhance, (101, 101), 11)
            align = load("facelib.align_trans")
            self.reference_5pts_1024 = align.get_reference_facial_points((1024, 1024), 0.25, (0, 0), True)
            transforms = load("image_face_fusion").transforms
            self.test_transform = transforms.Compose(
                [transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
            self.faces: List[np.ndarray] = []

        def detect_face(self, img):
            """The user's first, then the template's; 68 points of which the five that are used are right."""
            return landmarks(self.faces.pop(0)), img.shape[1] / 2, img.shape[0] / 2

    return Stood()


def landmarks(five: np.ndarray) -> np.ndarray:
    """An eye is a hexagon about its centre, a quarter of the eyes' distance wide."""
    points = np.zeros((68, 2))
    radius = np.linalg.norm(five[1] - five[0]) / 8
    angles = np.arange(6) * np.pi / 3
    hexagon = radius * np.stack([np.cos(angles), 0.5 * np.sin(angles)], 1)
    points[36:42], points[42:48] = five[0] + hexagon, five[1] + hexagon
    points[30], points[48], points[54] = five[2], five[3], five[4]
    return points


def bounded(path: str, face: Sequence[Sequence[float]]):
    """An RGB picture as the pipeline loads it, and its five points."""
    bgr = cv2.imread(path, cv2.IMREAD_COLOR)
    scale = LONGEST_EDGE / max(bgr.shape[:2])
    size = (round(bgr.shape[1] * scale), round(bgr.shape[0] * scale))
    rgb = cv2.cvtColor(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
    return torch.from_numpy(rgb), np.asarray(face) * scale


def fuse(model, task: dict) -> bytes:
    template, template_face = bounded(task["template"], task["templateFace"])
    user, user_face = bounded(task["user"], task["userFace"])
    model.faces = [user_face, template_face]
    result = model.inference(template, user)
    return cv2.imencode(".jpg", result, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()


def reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def status(name: str) -> int:
    """Bytes of this process, as Linux has them."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name + ":"))
    return int(line.split()[1]) << 10


def measure(model, task: dict, rounds: int, warm_up: int) -> dict:
    measured = []
    for i in range(warm_up + rounds):
        reset_peak()
        start = time.perf_counter()
        fuse(model, task)
        millis = 1e3 * (time.perf_counter() - start)
        print(f"{task['name']}: {millis:.0f} ms", file=sys.stderr, flush=True)
        if i >= warm_up:
            measured.append({"millis": millis, "peakBytes": status("VmHWM"), "afterBytes": status("VmRSS")})
    return {"name": task["name"], "rounds": measured}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modelscope", type=Path, required=True)
    parser.add_argument("--tasks", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--warm-up", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    answers, sys.stdout = sys.stdout, sys.stderr  # What others print is no answer.
    warnings.simplefilter("ignore")
    torch.set_num_threads(arguments.threads)
    model = made(arguments.modelscope).eval()
    workloads = [measure(model, task, arguments.rounds, arguments.warm_up) for task in json.loads(arguments.tasks.read_text())]
    engine = f"ModelScope {original.version_of(arguments.modelscope)}, PyTorch {torch.__version__}"
    print(json.dumps({"engine": engine, "workloads": workloads}), file=answers)


if __name__ == "__main__":
    main()
