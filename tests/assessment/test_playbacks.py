"""What all employees are told: few released numbers, chosen by consultants, and nothing while it is off."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessment import actions, releases
from assessment.models import Action, Playback, ReportSnapshot
from assessment.renderers.heard import heard
from assessment.report import compose
from surveys import access
from surveys.models import Event, User
from surveys.tenancy import within
from surveys.views import shell
from tests.assessment.documents import WITHHELD, document
from tests.waves import drafted, ordinary, released, reported
from tests.world import World


@pytest.fixture
def snapshot(world: World) -> ReportSnapshot:
    campaign = world.campaign()
    return reported(world, campaign, ordinary(campaign))


def post(user: User, snapshot: ReportSnapshot, **body: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(reverse("wave-playback", args=[snapshot.campaign_id]), body)


def setup_page(user: User, snapshot: ReportSnapshot) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("wave-playback", args=[snapshot.campaign_id])).content.decode()


def playback(world: World) -> Playback:
    with within(world.organization):
        return Playback.objects.get()


def read(code: str) -> Any:
    return Client().get(reverse("heard", args=[code]))


def test_a_consultant_chooses_and_a_coordinator_switches(world: World, snapshot: ReportSnapshot) -> None:
    item = snapshot.document["items"][0]
    assert (
        post(world.consultant, snapshot, do="write", message="Thank you all.", heard=[item["id"]]).status_code
        == 302
    )
    with within(world.organization):
        for what, told in (("Raise the limit", True), ("A secret plan", False)):
            plan = actions.Plan(what, "Ms Ito", dt.date(2027, 3, 1), told=told)
            actions.add(snapshot.campaign, plan, world.executive)
    code = playback(world).code
    assert read(code).status_code == 404, "it is off"
    assert post(world.coordinator, snapshot, do="on").status_code == 302
    page = read(code).content.decode()
    for text in (
        "Thank you all.",
        item["wording"]["frontline"],
        "Raise the limit",
        "Ms Ito",
        "48 of you answered",
    ):
        assert text in page
    for text in ("A secret plan", snapshot.document["items"][1]["wording"]["frontline"], "<form", "<script"):
        assert text not in page
    shown = setup_page(world.coordinator, snapshot)
    assert reverse("heard", args=[code]) in shown
    assert "<svg" in shown.partition("share-code")[2]
    assert post(world.coordinator, snapshot, do="off").status_code == 302
    assert read(code).status_code == 404
    assert playback(world).code == code, "a printed code works again when it is switched on again"
    with within(world.organization):
        verbs = list(Event.objects.filter(verb__startswith="playback").values_list("verb", flat=True))
    assert sorted(verbs) == ["playback.changed", "playback.off", "playback.on"]


def test_a_coordinator_reads_nothing_of_the_report_there(world: World, snapshot: ReportSnapshot) -> None:
    item = snapshot.document["items"][0]
    assert item["label"] in setup_page(world.consultant, snapshot)
    assert item["label"] not in setup_page(world.coordinator, snapshot)
    assert post(world.coordinator, snapshot, do="write", heard=[item["id"]]).status_code == 403
    assert post(world.coordinator, snapshot, do="something else").status_code == 404


def test_at_most_three_are_told(world: World, snapshot: ReportSnapshot) -> None:
    many = [item["id"] for item in snapshot.document["items"][:4]]
    response = post(world.consultant, snapshot, do="write", heard=many)
    assert response.status_code == 422
    assert "4 are chosen; choose at most three." in response.content.decode()
    with within(world.organization):
        assert not Playback.objects.exists()


def test_an_action_that_was_dropped_is_not_told(world: World, snapshot: ReportSnapshot) -> None:
    post(world.coordinator, snapshot, do="on")
    with within(world.organization):
        plan = actions.Plan("Raise the limit", "Ms Ito", dt.date(2027, 3, 1), told=True)
        actions.add(snapshot.campaign, plan, world.executive)
        Action.objects.update(state="dropped")
    page = read(playback(world).code).content.decode()
    assert "Raise the limit" not in page
    assert "That is being decided." in page


def test_what_the_report_withholds_is_not_told() -> None:
    found = document()
    hidden, shown = found["items"][0], found["items"][1]
    hidden |= {"frontline": WITHHELD}
    told = heard(compose(found), [hidden["id"], shown["id"], "no such question"])
    assert [one.wording for one in told] == [shown["wording"]["frontline"]]


def test_the_way_to_it_shows_from_release_to_withdrawal(world: World) -> None:
    campaign = world.campaign()

    def steps() -> set[str]:
        entered = access.enter_campaign(world.coordinator, campaign.id)
        return {link.word for link in shell.wave_context(entered, "wave")["steps"]}

    drafted(world, campaign, ordinary(campaign))
    assert "playback" not in steps()
    released(world, campaign)
    assert "playback" in steps()
    with within(world.organization):
        releases.withdraw(campaign, "a wrong head count", world.owner)
    assert "playback" not in steps()
