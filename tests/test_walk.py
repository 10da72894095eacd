"""The main job from end to end: answered in a browser, closed by hand, built by a real worker, read on a phone."""

import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from celery import Task
from django.db import connection, transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessment import take_aways, wording
from assessment.models import ReportSnapshot
from assessment.renderers.take_away import KINDS
from assessment.tasks import build_due_reports, build_report
from surveys.instruments.instrument import Panel
from surveys.models import AnswerBlock, Ballot, Campaign, Comment, Event, State
from surveys.models.event import Verb
from surveys.tasks import close_campaign, close_due_campaigns
from surveys.tenancy import across_all
from tests.assessment.renderers.files import pdf_text, pptx_text, xlsx_cells
from tests.browser import PHONE, SMALL_PHONE, Chromium, enter, overflows
from tests.waves import released as release
from tests.worker import WorkerProcess
from tests.world import World

STORES = {
    "North/Store 1": (1, 2, 2, 2, 3, 1, 2, 4, 2, 3, 1),
    "North/Store 2": (1, 3, 2, 2, 3, 2, 2, 4, 2, 3, 1),
}


def others_answer(world: World, campaign: Campaign) -> None:
    """Colleagues of the two who are watched: a front line that mostly disagrees, executives who mostly agree."""
    world.answer(campaign, 4, Panel.EXECUTIVE, "North", open="Let them decide.")
    for path, values in STORES.items():
        for value in values:
            world.answer(campaign, value, path=path)
    for value in (4, 5, 3, 4, 5, 4, 4, 5, 3, 4):
        world.answer(campaign, value, Panel.EXECUTIVE, "North")


def count(model: Any) -> int:
    with across_all("a test counts"):
        return int(model.objects.count())


def state(campaign: Campaign) -> str:
    with across_all("a test looks"):
        return Campaign.objects.get(id=campaign.id).state


# --- What people do -------------------------------------------------------------------------------


def answer_in_browser(page: Page, code: str, option: int) -> None:
    """From the link to the thanks, and the last POST once more as a phone without signal would send it."""
    enter(page, code)
    assert not overflows(page)
    page.get_by_role("button", name="Start").click()
    questions = page.locator("fieldset.q")
    for question in questions.all():
        question.locator("label.opt").nth(option).click()
    assert not overflows(page)
    page.get_by_role("button", name="Check my answers").click()
    total = page.locator("dl.given > div").count()
    expect(page.locator("#main")).to_contain_text(f"You answered {total - 1} of {total}")
    assert not overflows(page)
    with page.expect_request("**/a/send") as sent:
        page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    retried = page.request.post(
        reverse("answer-send"),
        data=sent.value.post_data_buffer,
        headers={"Content-Type": sent.value.headers["content-type"]},
    )
    assert (retried.status, retried.url.partition("?")[0]) == (200, page.url.partition("?")[0])


def close_by_hand(page: Page, campaign: Campaign) -> None:
    page.get_by_role("link", name=campaign.name).click()
    page.get_by_text("Close this survey now").click()
    page.get_by_role("button", name="Close the survey").click()
    expect(page.get_by_role("heading", name="The report is being built")).to_be_visible()
    assert not overflows(page)


def release_by_hand(page: Page) -> None:
    """The draft lies open. The page asks again by itself until the worker has done it."""
    expect(page.get_by_text("DRAFT", exact=True)).to_be_visible()
    page.get_by_role("link", name="To the release").click()
    assert not overflows(page)
    page.get_by_role("link", name="not decided yet").click()
    page.get_by_role("button", name="Show it").click()
    assert not overflows(page)
    page.get_by_role("link", name="Release", exact=True).click()
    page.get_by_role("button", name="Release the report").click()
    expect(page.get_by_role("heading", name="The client reads it")).to_be_visible(timeout=20_000)


def read_report(page: Page, campaign: Campaign, frontline: int) -> None:
    """From the list of waves to the headline."""
    page.get_by_role("link", name=campaign.name).click()
    page.get_by_role("link", name="Read the report").click()
    headline = page.locator("section.headline")
    expect(headline.locator(".big .number")).to_have_text(
        wording.signed(the_document()["headline"]["gap"]["value"])
    )
    expect(headline).to_contain_text(f"{frontline} of 80 people")
    assert not overflows(page)


def take_the_files(page: Page, campaign: Campaign) -> None:
    """Every kind, made by the worker meanwhile, with the number of the headline in it."""
    gap = the_document()["headline"]["gap"]["value"]
    for kind in KINDS:
        taken = page.request.get(reverse(f"report-{kind}", args=[campaign.id]))
        assert taken.status == 200, kind
        content = taken.body()
        assert taken.headers["content-length"] == str(len(content))
        assert holds(kind, content, gap), kind


def holds(kind: str, content: bytes, gap: float) -> bool:
    said = wording.signed(gap)
    match kind:
        case "pdf":
            return said in pdf_text(content)
        case "pptx":
            return said in pptx_text(content)
        case "xlsx":
            return any(cell == pytest.approx(gap) for cell in xlsx_cells(content) if isinstance(cell, float))
        case "csv":
            return repr(gap).encode() in content
        case _:
            return struct.pack("<d", gap) in content


def the_document() -> dict[str, Any]:
    with across_all("a test looks"):
        document: dict[str, Any] = ReportSnapshot.objects.latest().document
        return document


# --- What the machinery does ----------------------------------------------------------------------


def beat() -> None:
    """What beat sends in one period."""
    close_due_campaigns.delay()
    build_due_reports.delay()


def waiting_messages() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pgmq.q_celery WHERE vt <= now()")
        return int(cursor.fetchone()[0])


def work_until(worker: WorkerProcess, wanted: State, campaign: Campaign, *beats: Task[[], None]) -> None:
    """Beat goes on, once a second, until the campaign has come so far."""
    due = time.monotonic()

    def arrived() -> bool:
        nonlocal due
        if time.monotonic() >= due:
            due += 1
            for task in beats:
                task.delay()
        time.sleep(0.1)  # two cores: whoever asks all the time is in the worker's way
        return state(campaign) == wanted

    worker.wait_until(arrived, seconds=60)


def others_at(table: str) -> int:
    """Sessions other than ours that write to the table, or wait for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND pid <> pg_backend_pid()"
            " AND (NOT granted OR mode <> 'AccessShareLock')",
            [table],
        )
        return int(cursor.fetchone()[0])


@contextmanager
def killed_at(worker: WorkerProcess, table: str) -> Iterator[None]:
    """Let a worker run until it writes to the table; the body looks around; the worker is killed right there."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        if worker.process is None:
            worker.start(wait=False)
        worker.wait_until(lambda: others_at(table), seconds=40)
        yield
        worker.kill()
    worker.wait_until(lambda: not others_at(table))  # its session has noticed that nobody is there


@dataclass(frozen=True)
class Stored:
    state: str
    sealed: bool
    ballots: int
    answers: int
    comments: int
    reports: int
    events: tuple[str, ...]


def stored(campaign: Campaign) -> Stored:
    with across_all("a test looks"):
        found = Campaign.objects.get(id=campaign.id)
        blocks = AnswerBlock.objects.filter(unit__campaign=campaign)
        return Stored(
            found.state,
            found.wrapped_key is not None,
            count(Ballot),
            sum(len(block.sheets) // block.width for block in blocks),
            count(Comment),
            count(ReportSnapshot),
            tuple(Event.objects.order_by("at").values_list("verb", flat=True)),
        )


# --- The walk -------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_the_walk(
    transactional_world: World, chromium: Chromium, celery_worker_process: WorkerProcess
) -> None:
    world, worker = transactional_world, celery_worker_process
    campaign = world.open_campaign()
    others_answer(world, campaign)
    late = world.code(campaign)

    answer_in_browser(chromium.visitor(PHONE), world.code(campaign), option=1)
    answer_in_browser(chromium.visitor(SMALL_PHONE), world.code(campaign, Panel.EXECUTIVE, "North"), option=3)
    assert count(Ballot) == 22 + 11 + 2, "a retried POST is one answer"

    consultant = chromium.signed_in(world.consultant.email)
    close_by_hand(consultant, campaign)
    refused = chromium.visitor()
    enter(refused, late)
    expect(refused.get_by_role("heading", name="This survey is closed")).to_be_visible()
    assert state(campaign) == State.OPEN, "nobody has opened the box yet"

    worker.start()
    work_until(worker, State.REPORTED, campaign, close_due_campaigns, build_due_reports)
    expect(consultant.locator("section.headline")).to_be_visible()  # the page asked again by itself
    release_by_hand(consultant)
    executive = chromium.signed_in(world.executive.email, SMALL_PHONE)
    read_report(executive, campaign, frontline=23)
    worker.wait_until(lambda: not take_aways.due(), seconds=60)
    take_the_files(executive, campaign)
    stranger = chromium.signed_in(world.stranger.email).goto(reverse("report", args=[campaign.id]))
    assert stranger is not None
    assert stranger.status == 404


@pytest.mark.browser
@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_the_walk_with_the_worker_killed_in_the_middle(
    transactional_world: World, chromium: Chromium, celery_worker_process: WorkerProcess
) -> None:
    world, worker = transactional_world, celery_worker_process
    campaign = world.open_campaign()
    others_answer(world, campaign)
    accepted = count(Ballot)
    consultant = chromium.signed_in(world.consultant.email)
    close_by_hand(consultant, campaign)

    asked_to_close = (Verb.CREATED, Verb.OPENED, Verb.CLOSING)
    still_open = Stored(State.OPEN, True, accepted, 0, 0, 0, asked_to_close)
    with killed_at(worker, "surveys_comment"):  # the ballots are read, the blocks written, nothing committed
        assert stored(campaign) == still_open
    assert stored(campaign) == still_open

    worker.start()
    work_until(worker, State.CLOSED, campaign, close_due_campaigns)
    closed = Stored(State.CLOSED, False, 0, accepted, 1, 0, (*asked_to_close, Verb.CLOSED))
    assert stored(campaign) == closed, "nothing is lost and nothing counts twice"

    build_due_reports.delay()
    with killed_at(worker, "assessment_reportsnapshot"):  # the report is made and being stored
        step = consultant.locator("li[aria-current=step]")
        expect(step).to_have_text("Checking and saving the report")
    assert stored(campaign) == closed

    worker.start()
    work_until(worker, State.REPORTED, campaign, build_due_reports)
    for _ in range(2):  # what a broker delivers again
        close_campaign.delay(str(campaign.id), str(world.organization.id))
        build_report.delay(str(campaign.id), str(world.organization.id))
    beat()
    worker.wait_until(lambda: not waiting_messages())
    worker.kill()
    assert stored(campaign) == replace(
        closed, state=State.REPORTED, reports=1, events=(*closed.events, Verb.REPORTED)
    )
    release(world, campaign)
    answered = {panel: said["answered"] for panel, said in the_document()["participation"].items()}
    assert answered == {"frontline": 22, "executive": 11}
    read_report(chromium.signed_in(world.executive.email), campaign, frontline=22)
