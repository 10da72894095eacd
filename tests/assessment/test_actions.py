"""From a finding to an action, and from an action to what moved by the next wave."""

import datetime as dt
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from assessment import actions
from assessment.models import Action, ActionState, ReportSnapshot
from assessment.renderers.moving import measured, moved
from assessment.report import compose
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, Event, User
from surveys.tenancy import within
from tests.assessment.documents import document
from tests.waves import ordinary, reported
from tests.world import World, a_sheet

DUE = "2027-03-01"
QUERIES_OF_THE_LIST = 6  # session, user, client, roles, actions, newest report


def client(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def first_wave(world: World) -> ReportSnapshot:
    campaign = world.campaign("Wave 1")
    return reported(world, campaign, ordinary(campaign))


def second_wave(world: World) -> ReportSnapshot:
    """Executives as before; the front line lives all of it now."""
    campaign = world.campaign("Wave 2")
    answers: dict[tuple[str, Panel], list[bytes]] = ordinary(campaign)
    for path, panel in list(answers):
        if panel is Panel.FRONTLINE:
            answers[path, panel] = [
                a_sheet(campaign, value) for value in (4, 4, 5, 4, 3, 4, 4, 5, 4, 4, 3, 4)
            ]
    return reported(world, campaign, answers)


def widest(snapshot: ReportSnapshot) -> dict[str, Any]:
    shown = [item for item in snapshot.document["items"] if isinstance(item["gap"].get("value"), float)]
    found: dict[str, Any] = max(shown, key=lambda item: item["gap"]["value"])
    return found


def plan(world: World, snapshot: ReportSnapshot, about: str, **changes: str) -> Any:
    body = {"what": "Raise the limit to 200", "owner": "Ms Ito", "due": DUE, "item": about} | changes
    return client(world.executive).post(reverse("action-new", args=[snapshot.campaign_id]), body)


def test_a_finding_becomes_an_action_that_remembers_its_gap(world: World) -> None:
    snapshot = first_wave(world)
    item = widest(snapshot)
    page = client(world.executive).get(reverse("report", args=[snapshot.campaign_id])).content.decode()
    address = f"{reverse('action-new', args=[snapshot.campaign_id])}?item={item['id']}"
    assert address in page
    assert f'value="{item["id"]}" selected' in client(world.executive).get(address).content.decode()
    assert plan(world, snapshot, item["id"]).status_code == 302
    with within(world.organization):
        action = Action.objects.get()
        assert action.began is not None
        assert action.began["gap"] == pytest.approx(item["gap"]["value"])
        assert (action.finding, action.due) == (item["label"], dt.date(2027, 3, 1))
        event = Event.objects.filter(verb="action.added").get()
    assert (event.actor, event.target) == (world.executive, action.what)
    listed = client(world.consultant).get(reverse("client-actions", args=[world.organization.id]))
    assert "Raise the limit to 200" in listed.content.decode()
    assert "The next wave will tell" in listed.content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"what": ""}, "This field is required."),
        ({"due": "soon"}, "Enter a valid date."),
        ({"item": "no such question"}, "Select a valid choice."),
    ],
)
def test_a_wrong_action_is_told_what_is_wrong_and_nothing_is_kept(
    world: World, wrong: dict[str, str], says: str
) -> None:
    response = plan(world, first_wave(world), "", **wrong)
    assert response.status_code == 422
    assert says in response.content.decode()
    with within(world.organization):
        assert not Action.objects.exists()


def test_an_action_is_changed_and_its_change_is_told(world: World) -> None:
    snapshot = first_wave(world)
    plan(world, snapshot, "")
    with within(world.organization):
        action = Action.objects.get()
    address = reverse("action", args=[world.organization.id, action.id])
    assert "Raise the limit" in client(world.consultant).get(address).content.decode()
    body = {"what": action.what, "owner": "Mr Oda", "due": DUE, "state": "done", "told": "on"}
    assert client(world.consultant).post(address, body).status_code == 302
    with within(world.organization):
        action.refresh_from_db()
        event = Event.objects.filter(verb="action.changed").get()
    assert (action.state, action.owner, action.told) == (ActionState.DONE, "Mr Oda", True)
    assert event.detail == {"changed": ["owner", "state", "told"]}


def test_the_next_wave_tells_what_moved(world: World) -> None:
    before = first_wave(world)
    item = widest(before)
    plan(world, before, item["id"])
    plan(world, before, "", what="Say thank you")
    after = second_wave(world)
    page = client(world.executive).get(reverse("report", args=[after.campaign_id])).content.decode()
    section = page.partition('id="set-out"')[2].partition("</section>")[0]
    assert "Raise the limit to 200" in section
    assert "The gap is narrower than when this was planned." in section
    assert "Say thank you" in section
    assert (
        'id="set-out"'
        not in client(world.executive).get(reverse("report", args=[before.campaign_id])).content.decode()
    )
    listed = client(world.executive).get(reverse("client-actions", args=[world.organization.id]))
    assert "The gap is narrower" in listed.content.decode()


def test_the_list_asks_as_often_for_three_actions_as_for_one(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    snapshot = first_wave(world)
    reader, address = client(world.executive), reverse("client-actions", args=[world.organization.id])
    for number in (1, 3):
        with within(world.organization):
            while Action.objects.count() < number:
                campaign = Campaign.objects.select_related("organization").get(id=snapshot.campaign_id)
                actions.add(campaign, actions.Plan("Do it", "Ito", dt.date(2027, 1, 1)), world.executive)
        with django_assert_num_queries(QUERIES_OF_THE_LIST):
            reader.get(address)


def gap(value: float, low: float, high: float) -> dict[str, Any]:
    return {"title": "It", "gap": value, "interval": [low, high], "said": ""}


@pytest.mark.parametrize(
    ("then", "now", "kind"),
    [
        (gap(30, 25, 35), gap(10, 5, 15), "narrower"),
        (gap(10, 5, 15), gap(30, 25, 35), "wider"),
        (gap(30, 25, 35), gap(20, 15, 25), "untold"),  # the intervals touch
        (gap(-30, -35, -25), gap(-5, -9, -1), "narrower"),
        (gap(-5, -9, -1), gap(12, 8, 16), "wider"),
        (gap(30, 25, 35) | {"interval": None}, gap(1, 0, 2), "untold"),
        ({"title": "It", "gap": None, "interval": None, "said": "not shown"}, gap(1, 0, 2), "untold"),
        (None, None, "untold"),
    ],
)
def test_what_moved_is_told_only_where_the_intervals_do_not_meet(
    then: dict[str, Any] | None, now: dict[str, Any] | None, kind: str
) -> None:
    found = moved(then, now)
    assert found.kind == kind
    assert ("do not tell" in found.sentence) is (kind == "untold")


def test_dimensions_rules_and_the_ladder_have_a_way_to_an_action(world: World) -> None:
    snapshot = first_wave(world)
    page = client(world.executive).get(reverse("report", args=[snapshot.campaign_id])).content.decode()
    offered = measured(compose(snapshot.document))
    rules = [name for name in offered if name.startswith("obstacle:")]
    assert len(rules) == len(snapshot.document["obstacles"])
    linked = [name for name in rules if f"?item={quote(name)}" in page]
    assert linked
    for name in (snapshot.document["dimensions"][0]["id"], "ladder", linked[0]):
        assert f"?item={quote(name)}" in page
        assert plan(world, snapshot, name).status_code == 302
    with within(world.organization):
        kept = {action.item: action for action in Action.objects.all()}
    began = kept["ladder"].began
    assert began is not None
    assert "EUR" in began["said"] or "€" in began["said"]


def test_the_gap_of_a_rule_is_that_of_its_shares_in_points() -> None:
    found = document()["obstacles"][0]
    kept = measured(compose(document()))[f"obstacle:{found['label']}"]
    assert kept["gap"] == pytest.approx(found["difference"]["value"] * 100)
    assert kept["interval"] == pytest.approx([end * 100 for end in found["difference"]["interval"]])
