"""Pass codes: made once, handed out once, kept only as a digest."""

import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from surveys import chains
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, CampaignUnit, Organization, Pass
from surveys.tenancy import across_all

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u to misread on paper
LENGTH = 16  # 80 bits: out of reach for guessing, online or over a stolen digest
MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", " ": None, "-": None})


class Unknown(Exception):  # noqa: N818  # it is an answer, shown as a kind page
    """No pass has this code."""


@dataclass(frozen=True)
class Found:
    """A pass and what it belongs to, looked up in one query."""

    held: Pass
    unit: CampaignUnit
    campaign: Campaign
    organization: Organization

    @property
    def panel(self) -> Panel:
        return Panel(self.held.panel)

    @property
    def spent(self) -> bool:
        return self.held.spent

    @property
    def signed(self) -> bool:
        """A token was signed for this pass: only that token answers now."""
        return self.held.blinded is not None

    @property
    def language(self) -> str:
        return self.held.language


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def code_of(secret: bytes) -> str:
    """The code that follows from (at least) ten secret bytes."""
    number = int.from_bytes(secret[: LENGTH * 5 // 8], "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))


def link(code: str, site: str = settings.SITE_URL, *, language: str = "") -> str:
    """The address that is sent and printed. What follows the # stays in the browser: no log and no proxy sees it."""
    asked = f"?language={language}" if language else ""
    return f"{site}{reverse('answer-enter')}{asked}#{code}"


def tidy(code: str) -> str:
    """A code as it was typed, without case, spaces, dashes and the four letters people misread."""
    return code.strip().lower().translate(MISREAD)


def digest(code: str) -> bytes:
    return hashlib.sha256(b"latitude.pass" + tidy(code).encode()).digest()


def spread(code: str) -> str:
    """A code as it is printed: four and four."""
    return "-".join(code[at : at + 4] for at in range(0, LENGTH, 4))


def issue(unit: CampaignUnit, panel: Panel, count: int = 1, *, language: str = "") -> list[str]:
    """New passes; their codes exist only in what is returned."""
    codes = [new_code() for _ in range(count)]
    Pass.objects.bulk_create(
        Pass(unit=unit, panel=panel, code_digest=digest(code), language=language) for code in codes
    )
    return codes


def mark_spent(unit: CampaignUnit, panel: Panel) -> None:
    """For answers that were put into the box without a visit (simulations)."""
    Pass.objects.filter(unit=unit, panel=panel).update(spent=True)


def find(code: str) -> Found:
    with across_all("a code is all a respondent has: it names its own tenant"):
        held = chains.find_pass(digest(code))
    if held is None:
        raise Unknown
    return Found(held, held.unit, held.unit.campaign, held.unit.campaign.organization)
