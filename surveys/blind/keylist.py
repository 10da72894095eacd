"""The public list of a campaign's keys. Whoever has it can see that no person was given a key of their own."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from surveys.blind.keys import SPKI_BYTES, key_id, public_from_spki
from surveys.blind.problems import BlindSignatureError
from surveys.blind.text import from_text, to_text
from surveys.blind.variants import Variant
from surveys.instruments.instrument import Panel

FORMAT = "latitude.keys/1"


@dataclass(frozen=True)
class PublishedKey:
    panel: Panel
    unit: UUID
    spki: bytes

    def __post_init__(self) -> None:
        public_from_spki(self.spki)

    @property
    def id(self) -> bytes:
        return key_id(self.spki)


@dataclass(frozen=True)
class KeyList:
    """One key a panel and unit, sorted. A second key for one group could single somebody out, so it is refused."""

    campaign: UUID
    keys: tuple[PublishedKey, ...]

    @classmethod
    def of(cls, campaign: UUID, keys: Iterable[PublishedKey]) -> Self:
        return cls(campaign, tuple(sorted(keys, key=_place)))

    def __post_init__(self) -> None:
        places = [_place(key) for key in self.keys]
        if not places or places != sorted(set(places)):
            raise BlindSignatureError("A key list names each panel and unit once, in order.")
        if len({key.spki for key in self.keys}) != len(self.keys):
            raise BlindSignatureError("A key may serve one panel and unit only.")

    def document(self) -> bytes:
        """Canonical JSON (RFC 8785): sorted names, no spaces, ASCII, no numbers. The digest is of these bytes."""
        content = {
            "campaign": str(self.campaign),
            "format": FORMAT,
            "keys": [
                {"id": to_text(k.id), "panel": k.panel.value, "spki": to_text(k.spki), "unit": str(k.unit)}
                for k in self.keys
            ],
            "scheme": Variant.PSS_RANDOMIZED.value,
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")

    def digest(self) -> str:
        return hashlib.sha256(self.document()).hexdigest()

    @classmethod
    def from_document(cls, document: bytes) -> Self:
        """The list in a published document; BlindSignatureError where a byte is not as document() writes it."""
        try:
            content: Any = json.loads(document)
            keys = [
                PublishedKey(Panel(k["panel"]), UUID(k["unit"]), from_text(k["spki"], SPKI_BYTES))
                for k in content["keys"]
            ]
            read = cls(UUID(content["campaign"]), tuple(keys))
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
            raise BlindSignatureError(f"This is not a key list: {error}") from error
        if read.document() != document:
            raise BlindSignatureError("This key list is not in its canonical form.")
        return read


def _place(key: PublishedKey) -> tuple[str, str]:
    return key.panel.value, str(key.unit)
