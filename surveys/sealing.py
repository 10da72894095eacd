"""The ballot box's lock: AES-256-GCM, a key a campaign, wrapped by a master key that is in no database.

What it protects against, and what not, is told in docs/privacy.md.
"""

import base64
import binascii
import hmac
import os
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from surveys.instruments.instrument import ItemKind, Panel
from surveys.kept import kept
from surveys.models import Campaign

KEY_BYTES = 32
NONCE_BYTES = 12
PLACE = struct.Struct(">16sB")  # unit, panel
SIZES = struct.Struct(">HI")  # width of the sheet, bytes of comments
HEADER = PLACE.size + SIZES.size
PANELS = tuple(Panel)
LENGTH = struct.Struct(">I")
BLOCK = 256
WIDE = 1 << 31  # in the length of a text: UTF-16, where that is shorter than UTF-8
LONGEST_UNIT = (
    2  # bytes of what a browser counts as one character: those beyond the first 65,536 count as two
)
_rooms: dict[tuple[UUID, int], int] = {}
PROBE = b"Latitude: this key opens the ballot boxes."


class SealingError(Exception):
    """A key that does not fit, or a ballot that was changed."""

    says_no_answer = True  # so that a log may carry the message: config.logs


@dataclass(frozen=True)
class Opened:
    """What was in a ballot."""

    unit: UUID
    panel: Panel
    sheet: bytes
    comments: Mapping[str, str]


def master_key(text: str | None = None) -> bytes:
    """32 bytes from the URL-safe base64 of LATITUDE_MASTER_KEY."""
    given = settings.MASTER_KEY if text is None else text
    try:
        key = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))
    except (binascii.Error, ValueError) as error:
        raise SealingError("LATITUDE_MASTER_KEY is not URL-safe base64.") from error
    if len(key) != KEY_BYTES:
        raise SealingError(f"LATITUDE_MASTER_KEY holds {len(key)} bytes; expected {KEY_BYTES}.")
    return key


def _encrypt(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, context)


def _decrypt(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes:
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)


def keys_at_hand() -> tuple[bytes, ...]:
    """The master key, and during a rotation the one before it, which still opens and no longer seals."""
    before = settings.MASTER_KEY_OLD
    return (master_key(), master_key(before)) if before else (master_key(),)


def _unwrap(sealed: bytes, context: bytes, keys: Sequence[bytes]) -> bytes:
    """What the first fitting key opens; InvalidTag where none does."""
    for key in keys[:-1]:
        with suppress(InvalidTag):
            return _decrypt(AESGCM(key), sealed, context)
    return _decrypt(AESGCM(keys[-1]), sealed, context)


def new_wrapped_key(campaign: UUID) -> bytes:
    return _encrypt(master_key(), AESGCM.generate_key(KEY_BYTES * 8), b"campaign" + campaign.bytes)


def sealed_probe() -> bytes:
    return _encrypt(master_key(), PROBE, b"probe")


def check_probe(sealed: bytes, keys: Sequence[bytes] | None = None) -> None:
    """SealingError where no master key at hand is the one that sealed the probe."""
    try:
        _unwrap(sealed, b"probe", keys or keys_at_hand())
    except InvalidTag as error:
        raise SealingError(
            "LATITUDE_MASTER_KEY is not the key this site works with. Put the right key back before a campaign"
            " opens; docs/operations.md tells how keys are kept and rotated."
        ) from error


def check_wrapped_key(campaign: UUID, wrapped: bytes, keys: Sequence[bytes] | None = None) -> None:
    """SealingError where the campaign's ballots could not be opened with the keys at hand."""
    BallotSeal(campaign, wrapped, keys)


def rewrapped(campaign: UUID, wrapped: bytes) -> bytes:
    """The same campaign key under today's master key."""
    context = b"campaign" + campaign.bytes
    try:
        return _encrypt(master_key(), _unwrap(wrapped, context, keys_at_hand()), context)
    except InvalidTag as error:
        raise SealingError("A campaign's key opens with neither of the two master keys.") from error


def sealed_secret(purpose: bytes, whose: UUID, secret: bytes) -> bytes:
    """A secret that outlives campaigns, under the master key. `keys.rotate` seals it anew."""
    return _encrypt(master_key(), secret, purpose + whose.bytes)


def unsealed_secret(purpose: bytes, whose: UUID, sealed: bytes) -> bytes:
    try:
        return _unwrap(sealed, purpose + whose.bytes, keys_at_hand())
    except InvalidTag as error:
        raise SealingError(
            "A secret does not open: LATITUDE_MASTER_KEY is not the one it was sealed with."
        ) from error


class BallotSeal:
    """Seals and opens the ballots of one campaign."""

    def __init__(
        self, campaign: UUID, wrapped_key: bytes, keys: Sequence[bytes] | None = None, *, room: int = BLOCK
    ) -> None:
        try:
            key = _unwrap(bytes(wrapped_key), b"campaign" + campaign.bytes, keys or keys_at_hand())
        except InvalidTag as error:
            raise SealingError(
                "The campaign's key does not open: LATITUDE_MASTER_KEY is not the one it was wrapped with."
            ) from error
        self._campaign = campaign.bytes
        self._room = room
        self._key = key
        self._cipher = AESGCM(key)

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        width = campaign.codec.width
        room = kept(_rooms, (campaign.instrument_version_id, width), lambda: _room_of(campaign, width))
        return cls(campaign.id, bytes(campaign.wrapped_key or b""), room=room)

    def seal(
        self, ballot: UUID, *, unit: UUID, panel: Panel, sheet: bytes, comments: Mapping[str, str]
    ) -> bytes:
        """Ciphertext of the campaign's one length: a long comment would mark its ballot, and that its pass."""
        written = _packed(comments)
        plain = PLACE.pack(unit.bytes, PANELS.index(panel)) + SIZES.pack(len(sheet), len(written))
        plain += sheet + written
        if len(plain) > self._room:
            raise SealingError(f"A ballot of {len(plain)} bytes; this campaign's have {self._room}.")
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(
            nonce, plain.ljust(self._room, b"\0"), self._campaign + ballot.bytes
        )

    def derived(self, purpose: bytes, what: bytes) -> bytes:
        """32 bytes that follow from `what` and this campaign's key, and from nothing once the key is destroyed."""
        own = hmac.digest(self._key, b"latitude." + purpose + self._campaign, "sha256")
        return hmac.digest(own, what, "sha256")

    def wrap(self, purpose: bytes, secret: bytes) -> bytes:
        """A secret of this campaign (a signing key), sealed until the campaign's key is destroyed."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, self._campaign + purpose)

    def unwrap(self, purpose: bytes, wrapped: bytes) -> bytes:
        try:
            return _decrypt(self._cipher, wrapped, self._campaign + purpose)
        except InvalidTag as error:
            raise SealingError("A signing key was changed after it was wrapped.") from error

    def open(self, ballot: UUID, sealed: bytes) -> Opened:
        ((place, sheet, written),) = self.contents([(ballot.bytes, sealed)])
        return Opened(*place_of(place), sheet, unpacked(written))

    def contents(self, ballots: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes, bytes]]:
        """Place, sheet and comments as bytes: of a million ballots no other object is made than these."""
        campaign, decrypt = self._campaign, self._cipher.decrypt
        for ballot, sealed in ballots:
            try:
                plain = decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], campaign + ballot)
            except InvalidTag as error:
                raise SealingError("A ballot was changed after it was sealed.") from error
            width, length = SIZES.unpack_from(plain, PLACE.size)
            body = HEADER + width
            yield plain[: PLACE.size], plain[HEADER:body], plain[body : body + length]


def place_of(place: bytes) -> tuple[UUID, Panel]:
    unit, panel = PLACE.unpack(place)
    return UUID(bytes=unit), PANELS[panel]


def _room_of(campaign: Campaign, width: int) -> int:
    texts = {item.id: item.max_length or 0 for item in campaign.instrument.items_of(ItemKind.TEXT)}
    return room_for(width, texts)


def room_for(width: int, texts: Mapping[str, int]) -> int:
    """Bytes of the longest answer a campaign takes; `texts` are its open questions and their longest length."""
    words = sum(
        2 * LENGTH.size + len(name.encode()) + LONGEST_UNIT * length for name, length in texts.items()
    )
    return -(-(HEADER + width + words) // BLOCK) * BLOCK


def _packed(comments: Mapping[str, str]) -> bytes:
    return b"".join(_text(one) for pair in comments.items() for one in pair)


def _text(text: str) -> bytes:
    narrow, wide = text.encode(), text.encode("utf-16-le")
    if len(wide) < len(narrow):
        return LENGTH.pack(len(wide) | WIDE) + wide
    return LENGTH.pack(len(narrow)) + narrow


def unpacked(written: bytes) -> dict[str, str]:
    texts: list[str] = []
    at = 0
    while at < len(written):
        (length,) = LENGTH.unpack_from(written, at)
        encoding = "utf-16-le" if length & WIDE else "utf-8"
        at += LENGTH.size + (length & ~WIDE)
        texts.append(written[at - (length & ~WIDE) : at].decode(encoding))
    return dict(zip(texts[::2], texts[1::2], strict=True))
