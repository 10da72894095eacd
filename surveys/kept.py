"""What is made once in a process, because it never changes and making it takes long. Never a key, never an answer."""

from collections.abc import Callable
from typing import TypeVar

MOST = 256  # of a kind in memory at once

Key = TypeVar("Key")
Kept = TypeVar("Kept")


def kept(store: dict[Key, Kept], key: Key, make: Callable[[], Kept], most: int = MOST) -> Kept:
    found = store.get(key)
    if found is None:
        found = make()
        keep(store, key, found, most)
    return found


def keep(store: dict[Key, Kept], key: Key, made: Kept, most: int = MOST) -> None:
    """The oldest goes where there are too many."""
    store[key] = made
    if len(store) > most:
        store.pop(next(iter(store)), None)
