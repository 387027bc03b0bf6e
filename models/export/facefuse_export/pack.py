"""Writes a pack to a temporary folder, files first, then pack.json, and moves it to its path in one step."""

import contextlib
import hashlib
import io
import json
import shutil
from pathlib import Path
from typing import Iterator

import torch

from .errors import ExportError

FORMAT = 3
MANIFEST = "pack.json"

BLOCK_BYTES = 1 << 20
"""Bytes of a file in memory at a time."""


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(BLOCK_BYTES), b""):
            digest.update(block)
    return digest.hexdigest()


def require(path: Path, expected: str, package: str) -> Path:
    """`path`, if it is the file this exporter was written for."""
    if not path.is_file():
        raise ExportError(f"{path} is missing; unpack {package} and point the option at its folder")
    found = sha256(path)
    if found != expected:
        raise ExportError(f"{path} is not the file of {package} (SHA-256 {found[:12]}… instead of {expected[:12]}…); "
                          "unpack the package again")
    return path


def entry(path: Path) -> dict:
    """The entry of a file in pack.json."""
    return {"file": path.name, "sha256": sha256(path), "bytes": path.stat().st_size}


def save_module(module: torch.jit.ScriptModule, path: Path) -> None:
    """Saves through memory, because `torch.jit.save` to a path writes the file's name into the file."""
    buffer = io.BytesIO()
    torch.jit.save(module, buffer)
    path.write_bytes(buffer.getbuffer())


def write_manifest(folder: Path, manifest: dict) -> None:
    text = json.dumps({"format": FORMAT, **manifest}, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


@contextlib.contextmanager
def written_aside(out: Path) -> Iterator[Path]:
    """A new folder that replaces `out` if the block succeeds, and is deleted if it fails."""
    aside, previous = (out.with_name(f".{out.name}.{suffix}") for suffix in ("new", "old"))
    try:
        if out.exists() and any(out.iterdir()) and not (out / MANIFEST).is_file():
            raise ExportError(f"{out} exists and is not a model pack; name a new folder or an older pack")
        for leftover in (aside, previous):
            shutil.rmtree(leftover, ignore_errors=True)
        aside.mkdir(parents=True)
        yield aside
        if out.exists():
            out.rename(previous)
        aside.rename(out)
    except OSError as error:
        raise ExportError(f"{out} cannot be written ({error}), and nothing of it is left; make room or name another folder") from error
    finally:
        if previous.exists() and not out.exists():
            previous.rename(out)
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(previous, ignore_errors=True)
