"""Rendered articles, kept in the process: a snapshot never changes, so what was drawn once is drawn for good.

Nothing is in here that a page did not show; who may see it is asked before, at each request.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

LARGEST = 64_000_000  # characters, of all that is kept together


class Kept:
    """The most lately used texts, as many as fit."""

    def __init__(self, largest: int = LARGEST) -> None:
        self.largest = largest
        self._texts: OrderedDict[Hashable, str] = OrderedDict()
        self._held = 0
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], str]) -> str:
        """What is kept under the key, or what `make` returns. Two threads may make it at once; either is right."""
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
                return self._texts[key]
        made = make()
        with self._lock:
            self._keep(key, made)
        return made

    def _keep(self, key: Hashable, text: str) -> None:
        self._held += len(text) - len(self._texts.pop(key, ""))
        self._texts[key] = text
        while self._held > self.largest and self._texts:
            _key, dropped = self._texts.popitem(last=False)
            self._held -= len(dropped)

    def __len__(self) -> int:
        return len(self._texts)
