"""Presentations that firms send: refused with a reason, or kept as they are and used for the slides."""

import io
import zipfile
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pptx import Presentation
from pptx.util import Inches

from assessment import making, take_aways
from assessment.access import released
from surveys import decks
from surveys.models import Campaign, FirmDeck, FirmEvent, FirmVerb, User
from surveys.tenancy import within
from tests.waves import ordinary, reported
from tests.world import World


def packed(deck: object) -> bytes:
    kept = io.BytesIO()
    deck.save(kept)  # type: ignore[attr-defined]  # the library has no types
    return kept.getvalue()


def a_deck() -> bytes:
    deck = Presentation()
    deck.slide_width = Inches(11)
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    slide.shapes.title.text_frame.text = "Of another client"
    return packed(deck)


def without_titles() -> bytes:
    deck = Presentation()
    for layout in list(deck.slide_layouts):
        if layout.name != "Blank":
            deck.slide_layouts.remove(layout)
    return packed(deck)


def zipped(**parts: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return kept.getvalue()


@pytest.mark.pure
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "expected a PowerPoint file"),
        (b"%PDF-1.7", "expected a PowerPoint file"),
        (zipped(**{"word/document.xml": b"<w/>"}), "expected a PowerPoint file"),
        (a_deck()[:-300], "expected a PowerPoint file"),
        (without_titles(), "its layouts: Blank"),
        (zipped(**{"ppt/vbaProject.bin": b"x"}), "macros"),
        (zipped(**{f"ppt/{name}": b"" for name in range(decks.PARTS + 1)}), "200 MB"),
    ],
)
def test_what_cannot_be_built_on_is_refused_with_what_was_expected(content: bytes, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        decks.as_deck(io.BytesIO(content), len(content))


@pytest.mark.pure
def test_a_large_one_is_not_even_read() -> None:
    with pytest.raises(ValidationError, match="10 MB"):
        decks.as_deck(io.BytesIO(b""), decks.BYTES + 1)


def send(user: User, world: World, content: bytes | None, do: str = "keep") -> int:
    client = Client()
    client.force_login(user)
    body = {"do": do} | ({"deck": SimpleUploadedFile("house.pptx", content)} if content is not None else {})
    return client.post(reverse("team-deck", args=[world.firm.id]), body).status_code


def slides(world: World, campaign: Campaign | UUID) -> int:
    """How wide the slides are that would be made."""
    with within(world.organization):
        snapshot = released().get(campaign=campaign)
        return int(Presentation(io.BytesIO(making.drawn(snapshot, "pptx", "en"))).slide_width or 0)


def test_the_owner_brings_a_deck_and_slides_are_made_anew_on_it(world: World) -> None:
    campaign = world.campaign()
    reported(world, campaign, ordinary(campaign))
    take_aways.want_missing()
    for due in take_aways.due():
        with within(due.organization):
            making.make(due.take_away)
    assert take_aways.due() == []
    own = slides(world, campaign)
    assert send(world.consultant, world, a_deck()) == 403
    assert send(world.owner, world, None) == 422
    assert send(world.owner, world, b"no deck") == 422
    assert not FirmDeck.objects.exists()
    assert send(world.owner, world, a_deck()) == 302
    assert slides(world, campaign) == Inches(11) != own
    assert len(take_aways.due()) == 1, "the slides and nothing else"
    assert send(world.owner, world, None, "drop") == 302
    assert slides(world, campaign) == own
    assert FirmEvent.objects.filter(firm=world.firm, verb=FirmVerb.DECK).count() == 2
