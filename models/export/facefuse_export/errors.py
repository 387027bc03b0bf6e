"""The error that a user of the exporter sees, and helpers for its sentences."""

from typing import Sequence

SHOWN = 3
"""Names in a sentence; further ones are counted."""

REASON_LENGTH = 160


class ExportError(Exception):
    """An input file is missing, damaged or not the expected one. The message says what to do."""


def shortened(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def reason(error: Exception) -> str:
    """The message of a library's error on one line, or the error's type if it has no message."""
    lines = str(error).strip().splitlines()
    return lines[0][:REASON_LENGTH] if lines else type(error).__name__
