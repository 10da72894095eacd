"""Files and drawn pages are kept with their report, and made when the rows say so."""

import hashlib
import io
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pptx import Presentation

from assessment import making, releases, take_aways, tasks
from assessment.models import ReportSnapshot, TakeAway
from assessment.renderers.page import ARTICLES
from assessment.renderers.take_away import KINDS
from assessment.snapshot.document import digest
from surveys.models import Organization, User
from surveys.tenancy import within
from tests.asked import Asked
from tests.assessment.renderers.files import pdf_text
from tests.waves import drafted, ordinary, released, reported
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

EVERYTHING = len(KINDS) + len(settings.LANGUAGES)


@pytest.fixture(autouse=True)
def no_queue(asked: Asked) -> None:
    """What was sent is found by the next beat all the same."""


@pytest.fixture
def snapshot(world: World) -> ReportSnapshot:
    campaign = world.campaign()
    found = reported(world, campaign, ordinary(campaign))
    with within(world.organization):
        found.refresh_from_db()  # the database keeps the keys of an object in an order of its own
    return found


def make_all() -> int:
    take_aways.want_missing()
    due = take_aways.due()
    for one in due:
        tasks.make_take_away(str(one.take_away), str(one.organization))
    return len(due)


def reader(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def taken(client: Client, snapshot: ReportSnapshot, kind: str) -> bytes:
    response = client.get(reverse(f"report-{kind}", args=[snapshot.campaign_id]))
    assert response.status_code == 200
    content = response.getvalue()
    assert response["Content-Length"] == str(len(content))
    assert response["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    return content


def test_a_report_gets_its_page_and_its_files_once(world: World, snapshot: ReportSnapshot) -> None:
    assert make_all() == EVERYTHING
    assert make_all() == 0
    client = reader(world.executive)
    for kind in KINDS:
        again = making.drawn(snapshot, kind, "en")
        assert taken(client, snapshot, kind) == again, f"{kind} is not drawn alike every time"


def test_what_consultants_wrote_stands_in_what_is_read_and_presented(world: World) -> None:
    campaign = world.campaign()
    drafted(world, campaign, ordinary(campaign))
    summary = "Planted summary.\n\n" + "A long paragraph of many words. " * 60
    with within(world.organization):
        releases.write(campaign, summary, {"items": "Planted note."}, world.owner)
    snapshot = released(world, campaign)
    with within(world.organization):
        kept = ReportSnapshot.objects.get(id=snapshot.id)
        pdf, deck = (making.drawn(kept, kind, "en") for kind in ("pdf", "pptx"))
    texts = pdf_text(pdf).split("\f")
    assert "From your consultants" in texts[1]
    assert "Planted summary." in texts[1]
    assert [place for place, text in enumerate(texts) if "Planted note." in text] == [
        place
        for place, text in enumerate(texts)
        if "Every question, widest gap first\n" in text and place > 2
    ]
    slides = [
        " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        for slide in Presentation(io.BytesIO(deck)).slides
    ]
    assert "Planted summary." in slides[1]
    assert sum("From your consultants" in one for one in slides) == 2, "a long text goes on"
    assert " ".join(slides).count("paragraph") == 60
    assert "Planted note." in slides[2]


def test_a_large_file_arrives_whole_in_slices(
    world: World, snapshot: ReportSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_all()
    monkeypatch.setattr(take_aways, "SLICE", 1000)
    assert taken(reader(world.executive), snapshot, "csv") == making.drawn(snapshot, "csv", "en")


def test_the_first_reader_gets_the_kept_page_and_no_document_is_read(
    world: World, snapshot: ReportSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = reader(world.executive)
    address = reverse("report", args=[snapshot.campaign_id])
    fresh = client.get(address).content.decode()
    make_all()
    ARTICLES._texts.clear()

    def refuse(*_: object) -> None:
        raise AssertionError("the page was kept, and yet it is drawn anew")

    monkeypatch.setattr("assessment.views.report.compose", refuse)
    kept = client.get(address).content.decode()
    token = 'name="csrfmiddlewaretoken"'
    assert [line for line in kept.splitlines() if token not in line] == [
        line for line in fresh.splitlines() if token not in line
    ]


def test_a_page_drawn_by_an_earlier_latitude_is_drawn_again(
    world: World, snapshot: ReportSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_all()
    monkeypatch.setattr(take_aways, "edition", lambda: "a later one")
    with within(world.organization):
        assert take_aways.kept_page(snapshot.id, "en") is None
    assert make_all() == len(settings.LANGUAGES)
    with within(world.organization):
        assert take_aways.kept_page(snapshot.id, "en")


def test_a_file_in_another_language_is_asked_for(world: World, snapshot: ReportSnapshot) -> None:
    make_all()
    client = reader(world.executive, "es")
    files = reverse("report-files", args=[snapshot.campaign_id])
    assert client.get(reverse("report-pdf", args=[snapshot.campaign_id]))["Location"] == files
    assert "Refresh" not in client.get(files)
    for _ in range(2):  # asked twice, made once
        assert client.post(files, {"kind": "pdf"}).status_code == 303
    assert client.get(files)["Refresh"] == "2"
    assert make_all() == 1
    shown = client.get(files)
    assert "Refresh" not in shown
    assert reverse("report-pdf", args=[snapshot.campaign_id]) in shown.content.decode()
    assert taken(client, snapshot, "pdf").startswith(b"%PDF")
    assert client.post(files, {"kind": "page"}).status_code == 404


def test_what_fails_waits_longer_each_time(
    world: World, snapshot: ReportSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_aways.want_missing()
    first = take_aways.due()[0]

    def fails(*_: object) -> bytes:
        raise RuntimeError

    monkeypatch.setattr(making, "drawn", fails)
    with pytest.raises(RuntimeError):
        tasks.make_take_away(str(first.take_away), str(first.organization))
    assert first not in take_aways.due()
    with within(world.organization):
        found = TakeAway.objects.get(id=first.take_away)
    assert (found.attempts, found.made, found.not_before is not None) == (1, False, True)


def test_files_stay_while_their_report_is_read_whatever_is_drafted(
    world: World, snapshot: ReportSnapshot
) -> None:
    make_all()
    with within(world.organization):
        document = snapshot.document | {"comments": []}
        draft = ReportSnapshot.objects.create(
            campaign=snapshot.campaign, document=document, digest=digest(document)
        )
    assert make_all() == 0, "a draft gets no files"
    client = reader(world.executive)
    for kind in KINDS:
        assert taken(client, snapshot, kind)
    with within(world.organization):
        assert not TakeAway.objects.filter(snapshot=draft).exists()


def test_files_go_with_their_report(world: World, snapshot: ReportSnapshot) -> None:
    """Once it is withdrawn, and a release after it gets its own; without a report there is none."""
    make_all()
    with within(world.organization):
        releases.withdraw(snapshot.campaign, "A store was counted twice", world.owner)
    assert make_all() == 0
    with within(world.organization):
        assert not TakeAway.objects.exists()
    again = released(world, snapshot.campaign)
    assert make_all() == EVERYTHING
    with within(world.organization):
        assert set(TakeAway.objects.values_list("snapshot", flat=True)) == {again.id}
        again.delete()
        assert not TakeAway.objects.exists()


def test_a_task_makes_nothing_of_another_tenant(world: World, snapshot: ReportSnapshot) -> None:
    take_aways.want_missing()
    outside = Organization.objects.get(name="Next door")
    one = take_aways.due()[0]
    tasks.make_take_away(str(one.take_away), str(outside.id))
    assert one in take_aways.due()


def test_two_workers_make_one_file(
    world: World, snapshot: ReportSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_aways.want_missing()
    one = take_aways.due()[0]
    made: list[str] = []
    draw: Callable[[ReportSnapshot, str, str], bytes] = making.drawn

    def counted(snapshot: ReportSnapshot, kind: str, language: str) -> bytes:
        made.append(kind)
        return draw(snapshot, kind, language)

    monkeypatch.setattr(making, "drawn", counted)
    for _ in range(2):
        tasks.make_take_away(str(one.take_away), str(one.organization))
    assert len(made) == 1
