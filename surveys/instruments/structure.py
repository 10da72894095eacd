"""Reads instrument.yaml: what is asked and how it is answered, without a word of text."""

import re
from dataclasses import dataclass, field

from surveys.instruments.instrument import (
    MAX_BACKGROUND,
    MAX_CHOICE_BITS,
    MAX_LEVELS,
    MAX_OPTIONS,
    ROLES,
    BackgroundQuestion,
    Dimension,
    Item,
    ItemKind,
    Scale,
    Section,
)
from surveys.instruments.reading import Node, listed

MAX_TEXT = 4000
MAX_ITEMS = 200
RESERVED = frozenset({"panel", "unit"})  # columns of responses.csv
_LARGEST = 10**9
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)

_ITEM_KEYS: dict[ItemKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    ItemKind.AGREE: (("scale", "dimension"), ("reverse",)),
    ItemKind.LADDER: (("scale", "step"), ()),
    ItemKind.SCENARIO: (("scale",), ()),
    ItemKind.CHOICE: (("scale",), ("role",)),
    ItemKind.MULTI: (("scale", "max_choices"), ("role",)),
    ItemKind.TEXT: (("max_length",), ("role",)),
}


@dataclass
class Structure:
    """What could be read. Where there were problems it is incomplete, and only good for finding more."""

    id: str = ""
    version: int = 0
    languages: dict[str, Node] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    scales: dict[str, Scale] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    background: dict[str, BackgroundQuestion] = field(default_factory=dict)
    amounts: tuple[int, ...] = ()


def _new_id(node: Node | None, taken: set[str], what: str) -> str | None:
    identifier = node.identifier() if node else None
    if node is None or identifier is None:
        return None
    if identifier in RESERVED and what in {"item", "question"}:
        node.report(f"{identifier!r} is a column of responses.csv", f"another id for this {what}")
        return None
    if identifier.lower() in taken:
        node.report(
            f"{identifier!r} is used twice, upper and lower case alike", f"another id for this {what}"
        )
        return None
    taken.add(identifier.lower())
    return identifier


def read_structure(root: Node) -> Structure:
    required = ("id", "version", "languages", "dimensions", "scales", "sections")
    entries = root.entries(required, ("background", "amounts"))
    made = Structure()
    if node := entries.get("id"):
        made.id = node.identifier() or ""
    if node := entries.get("version"):
        made.version = node.whole(1, _LARGEST) or 0
    for key, reader in (
        ("languages", _languages),
        ("dimensions", _dimensions),
        ("scales", _scales),
        ("sections", _sections),
        ("background", _background),
        ("amounts", _amounts),
    ):
        if node := entries.get(key):
            reader(node, made)
    if (node := entries.get("dimensions")) and not root.problems:
        used = {item.dimension for item in made.items.values()}
        for dimension in made.dimensions.keys() - used:
            node.report(f"no item belongs to {dimension}", "at least one agree item for each dimension")
    return made


def _languages(node: Node, made: Structure) -> None:
    taken: set[str] = set()
    for element in node.elements():
        if isinstance(element.value, str) and not LANGUAGE.fullmatch(element.value):
            element.report(f"is {element.value!r}", "a language code like en or pt-BR")
        elif (language := _new_id(element, taken, "language")) is not None:
            made.languages[language] = element
    if not node.value:
        node.report("is empty", "at least one language; the first is the default")


def _dimensions(node: Node, made: Structure) -> None:
    taken: set[str] = set()
    for element in node.elements():
        entries = element.entries(("id",), ("headline",))
        headline = entries["headline"].flag() if "headline" in entries else True
        if (identifier := _new_id(entries.get("id"), taken, "dimension")) is not None:
            made.dimensions[identifier] = Dimension(identifier, headline is not False)


def _scales(node: Node, made: Structure) -> None:
    taken: set[str] = set()
    for element in node.elements():
        entries = element.entries(("id", "options"), ("dont_know",))
        options = entries["options"].whole(2, MAX_OPTIONS) if "options" in entries else None
        code = entries["dont_know"].whole(-9999, 9999) if "dont_know" in entries else None
        if code is not None and 1 <= code <= (options or 0):
            entries["dont_know"].report(f"{code} is also an option", f"a code outside 1 to {options}")
        if (identifier := _new_id(entries.get("id"), taken, "scale")) is not None:
            made.scales[identifier] = Scale(identifier, options or 0, code)


def _sections(node: Node, made: Structure) -> None:
    sections: set[str] = set()
    taken: set[str] = set()
    for element in node.elements():
        entries = element.entries(("id", "items"))
        section = _new_id(entries.get("id"), sections, "section")
        elements = entries["items"].elements() if "items" in entries else []
        before = len(made.items)
        for entry in elements:
            _item(entry, section or "", made, taken)
        if "items" in entries and not entries["items"].value:
            entries["items"].report("is empty", "at least one item")
        if section is not None:
            made.sections[section] = Section(section, tuple(made.items)[before:])
    if len(made.items) > MAX_ITEMS:
        node.report(f"{len(made.items)} items", f"at most {MAX_ITEMS}")


def _item(node: Node, section: str, made: Structure, taken: set[str]) -> None:
    kind = _kind(node)
    if kind is None:
        return
    required, optional = _ITEM_KEYS[kind]
    entries = node.entries(("id", "kind", *required), optional)
    identifier = _new_id(entries.get("id"), taken, "item")
    if identifier is None:
        return
    scale = _reference(entries.get("scale"), made.scales)
    length = entries["max_length"].whole(1, MAX_TEXT) if "max_length" in entries else None
    reverse = entries["reverse"].flag() if "reverse" in entries else False
    made.items[identifier] = Item(
        id=identifier,
        kind=kind,
        section=section,
        dimension=_reference(entries.get("dimension"), made.dimensions),
        scale=scale,
        options=made.scales[scale].options if scale else 0,
        reverse=reverse is True,
        dont_know=scale is not None and made.scales[scale].dont_know,
        max_choices=_max_choices(entries, kind, made.scales.get(scale or "")),
        role=_role(entries.get("role"), kind, made),
        step=_step(entries, scale, made),
        max_length=length,
    )


def _kind(node: Node) -> ItemKind | None:
    """The kind first: it decides which other keys an item may have."""
    every = {key for keys in _ITEM_KEYS.values() for group in keys for key in group}
    if isinstance(node.value, dict) and "kind" in node.value:
        found = node.value["kind"]
        if found in tuple(ItemKind):
            return ItemKind(found)
    entries = node.entries(("id", "kind"), tuple(sorted(every)))
    if "kind" in entries:
        entries["kind"].one_of(tuple(ItemKind))
    return None


def _reference(node: Node | None, known: dict[str, Scale] | dict[str, Dimension]) -> str | None:
    if node is None:
        return None
    if isinstance(node.value, str) and node.value in known:
        return str(node.value)
    node.report(f"{node.value!r} is not defined", f"one of {listed(known)}")
    return None


def _max_choices(entries: dict[str, Node], kind: ItemKind, scale: Scale | None) -> int | None:
    if kind is not ItemKind.MULTI or scale is None:
        return None
    if scale.options > MAX_CHOICE_BITS:
        entries["scale"].report(
            f"{scale.id} has {scale.options} options",
            f"a scale of at most {MAX_CHOICE_BITS} for a multi item",
        )
    if scale.dont_know:
        entries["scale"].report(f"{scale.id} offers don't know", "a scale without it for a multi item")
    if "max_choices" not in entries:
        return None
    return entries["max_choices"].whole(1, max(1, scale.options))


def _role(node: Node | None, kind: ItemKind, made: Structure) -> str | None:
    if node is None:
        return None
    role = node.one_of([role for role, needed in ROLES.items() if needed is kind])
    if role is not None and any(item.role == role for item in made.items.values()):
        node.report(f"{role} is taken", "each role at most once")
    return role


def _step(entries: dict[str, Node], scale: str | None, made: Structure) -> int | None:
    """Steps rise by one from item to item and are answered on one scale, or no ceiling can be computed."""
    if "step" not in entries:
        return None
    before = [item for item in made.items.values() if item.kind is ItemKind.LADDER]
    step = entries["step"].whole(1, MAX_ITEMS)
    if step is not None and step != len(before) + 1:
        entries["step"].report(f"is {step}", f"{len(before) + 1}, the next step of the ladder")
    if before and scale is not None and scale != before[0].scale:
        entries["scale"].report(f"is {scale}", f"{before[0].scale}, as on the steps before")
    return step


def _background(node: Node, made: Structure) -> None:
    taken = {identifier.lower() for identifier in made.items}
    elements = node.elements()
    for element in elements:
        entries = element.entries(("id", "options"))
        options = entries["options"].whole(2, MAX_LEVELS) if "options" in entries else None
        if (identifier := _new_id(entries.get("id"), taken, "question")) is not None:
            made.background[identifier] = BackgroundQuestion(identifier, options or 0)
    if len(elements) > MAX_BACKGROUND:
        node.report(f"{len(elements)} questions", f"at most {MAX_BACKGROUND}")


def _amounts(node: Node, made: Structure) -> None:
    elements = node.elements()
    amounts = [amount for element in elements if (amount := element.whole(1, _LARGEST)) is not None]
    steps = sum(item.kind is ItemKind.LADDER for item in made.items.values())
    if len(elements) != steps:
        node.report(f"{len(elements)} amounts", f"{steps}, one for each ladder item")
    if amounts != sorted(set(amounts)):
        node.report(f"the amounts {listed(map(str, amounts))} do not rise", "each larger than the one before")
    made.amounts = tuple(amounts)
