"""Compares the committed pack with the golden outputs of the original models: `python3 compare.py` prints a table."""

import json
from typing import Iterator, NamedTuple

import numpy as np

import networks
import png


class Difference(NamedTuple):
    role: str
    sample: str
    output: str
    largest_value: float
    largest_difference: float


def differences() -> Iterator[Difference]:
    index = json.loads((networks.GOLDEN / "index.json").read_text(encoding="utf-8"))
    modules = {role: networks.load(role) for role in networks.SIDES}
    for crop in index["crops"]:
        role = crop["role"]
        found = networks.run(role, modules[role], png.read(networks.GOLDEN / crop["crop"]))
        for name, output in crop["outputs"].items():
            expected = np.fromfile(networks.GOLDEN / output["file"], "<f4").reshape(output["shape"])
            if found[name].shape != expected.shape:
                raise ValueError(f"{role}.{name}: shape {found[name].shape} instead of {expected.shape}")
            yield Difference(role, crop["sample"], name, abs(expected).max(), abs(found[name] - expected).max())


if __name__ == "__main__":
    print("| role | sample | output | largest value | largest difference |\n| --- | --- | --- | --- | --- |")
    for d in differences():
        print(f"| {d.role} | {d.sample} | {d.output} | {d.largest_value:.4g} | {d.largest_difference:.1e} |")
