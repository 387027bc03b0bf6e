"""`python3 -m facefuse_export <pack> …`"""

import argparse
import sys
from pathlib import Path

import torch

from . import chain, mesh, parts
from .damo import export as damo
from .damo import rehearsal
from .damo.checkpoint import MODEL
from .errors import ExportError


def main() -> int:
    parser = argparse.ArgumentParser(prog="facefuse_export", description="Makes facefuse model packs.")
    packs = parser.add_subparsers(dest="pack", required=True, metavar="PACK")
    _add_mesh(packs)
    _add_chain(packs)
    _add_damo(packs)
    _add_skeleton(packs)
    _add_rehearsal(packs)
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except ExportError as error:
        print(f"facefuse_export: {error}", file=sys.stderr)
        return 1
    return 0


def _add_mesh(packs) -> None:
    command = packs.add_parser("mesh", help="detector, mesh and embedding: the pack that is embedded in the jar")
    command.add_argument("--models", type=Path, required=True, metavar="DIR",
                         help=f"the folder models/ of npm {mesh.MODELS_PACKAGE}")
    command.add_argument("--mediapipe", type=Path, required=True, metavar="DIR",
                         help=f"the folder of npm {mesh.MEDIAPIPE_PACKAGE}")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the pack to write or to replace")
    command.set_defaults(run=lambda a: mesh.export(a.models, a.mediapipe, a.out))


def _add_chain(packs) -> None:
    command = packs.add_parser("chain", help="networks in parts that mean nothing: for the tests of the engine")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the pack to write or to replace")
    command.set_defaults(run=lambda a: chain.export(a.out))


def _add_damo(packs) -> None:
    command = packs.add_parser("damo", help=f"the UNet networks with the published weights of ModelScope {MODEL}")
    command.add_argument("--checkpoint", type=Path, required=True, metavar="DIR", help="the downloaded model's folder")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the pack to write or to replace")
    command.add_argument("--dtype", choices=parts.DTYPE_BYTES, default="float32",
                         help="what the files store; networks run in any of them (default: float32, as published)")
    command.set_defaults(run=lambda a: damo.export_checkpoint(a.checkpoint, a.out, getattr(torch, a.dtype)))


def _add_skeleton(packs) -> None:
    command = packs.add_parser("skeleton", help="the UNet networks with stand-in weights: for tests and benchmarks")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the pack to write or to replace")
    command.add_argument("--full", action="store_true", help="store every weight (1.5 GB) instead of how to draw it")
    command.set_defaults(run=lambda a: damo.export_skeleton(a.out, a.full))


def _add_rehearsal(packs) -> None:
    command = packs.add_parser("rehearsal", help="no pack, but a checkpoint to try damo with: published files with stand-in weights")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder; 1.5 GB")
    command.set_defaults(run=lambda a: rehearsal.write(a.out))


if __name__ == "__main__":
    sys.exit(main())
