"""The one error a user of the exporter should ever see, and what its sentences are made of."""

from typing import Sequence

SHOWN = 3
"""Names in a sentence before it says how many more there are."""

REASON_LENGTH = 160


class ExportError(Exception):
    """An input file is missing, damaged or not the expected one. The message says what to do."""


def shortened(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def reason(error: Exception) -> str:
    """What a library's error says, on one line, or at least its kind."""
    lines = str(error).strip().splitlines()
    return lines[0][:REASON_LENGTH] if lines else type(error).__name__
