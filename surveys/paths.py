"""Where a unit is in its organization's tree, as text: North/Store 12."""

import unicodedata

LONGEST_NAME, LONGEST_PATH = 120, 600


def tidy_path(text: str) -> str:
    """A path as it is compared and stored: no spaces around names, accents in one form."""
    return "/".join(part.strip() for part in unicodedata.normalize("NFC", text).split("/"))


def is_path(path: str) -> bool:
    """Whether each of its names is there and printable."""
    return all(path.split("/")) and not any(unicodedata.category(sign) == "Cc" for sign in path)


def is_too_long(path: str) -> bool:
    return len(path) > LONGEST_PATH or max(map(len, path.split("/"))) > LONGEST_NAME


def parent_of(path: str) -> str:
    """Empty for a unit at the top."""
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    return path.rpartition("/")[2]


def joined(parent: str, name: str) -> str:
    return f"{parent}/{name}" if parent else name
