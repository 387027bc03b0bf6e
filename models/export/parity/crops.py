"""Cuts the networks' inputs out of the two samples: a letterbox for the detector, levelled faces for the others.

`python3 crops.py` needs numpy, torch and Pillow. The crops are committed; this is how they were made.
"""

import math

import numpy as np
from PIL import Image

import networks
import png

EYES = ((33, 133), (263, 362))
MESH_MARGIN = 1.5
MESH_PASSES = 3


def main() -> None:
    networks.GOLDEN.mkdir(parents=True, exist_ok=True)
    modules = {role: networks.load(role) for role in networks.SIDES}
    for sample in sorted(networks.SAMPLES.iterdir()):
        picture = np.asarray(Image.open(sample).convert("RGB"))
        for role, crop in crops(picture, modules).items():
            png.write(networks.GOLDEN / f"{role}-{sample.stem}.png", crop)


def crops(picture, modules):
    height, width, _ = picture.shape
    letterbox = Square(width / 2, height / 2, max(width, height), 0)
    result = {"detector": letterbox.cut(picture, networks.SIDES["detector"], border="black")}
    face = best_face(networks.run("detector", modules["detector"], result["detector"]))
    points = letterbox.to_picture(face, networks.SIDES["detector"])
    centre, corner, left, right = points
    square = Square(*centre, MESH_MARGIN * 2 * max(abs(corner - centre)), angle(left, right))
    for _ in range(MESH_PASSES):
        result["mesh"] = square.cut(picture, networks.SIDES["mesh"], border="replicate")
        outputs = networks.run("mesh", modules["mesh"], result["mesh"])
        mesh = square.to_picture(outputs["points"][:, :2], networks.SIDES["mesh"])
        bounds = around(mesh)
        square = Square(bounds.x, bounds.y, bounds.side * MESH_MARGIN, bounds.angle)
    print(f"presence {outputs['presence']:.4f}, face {bounds.side:.0f} px at {bounds.x:.0f}, {bounds.y:.0f}, "
          f"roll {math.degrees(bounds.angle):.1f}°")
    result["embedding"] = bounds.cut(picture, networks.SIDES["embedding"], border="replicate")
    return result


class Square:
    """A square of the picture, turned by `angle` radians about its centre."""

    def __init__(self, x, y, side, angle):
        self.x, self.y, self.side, self.angle = x, y, side, angle

    def to_picture(self, points, size):
        """From pixels of a crop of `size` to pixels of the picture."""
        return (np.asarray(points) - size / 2) * (self.side / size) @ rotation(self.angle).T + (self.x, self.y)

    def cut(self, picture, size, border):
        """Bilinear; where the picture is larger, the mean of several samples a pixel."""
        finer = max(1, math.ceil(self.side / size))
        steps = (np.arange(size * finer) + 0.5) / finer
        x, y = self.to_picture(np.stack(np.meshgrid(steps, steps), -1), size).transpose(2, 0, 1) - 0.5
        height, width, _ = picture.shape
        left, top = np.floor(x).astype(int), np.floor(y).astype(int)
        fx, fy = (x - left)[..., None], (y - top)[..., None]

        def at(row, column):
            return picture[row.clip(0, height - 1), column.clip(0, width - 1)].astype(np.float64)

        pixels = ((at(top, left) * (1 - fx) + at(top, left + 1) * fx) * (1 - fy)
                  + (at(top + 1, left) * (1 - fx) + at(top + 1, left + 1) * fx) * fy)
        if border == "black":
            inside = (x > -0.5) & (x < width - 0.5) & (y > -0.5) & (y < height - 0.5)
            pixels *= inside[..., None]
        pixels = pixels.reshape(size, finer, size, finer, 3).mean((1, 3))
        return pixels.round().astype(np.uint8)


def best_face(outputs):
    """Centre, lower right corner, image-left and image-right eye of the likeliest face, in pixels of the letterbox."""
    cells = [(16, 2), (8, 6)]
    anchors = np.concatenate([
        np.repeat((np.stack(np.meshgrid(np.arange(n), np.arange(n)), -1).reshape(-1, 2) + 0.5) * (256 / n), count, 0)
        for n, count in cells])
    best = outputs["logits"].argmax()
    offsets = outputs["boxes"][best].reshape(8, 2)
    centre = anchors[best] + offsets[0]
    return np.stack([centre, centre + offsets[1] / 2, anchors[best] + offsets[2], anchors[best] + offsets[3]])


def around(mesh):
    """The smallest square around a mesh that is level with its eyes."""
    left, right = (mesh[list(pair)].mean(0) for pair in EYES)
    turn = rotation(angle(left, right))
    level = mesh @ turn
    low, high = level.min(0), level.max(0)
    x, y = turn @ ((low + high) / 2)
    return Square(x, y, (high - low).max(), angle(left, right))


def angle(left, right):
    return math.atan2(right[1] - left[1], right[0] - left[0])


def rotation(radians):
    cosine, sine = math.cos(radians), math.sin(radians)
    return np.array([[cosine, -sine], [sine, cosine]])


if __name__ == "__main__":
    main()
