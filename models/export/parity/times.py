"""Measures the committed pack: `python3 times.py [THREADS]` prints the median of 50 runs after 10."""

import statistics
import sys
import time

import torch

import networks

WARM_UP, RUNS = 10, 50


def milliseconds(module: torch.jit.ScriptModule, batch: int, side: int) -> float:
    image = torch.rand(batch, 3, side, side)
    times = []
    for _ in range(WARM_UP + RUNS):
        start = time.perf_counter()
        module(image)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[WARM_UP:])


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads\n\n| role | batch 1 | batch 2 | batch 8 |")
    print("| --- | --- | --- | --- |")
    with torch.inference_mode():
        for role, side in networks.SIDES.items():
            module = networks.load(role)
            cells = " | ".join(f"{milliseconds(module, batch, side):.1f} ms" for batch in (1, 2, 8))
            print(f"| {role} | {cells} |")
