"""The one error a user of the exporter should ever see."""


class ExportError(Exception):
    """An input file is missing, damaged or not the expected one. The message says what to do."""
