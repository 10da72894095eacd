"""Reads one language's file and holds it against the structure: nothing missing, nothing left over."""

from collections.abc import Callable, Collection

from surveys.instruments.instrument import ItemKind, Panel
from surveys.instruments.reading import Node
from surveys.instruments.structure import Structure

LONGEST_LABEL = 48
AMOUNT = "{amount}"
_BRACES = frozenset("{}")
_BOTH = "both"
_Part = tuple[str, Collection[str], Callable[[str, Node], None]]  # key, ids that must be there, reader


class TextReader:
    """Collects `key -> text` as `Instrument` keeps them.

    Where the structure itself has problems it is not `complete`: texts for what it lacks are then let pass,
    so that one mistake is told once.
    """

    def __init__(self, structure: Structure, *, complete: bool) -> None:
        self._structure = structure
        self._complete = complete
        self.texts: dict[str, str] = {}

    def read(self, root: Node) -> dict[str, str]:
        made = self._structure
        parts: tuple[_Part, ...] = (
            ("dimensions", made.dimensions, self._dimension),
            ("sections", made.sections, self._section),
            ("scales", made.scales, self._scale),
            ("items", made.items, self._item),
            ("background", made.background, self._question),
        )
        needed = [(name, known, reader) for name, known, reader in parts if known]
        entries = root.entries(("title", "intro", *(name for name, _, _ in needed)), closed=self._complete)
        self._plain(entries.get("title"), "title")
        self._for_panels(entries.get("intro"), "intro")
        for name, known, reader in needed:
            if name in entries:
                for identifier, node in entries[name].entries(known, closed=self._complete).items():
                    reader(identifier, node)
        return self.texts

    def _dimension(self, identifier: str, node: Node) -> None:
        entries = node.entries(("title", "about"))
        for part, entry in entries.items():
            self._plain(entry, f"dimension.{identifier}.{part}")

    def _section(self, identifier: str, node: Node) -> None:
        entries = node.entries(("title", "intro"))
        self._plain(entries.get("title"), f"section.{identifier}.title")
        self._for_panels(entries.get("intro"), f"section.{identifier}.intro")

    def _scale(self, identifier: str, node: Node) -> None:
        scale = self._structure.scales[identifier]
        keys = ("options", "dont_know") if scale.dont_know else ("options",)
        entries = node.entries(keys, closed=self._complete)
        if "dont_know" in entries:
            self._for_panels(entries["dont_know"], f"scale.{identifier}.dont_know")
        if (options := entries.get("options")) is None:
            return
        for panel, labels in self._panels(options).items():
            self._options(labels, scale.options, f"scale.{identifier}", f".{panel}")

    def _item(self, identifier: str, node: Node) -> None:
        both = isinstance(node.value, dict) and _BOTH in node.value
        entries = node.entries(("label", _BOTH) if both else ("label", *Panel))
        amount = self._structure.items[identifier].kind is ItemKind.LADDER
        self._label(entries.get("label"), f"item.{identifier}.label")
        for panel in Panel:
            self._plain(entries.get(_BOTH if both else panel), f"item.{identifier}.{panel}", amount=amount)

    def _question(self, identifier: str, node: Node) -> None:
        entries = node.entries(("label", "question", "options"))
        self._label(entries.get("label"), f"background.{identifier}.label")
        self._plain(entries.get("question"), f"background.{identifier}.question")
        if "options" in entries:
            levels = self._structure.background[identifier].options
            self._options(entries["options"], levels, f"background.{identifier}")

    # Leaves

    def _panels(self, node: Node) -> dict[Panel, Node]:
        """One text for both panels, or a mapping with one for each."""
        if not isinstance(node.value, dict):
            return dict.fromkeys(Panel, node)
        return {Panel(panel): entry for panel, entry in node.entries(tuple(Panel)).items()}

    def _for_panels(self, node: Node | None, key: str) -> None:
        if node is not None:
            for panel, entry in self._panels(node).items():
                self._plain(entry, f"{key}.{panel}")

    def _options(self, node: Node, number: int, key: str, suffix: str = "") -> None:
        elements = node.elements()
        if number and isinstance(node.value, list) and len(elements) != number:
            node.report(f"has {len(elements)} texts", f"{number}, one for each option")
        seen: set[str] = set()
        for option, element in enumerate(elements, start=1):
            text = self._plain(element, f"{key}.{option}{suffix}")
            if text is not None and text.casefold() in seen:
                element.report(f"{text!r} is there twice", "options that can be told apart")
            seen.add((text or "").casefold())

    def _label(self, node: Node | None, key: str) -> None:
        text = self._plain(node, key)
        if node is not None and text is not None and len(text) > LONGEST_LABEL:
            node.report(f"has {len(text)} characters", f"a label of at most {LONGEST_LABEL}")

    def _plain(self, node: Node | None, key: str, *, amount: bool = False) -> str | None:
        text = node.text() if node is not None else None
        if node is None or text is None:
            return None
        rest = text.replace(AMOUNT, "", 1) if amount else text
        if (amount and rest == text) or not _BRACES.isdisjoint(rest):
            found = "no placeholder" if rest == text and amount else "stray braces"
            wanted = f"{AMOUNT} once and no other braces" if amount else "a text without braces"
            node.report(f"has {found}", wanted)
        self.texts[key] = text
        return text
