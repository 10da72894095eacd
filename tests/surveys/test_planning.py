"""A draft on its way: changed, checked, opened at its time, extended, copied."""

import datetime as dt

import pytest
from django.utils import timezone

from surveys import campaigns, checklist, gateways, people, planning, queries
from surveys.instruments.instrument import ItemKind
from surveys.instruments.loading import installed
from surveys.models import Campaign, CampaignUnit, Event, Person, State, Unit
from surveys.models.event import Verb
from surveys.refusing import Refused
from surveys.tenancy import within
from tests.waves import ordinary, reported
from tests.world import World, instrument


def again(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(id=campaign.id)


def test_every_reason_is_told_at_once(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        Unit.objects.update(executive_headcount=0, frontline_headcount=1)
        Campaign.objects.filter(id=campaign.id).update(
            amounts=[5, 4, 3, 2, 1],
            channels=["email", "sms"],
            closes_at=timezone.now() - dt.timedelta(hours=1),
        )
        Unit.objects.filter(path__contains="/").delete()
        with pytest.raises(Refused) as refusal:
            planning.open_now(campaign.id, actor=world.consultant)
    for part in (
        "do not rise",
        "2 people, fewer than the 5",
        "0 executives",
        "has passed",
        "e-mail",
        "phone",
    ):
        assert part in str(refusal.value)


def test_a_draft_in_order_has_nothing_against_it(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        Campaign.objects.filter(id=campaign.id).update(channels=["codes"])
        assert {one.verdict for one in checklist.check(again(campaign))} == {checklist.Verdict.OK}


def test_text_messages_want_a_gateway_or_a_list(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        unit = Unit.objects.get(path="North/Store 1")
        Person.objects.create(organization=world.organization, unit=unit, phone="+34600000000")
        Campaign.objects.filter(id=campaign.id).update(channels=["sms"])
        minded = [one for one in checklist.check(again(campaign)) if one.verdict is checklist.Verdict.WARN]
        assert ["gateway" in one.sentence for one in minded] == [True]
        gateways.set_up(world.organization, "https://texts.example.org/", apart=False, actor=world.consultant)
        assert {one.verdict for one in checklist.check(again(campaign))} == {checklist.Verdict.OK}


def test_an_unknown_head_count_is_minded_not_refused(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        Unit.objects.update(executive_headcount=None)
        assert checklist.refusals(campaign) == []


def test_units_that_are_left_out_are_neither_frozen_nor_invited(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        for path in ("North/Store 1", "South/Store 1"):
            Person.objects.create(organization=world.organization, unit=Unit.objects.get(path=path))
        south = str(Unit.objects.get(path="South").id)
        planning.change(campaign.id, {"left_out": [south]}, actor=world.consultant)
        assert [one.unit.path for one in people.of_campaign(again(campaign))] == ["North/Store 1"]
        planning.open_now(campaign.id, actor=world.consultant)
        frozen = set(CampaignUnit.objects.values_list("path", flat=True))
    assert frozen == {"North", "North/Store 1", "North/Store 2"}


def test_a_draft_opens_by_itself_on_its_date(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        planning.schedule(campaign.id, scheduled=True, actor=world.consultant)
    assert [due.campaign for due in queries.due_to_open()] == [campaign.id]
    with within(world.organization):
        assert planning.open_scheduled(campaign.id) is True
        assert planning.open_scheduled(campaign.id) is False
        assert (again(campaign).state, again(campaign).scheduled) == (State.OPEN, False)


def test_a_wave_of_many_units_is_opened_by_the_worker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = world.campaign()
    with within(world.organization):
        assert len(checklist.asked_units(campaign)) == 6
        monkeypatch.setattr(planning, "OPENED_AT_ONCE", 5)
        assert planning.ask_to_open(campaign.id, actor=world.consultant) is False
        assert (again(campaign).state, again(campaign).scheduled) == (State.DRAFT, True)
        assert Event.objects.get(verb=Verb.SCHEDULED).actor == world.consultant
    assert [due.campaign for due in queries.due_to_open()] == [campaign.id]
    with within(world.organization):
        assert planning.open_scheduled(campaign.id) is True
        other = world.campaign("Impossible")
        Unit.objects.all().delete()
        with pytest.raises(Refused, match="no units"):
            planning.ask_to_open(other.id, actor=world.consultant)


def test_a_wave_of_few_units_is_open_at_once(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        assert planning.ask_to_open(campaign.id, actor=world.consultant) is True
        assert again(campaign).state == State.OPEN


@pytest.mark.parametrize(
    ("emails", "channels"),
    [((), ["codes"]), (("a@x.example",), ["email"]), (("a@x.example", ""), ["email", "codes"])],
)
def test_a_draft_begins_with_the_languages_and_ways_of_the_client(
    world: World, emails: tuple[str, ...], channels: list[str]
) -> None:
    world.organization.languages = ["es", "xx"]
    with within(world.organization):
        unit = Unit.objects.get(path="North")
        for email in emails:
            Person.objects.create(organization=world.organization, unit=unit, email=email)
        options = planning.usual(world.organization, instrument())
        assert (list(options.languages), list(options.channels)) == (["es"], channels)
        world.organization.languages = ["xx"]
        assert planning.usual(world.organization, instrument()).languages == ["en"]


def test_what_became_impossible_stays_a_draft_and_the_history_says_why(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        planning.schedule(campaign.id, scheduled=True, actor=world.consultant)
        Unit.objects.all().delete()
        assert planning.open_scheduled(campaign.id) is False
        assert again(campaign).scheduled is False
        assert "no units" in Event.objects.get(verb=Verb.NOT_OPENED).detail["why"]


def test_only_an_open_wave_is_extended_and_only_later(world: World) -> None:
    draft, wave = world.campaign("Draft"), world.open_campaign()
    with within(world.organization):
        later = wave.closes_at + dt.timedelta(days=3)
        told = again(wave).destroyed_by
        with pytest.raises(Refused):
            planning.extend(draft.id, later, actor=None)
        with pytest.raises(Refused):
            planning.extend(wave.id, wave.closes_at - dt.timedelta(hours=1), actor=None)
        planning.extend(wave.id, later, actor=world.consultant)
        assert again(wave).closes_at == later
        assert again(wave).destroyed_by == told + dt.timedelta(days=3)


def test_an_open_wave_cannot_be_changed(world: World) -> None:
    wave = world.open_campaign()
    with within(world.organization), pytest.raises(Refused):
        planning.change(wave.id, {"min_group": 9}, actor=None)


def test_the_next_wave_is_a_draft_with_everything_copied(world: World) -> None:
    wave = world.open_campaign()
    with within(world.organization):
        made = planning.duplicate(wave, "Wave 2", actor=world.consultant)
        assert made.state == State.DRAFT
        assert made.wrapped_key is None
        for name in planning.CHANGEABLE - {"name", "opens_at", "closes_at"}:
            assert getattr(made, name) == getattr(wave, name)
        assert made.closes_at - made.opens_at == wave.closes_at - wave.opens_at


SCENARIOS = ("scenario-refund", "scenario-warranty", "scenario-car")


def test_a_scenario_that_is_left_out_is_not_asked_and_can_come_back(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        whole = campaign.instrument
        planning.change(campaign.id, {"scenarios_left_out": ["scenario-car"]}, actor=world.consultant)
        thinned = again(campaign)
        asked = [item.id for item in thinned.instrument.items_of(ItemKind.SCENARIO)]
        assert asked == ["scenario-refund", "scenario-warranty"]
        assert thinned.codec.width == campaign.codec.width - 1
        planning.change(campaign.id, {"scenarios_left_out": []}, actor=world.consultant)
        assert again(campaign).instrument == whole
        assert [one.detail["changed"] for one in Event.objects.filter(verb=Verb.CHANGED)] == [
            ["scenarios_left_out"]
        ] * 2


def test_without_any_scenario_their_section_goes_too_and_the_report_is_built(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        planning.change(campaign.id, {"scenarios_left_out": list(SCENARIOS)}, actor=world.consultant)
    thinned = again_within(world, campaign)
    assert "scenarios" not in [section.id for section in thinned.instrument.sections]
    document = reported(world, thinned, ordinary(thinned)).document
    assert document["scenarios"] == []
    assert document["headline"]["gap"]["value"], "everything else is there"


def again_within(world: World, campaign: Campaign) -> Campaign:
    with within(world.organization):
        return Campaign.objects.select_related("organization", "instrument_version").get(id=campaign.id)


def test_the_next_wave_asks_the_same(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        planning.change(campaign.id, {"scenarios_left_out": ["scenario-car"]}, actor=world.consultant)
        copied = planning.duplicate(again(campaign), "Next", actor=world.consultant)
        assert copied.scenarios_left_out == ["scenario-car"]


def test_a_language_is_added_to_all_of_it(world: World) -> None:
    """A scenario that is left out today may be asked tomorrow, in every language."""
    campaign = world.campaign()
    content = (installed()["empowered-service"] / "es.yaml").read_bytes()
    with within(world.organization):
        planning.change(campaign.id, {"scenarios_left_out": list(SCENARIOS)}, actor=world.consultant)
        campaigns.add_language(campaign, "es-AR", content, actor=world.consultant)
        planning.change(campaign.id, {"scenarios_left_out": []}, actor=world.consultant)
        assert again(campaign).instrument.label("scenario-car", "es-AR")
