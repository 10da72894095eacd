"""A versioned questionnaire: dimensions, items with one wording a panel and language, scales."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

MAX_OPTIONS = 254  # a byte, less "no answer" and "don't know"
MAX_CHOICE_BITS = 8  # a `multi` answer is a bit mask in one byte
MAX_BACKGROUND = 6
MAX_LEVELS = 12


class Panel(StrEnum):
    FRONTLINE = "frontline"
    EXECUTIVE = "executive"


class ItemKind(StrEnum):
    AGREE = "agree"
    LADDER = "ladder"
    SCENARIO = "scenario"
    CHOICE = "choice"
    MULTI = "multi"
    TEXT = "text"


ROLES: Mapping[str, ItemKind] = {
    "obstacles": ItemKind.MULTI,
    "obstacle-frequency": ItemKind.CHOICE,
    "obstacle-outcome": ItemKind.CHOICE,
    "escalation": ItemKind.CHOICE,
    "open": ItemKind.TEXT,
}
"""Items that the report looks for by what they are about, and the kind each must have."""


@dataclass(frozen=True)
class Scale:
    """Answer options, numbered from 1. `dont_know_code` is the raw code of "don't know" in imported files."""

    id: str
    options: int
    dont_know_code: int | None = None

    @property
    def dont_know(self) -> bool:
        return self.dont_know_code is not None


@dataclass(frozen=True)
class Dimension:
    """`headline` dimensions are averaged into the empowerment gap."""

    id: str
    headline: bool = True


@dataclass(frozen=True)
class Section:
    """Items that stand together on the page, under one heading."""

    id: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """`reverse`: agreeing is unfavourable. `step` is for ladder items, `max_length` for text, from 1."""

    id: str
    kind: ItemKind
    section: str
    dimension: str | None = None
    scale: str | None = None
    options: int = 0
    reverse: bool = False
    dont_know: bool = False
    max_choices: int | None = None
    role: str | None = None
    step: int | None = None
    max_length: int | None = None


@dataclass(frozen=True)
class BackgroundQuestion:
    id: str
    options: int


@dataclass(frozen=True)
class Instrument:
    """`texts` is language -> key -> text. Every language has every text, or there is no Instrument.

    `amounts` are recommended stakes for the ladder, one a step; a campaign sets its own.
    """

    id: str
    version: int
    languages: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    sections: tuple[Section, ...]
    scales: tuple[Scale, ...]
    items: tuple[Item, ...]
    background: tuple[BackgroundQuestion, ...]
    amounts: tuple[int, ...]
    texts: Mapping[str, Mapping[str, str]] = field(repr=False, hash=False)

    def __post_init__(self) -> None:
        expected = frozenset(self._text_keys())
        for language in self.languages:
            if missing := expected ^ frozenset(self.texts.get(language, {})):
                raise ValueError(
                    f"The {language} texts of {self.id} lack or add: {', '.join(sorted(missing)[:5])}."
                )

    @property
    def default_language(self) -> str:
        return self.languages[0]

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    def item(self, item_id: str) -> Item:
        try:
            return self._items[item_id]
        except KeyError:
            raise ValueError(f"The instrument {self.id} has no item {item_id!r}.") from None

    def items_of(self, kind: ItemKind) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.kind is kind)

    def items_in(self, dimension: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.dimension == dimension)

    def with_role(self, role: str) -> Item | None:
        """The item that plays a role of `ROLES`, or None: an instrument need not have it."""
        if role not in ROLES:
            raise ValueError(f"{role!r} is not a role; expected one of {', '.join(ROLES)}.")
        return next((item for item in self.items if item.role == role), None)

    def scale(self, scale_id: str) -> Scale:
        return next(scale for scale in self.scales if scale.id == scale_id)

    def background_question(self, question_id: str) -> BackgroundQuestion:
        for question in self.background:
            if question.id == question_id:
                return question
        raise ValueError(f"The instrument {self.id} has no background question {question_id!r}.")

    def without(self, items: Collection[str]) -> Self:
        """The same with those left out, and with them a section that has nothing else."""
        kept = tuple(item for item in self.items if item.id not in items)
        thinned = (
            replace(it, items=tuple(one for one in it.items if one not in items)) for it in self.sections
        )
        sections = tuple(section for section in thinned if section.items)
        gone = {f"item.{item.id}" for item in self.items} - {f"item.{item.id}" for item in kept}
        gone |= {f"section.{it.id}" for it in self.sections} - {f"section.{it.id}" for it in sections}
        texts = {
            language: {key: text for key, text in found.items() if ".".join(key.split(".")[:2]) not in gone}
            for language, found in self.texts.items()
        }
        return replace(self, items=kept, sections=sections, texts=texts)

    # Texts

    def title(self, language: str) -> str:
        return self._text(language, "title")

    def intro(self, panel: Panel, language: str) -> str:
        return self._text(language, f"intro.{panel}")

    def dimension_title(self, dimension: str, language: str) -> str:
        return self._text(language, f"dimension.{dimension}.title")

    def dimension_about(self, dimension: str, language: str) -> str:
        """The question that a dimension answers, for readers of the report."""
        return self._text(language, f"dimension.{dimension}.about")

    def section_title(self, section: str, language: str) -> str:
        return self._text(language, f"section.{section}.title")

    def section_intro(self, section: str, panel: Panel, language: str) -> str:
        return self._text(language, f"section.{section}.intro.{panel}")

    def wording(self, item_id: str, panel: Panel, language: str) -> str:
        """The question as a panel reads it. A ladder item's has the placeholder `{amount}`."""
        return self._text(language, f"item.{item_id}.{panel}")

    def label(self, item_id: str, language: str) -> str:
        """Two to five words that stand for the item in charts and tables."""
        return self._text(language, f"item.{item_id}.label")

    def option_labels(self, item_id: str, language: str, panel: Panel) -> tuple[str, ...]:
        item = self.item(item_id)
        return tuple(
            self._text(language, f"scale.{item.scale}.{option}.{panel}")
            for option in range(1, item.options + 1)
        )

    def dont_know_label(self, item_id: str, language: str, panel: Panel) -> str:
        """ValueError where the item does not offer "don't know"."""
        return self._text(language, f"scale.{self.item(item_id).scale}.dont_know.{panel}")

    def background_wording(self, question_id: str, language: str) -> str:
        return self._text(language, f"background.{question_id}.question")

    def background_label(self, question_id: str, language: str) -> str:
        return self._text(language, f"background.{question_id}.label")

    def background_labels(self, question_id: str, language: str) -> tuple[str, ...]:
        options = self.background_question(question_id).options
        return tuple(
            self._text(language, f"background.{question_id}.{level}") for level in range(1, options + 1)
        )

    def _text(self, language: str, key: str) -> str:
        try:
            texts = self.texts[language]
        except KeyError:
            raise ValueError(f"The instrument {self.id} is not written in {language!r}.") from None
        try:
            return texts[key]
        except KeyError:
            raise ValueError(f"The instrument {self.id} has no text {key!r}.") from None

    def _text_keys(self) -> Iterator[str]:
        yield "title"
        yield from (f"intro.{panel}" for panel in Panel)
        for dimension in self.dimensions:
            yield from (f"dimension.{dimension.id}.{part}" for part in ("title", "about"))
        for section in self.sections:
            yield f"section.{section.id}.title"
            yield from (f"section.{section.id}.intro.{panel}" for panel in Panel)
        for scale in self.scales:
            names = [str(option) for option in range(1, scale.options + 1)]
            names += ["dont_know"] if scale.dont_know else []
            yield from (f"scale.{scale.id}.{name}.{panel}" for name in names for panel in Panel)
        for item in self.items:
            yield from (f"item.{item.id}.{part}" for part in ("label", *Panel))
        for question in self.background:
            levels = (str(level) for level in range(1, question.options + 1))
            yield from (f"background.{question.id}.{part}" for part in ("label", "question", *levels))

    # A stored instrument

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """What `to_json` gave, also after a trip through JSON. ValueError where it is anything else."""
        try:
            return cls(
                id=document["id"],
                version=document["version"],
                languages=tuple(document["languages"]),
                dimensions=tuple(Dimension(**entry) for entry in document["dimensions"]),
                sections=tuple(Section(entry["id"], tuple(entry["items"])) for entry in document["sections"]),
                scales=tuple(Scale(**entry) for entry in document["scales"]),
                items=tuple(
                    Item(**{**entry, "kind": ItemKind(entry["kind"])}) for entry in document["items"]
                ),
                background=tuple(BackgroundQuestion(**entry) for entry in document["background"]),
                amounts=tuple(document["amounts"]),
                texts=document["texts"],
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"This is not a stored instrument: {error}.") from error

    def digest(self) -> str:
        """SHA-256 of the canonical JSON: a change of a single word is another instrument."""
        canonical = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
