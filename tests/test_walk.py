"""The main job from end to end: answered in a browser, closed by hand, built by a real worker, read on a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessment import wording
from assessment.models import ReportSnapshot
from assessment.tasks import build_due_reports
from surveys.instruments.instrument import Panel
from surveys.models import AnswerBlock, Ballot, Campaign, State
from surveys.tasks import close_due_campaigns
from surveys.tenancy import across_all
from tests.browser import PHONE, SMALL_PHONE, Chromium, overflows
from tests.worker import WorkerProcess
from tests.world import World

STORES = ("North/Store 1", "North/Store 2")


def others_answer(world: World, campaign: Campaign) -> None:
    """Colleagues of the two who are watched: a front line that mostly disagrees, executives who mostly agree."""
    for path in STORES:
        for value in (1, 2, 2, 2, 3, 1, 2, 4, 2, 3, 1):
            world.answer(campaign, value, path=path)
    for value in (4, 5, 4, 3, 4, 5, 4, 4, 5, 3, 4):
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
    page.goto(reverse("answer", args=[code]))
    assert not overflows(page)
    page.get_by_role("button", name="Start").click()
    questions = page.locator("fieldset.q")
    for question in questions.all():
        question.locator("label.opt").nth(option).click()
    assert not overflows(page)
    page.get_by_role("button", name="Check my answers").click()
    total = questions_asked = page.locator("dl.given > div").count()
    expect(page.locator("#main")).to_contain_text(f"You answered {total - 1} of {questions_asked}")
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


def read_report(page: Page, campaign: Campaign) -> None:
    """From the list of waves to the headline."""
    page.get_by_role("link", name=campaign.name).click()
    page.get_by_role("link", name="Read the report").click()
    headline = page.locator("section.headline")
    expect(headline.locator(".big .number")).to_have_text(
        wording.signed(the_document()["headline"]["gap"]["value"])
    )
    expect(headline).to_contain_text("23 of 80 people")
    assert not overflows(page)


def the_document() -> dict[str, Any]:
    with across_all("a test looks"):
        document: dict[str, Any] = ReportSnapshot.objects.get().document
        return document


# --- What the machinery does ----------------------------------------------------------------------


def beat() -> None:
    """What beat sends in one period."""
    close_due_campaigns.delay()
    build_due_reports.delay()


def work_until(worker: WorkerProcess, wanted: State, campaign: Campaign) -> None:
    """Beat goes on until the campaign has come so far."""
    for _ in range(20):
        if state(campaign) == wanted:
            return
        beat()
        try:
            worker.wait_until(lambda: state(campaign) == wanted, seconds=3)
        except AssertionError:
            continue
    raise AssertionError(f"the campaign is not {wanted}")


@contextmanager
def nobody_can_use(table: str) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


def others_at(table: str) -> int:
    """Sessions that hold or wait for a lock on the table, other than ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND pid <> pg_backend_pid()", [table]
        )
        return int(cursor.fetchone()[0])


def kill_at(worker: WorkerProcess, table: str) -> None:
    """Start a worker, let it run until it wants `table`, and kill it there."""
    with nobody_can_use(table):
        worker.start(wait=False)
        worker.wait_until(lambda: others_at(table))
        worker.kill()
    worker.wait_until(lambda: not others_at(table))  # its session has noticed that nobody is there


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
    refused = chromium.visitor().goto(reverse("answer", args=[late]))
    assert refused is not None
    assert refused.status == 410
    assert state(campaign) == State.OPEN, "nobody has opened the box yet"

    worker.start()
    work_until(worker, State.REPORTED, campaign)
    expect(consultant.locator("section.headline")).to_be_visible()  # the page asked again by itself
    read_report(chromium.signed_in(world.executive.email, SMALL_PHONE), campaign)
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
    answer_in_browser(chromium.visitor(PHONE), world.code(campaign), option=1)
    accepted = count(Ballot)
    assert accepted == 22 + 11 + 1
    consultant = chromium.signed_in(world.consultant.email)
    close_by_hand(consultant, campaign)

    kill_at(worker, "surveys_answerblock")  # ballots are decrypted, blocks are being written
    assert (state(campaign), count(Ballot), count(AnswerBlock)) == (State.OPEN, accepted, 0)
    worker.start()
    work_until(worker, State.CLOSED, campaign) if state(campaign) == State.OPEN else None
    worker.kill()
