"""The blind-signature pass. The server signs once a pass, without seeing what; the answer comes later with a token
that no pass leads to. The cryptography is in `surveys.blind`, the reasons in docs/decisions/blind-signatures.md.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from surveys import chains, passes
from surveys.blind import keys
from surveys.blind.keylist import KeyList, PublishedKey
from surveys.blind.keys import new_private
from surveys.blind.problems import BlindSignatureError
from surveys.blind.signing import blind_sign
from surveys.blind.text import from_text, to_text
from surveys.blind.tokens import Token, token_digest, verify_token
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, CampaignUnit, Organization, Pass, SigningKey
from surveys.sealing import BallotSeal
from surveys.tenancy import across_all, within

LONGEST_CODE = 64  # a pass's code is far shorter, a token far longer


class Refused(Exception):  # noqa: N818  # an answer, shown as a kind page
    """This pass was signed for another message: it was begun in another browser."""


@dataclass(frozen=True)
class FoundToken:
    """A token that one of our keys signed, and what the key belongs to."""

    digest: bytes
    spent: bool
    panel: Panel
    unit: CampaignUnit
    campaign: Campaign
    organization: Organization
    language: str = ""
    signed: bool = False


Right = passes.Found | FoundToken


class Asked(Protocol):
    """What a page needs of a pass, a token or a tablet."""

    @property
    def unit(self) -> CampaignUnit: ...
    @property
    def campaign(self) -> Campaign: ...
    @property
    def organization(self) -> Organization: ...
    @property
    def panel(self) -> Panel: ...
    @property
    def spent(self) -> bool: ...
    @property
    def signed(self) -> bool: ...
    @property
    def language(self) -> str: ...


def find(text: str) -> Right:
    """The right to answer that a form carries: a pass's code, or a token. Unknown where it is neither."""
    return passes.find(text) if len(text) <= LONGEST_CODE else _find_token(text)


def _find_token(text: str) -> FoundToken:
    try:
        token = Token.from_wire(text)
    except BlindSignatureError:
        raise passes.Unknown from None
    with across_all("a token is all a respondent has: its key names the tenant"):
        found = chains.find_key(token.key_id, digest := token_digest(token))
    if found is None:
        raise passes.Unknown
    key, spent = found
    if not verify_token(_public(bytes(key.spki)), token):
        raise passes.Unknown
    campaign = key.unit.campaign
    return FoundToken(digest, spent, Panel(key.panel), key.unit, campaign, campaign.organization)


@lru_cache(maxsize=1024)
def _public(spki: bytes) -> RSAPublicKey:
    return keys.public_from_spki(spki)


def make_keys(campaign: Campaign, seal: BallotSeal) -> str:
    """A key for every unit and panel that has people, where there is none yet. The digest of the published list.

    About 0.05 s of work a key. Their list is final once the first message is signed: a key made for somebody alone
    would mark that person.
    """
    have = set(SigningKey.objects.filter(unit__campaign=campaign).values_list("unit_id", "panel"))
    made = [
        _new_key(unit, panel, seal)
        for unit in CampaignUnit.objects.filter(campaign=campaign)
        for panel in Panel
        if unit.headcount(panel) != 0 and (unit.id, panel.value) not in have
    ]
    SigningKey.objects.bulk_create(made, batch_size=500)
    listed = key_list(campaign)
    return listed.digest() if listed else ""


def _new_key(unit: CampaignUnit, panel: Panel, seal: BallotSeal) -> SigningKey:
    private = new_private()
    spki = keys.spki(private.public_key())
    identifier = keys.key_id(spki)
    wrapped = seal.wrap(identifier, keys.private_to_bytes(private))
    return SigningKey(unit=unit, panel=panel, key_id=identifier, spki=spki, wrapped_private=wrapped)


def key_list(campaign: Campaign) -> KeyList | None:
    """What is published: every key of the campaign. None where it has none (it was run elsewhere)."""
    found = SigningKey.objects.filter(unit__campaign=campaign)
    published = [
        PublishedKey(Panel(panel), unit, bytes(spki))
        for panel, unit, spki in found.values_list("panel", "unit_id", "spki")
    ]
    return KeyList.of(campaign.id, published) if published else None


def public_key(found: Asked) -> str:
    """The key a respondent's browser blinds for, as the published list spells it; empty where there is none."""
    with within(found.organization):
        key = SigningKey.objects.filter(unit=found.unit, panel=found.panel).only("spki").first()
    return to_text(bytes(key.spki)) if key else ""


def sign(code: str, blinded: str) -> str:
    """Sign a message unseen, once a pass; the same message again gets the same signature (a lost reply).

    Raises passes.Unknown, Refused, BlindSignatureError for what is no blinded message.
    """
    found = passes.find(code)
    message, digest = read_blinded(blinded)
    with within(found.organization):
        signed = signature(found.campaign, found.unit, found.panel, message)
        mine = Pass.objects.filter(id=found.held.id, spent=False)
        if not (
            mine.filter(blinded__isnull=True).update(blinded=digest) or mine.filter(blinded=digest).exists()
        ):
            raise Refused
    return signed


def read_blinded(blinded: str) -> tuple[bytes, bytes]:
    """A blinded message as it came, and the digest it is remembered by. BlindSignatureError for anything else."""
    message = from_text(blinded, keys.SIGNATURE_BYTES)
    return message, hashlib.sha256(message).digest()


def signature(campaign: Campaign, unit: CampaignUnit, panel: Panel, message: bytes) -> str:
    """Inside the tenant. Refused where the key has gone, with the campaign's closing."""
    key = SigningKey.objects.filter(unit=unit, panel=panel, wrapped_private__isnull=False).first()
    if key is None or campaign.wrapped_key is None:
        raise Refused
    seal = BallotSeal(campaign.id, bytes(campaign.wrapped_key))
    private = keys.private_from_bytes(seal.unwrap(bytes(key.key_id), bytes(key.wrapped_private or b"")))
    return to_text(blind_sign(private, message))
