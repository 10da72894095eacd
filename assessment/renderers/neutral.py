"""Text that a program which opens a file must neither run nor choke on."""

import re

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet program would take a text for a formula."""
    return text.startswith(FORMULA_BEGINS)


def printable(text: str) -> str:
    """The text without control characters: XML has no way to write them."""
    return UNPRINTABLE.sub("", text)
