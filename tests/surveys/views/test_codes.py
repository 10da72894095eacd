"""Codes for paper: in the answer to the one who made them, and nowhere else."""

import csv
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys import codes, passes, printing
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, CampaignUnit, CodeSheet, Event, Kiosk, Pass, Person, Unit
from surveys.models.event import Verb
from surveys.refusing import Refused
from surveys.tenancy import within
from tests.world import World, sign_in


@pytest.fixture
def coordinator(world: World, client: Client) -> Client:
    sign_in(client, world.coordinator)
    return client


def asked(world: World, campaign: Campaign, **changed: str) -> dict[str, str]:
    unit = world.unit(campaign)
    given = {"panel": "frontline", "unit": str(unit.id), "number": "3", "language": "en", "file": "csv"}
    return {**given, **changed}


def test_a_table_of_codes_that_answer(world: World, coordinator: Client) -> None:
    campaign = world.open_campaign()
    file = coordinator.post(reverse("wave-codes", args=[campaign.id]), asked(world, campaign))
    assert file["Content-Type"].startswith("text/csv")
    assert "no-store" in file["Cache-Control"]
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row["unit"] for row in rows] == ["North/Store 1"] * 3
    for row in rows:
        assert passes.find(row["code"]).unit.path == "North/Store 1"
        assert row["link"].endswith(f"/a/#{passes.tidy(row['code'])}")
    shown = coordinator.get(reverse("wave-codes", args=[campaign.id])).content.decode()
    assert "3 codes for North/Store 1" in shown
    assert not any(row["code"] in shown or passes.tidy(row["code"]) in shown for row in rows)
    with within(world.organization):
        event = Event.objects.get(verb=Verb.CODES)
    assert event.detail == {"panel": "frontline", "codes": 3, "units": 1}


def test_cards_of_every_unit(world: World, coordinator: Client) -> None:
    campaign = world.open_campaign()
    given = asked(world, campaign, unit="", number="", file="cards")
    cards = coordinator.post(reverse("wave-codes", args=[campaign.id]), given)
    assert cards.content.startswith(b"%PDF")
    with within(world.organization):
        assert Pass.objects.count() == 80, "four stores of twenty"
        assert CodeSheet.objects.count() == 4
    again = coordinator.post(reverse("wave-codes", args=[campaign.id]), given)
    assert again.status_code == 422
    assert "No code is wanting there." in again.content.decode()


@pytest.mark.parametrize(("unit", "pages"), [("", 1), ("North/Store 1", 1), ("every", 4)])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_poster_for_any_wall_for_one_unit_and_for_each(
    world: World, coordinator: Client, *, unit: str, pages: int, language: str
) -> None:
    campaign = world.open_campaign()
    asked_for = str(world.unit(campaign, unit).id) if "/" in unit else unit
    address = reverse("wave-poster", args=[campaign.id])
    poster = coordinator.get(address, {"language": language, "unit": asked_for})
    assert poster.content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type ?/Page\b", poster.content)) == pages
    assert coordinator.get(address, {"unit": "nowhere"}).status_code == 404


def test_a_poster_names_its_unit_and_its_code_does_not(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = world.open_campaign()
    drawn: list[tuple[dict[str, Any], dict[str, bytes]]] = []

    def noted(_template: str, plain: dict[str, Any], images: dict[str, bytes]) -> bytes:
        drawn.append((plain, images))
        return b""

    monkeypatch.setattr(printing, "_compiled", noted)
    for units in ([], [world.unit(campaign), world.unit(campaign, "South/Store 2")]):
        with within(world.organization):
            codes.as_posters(campaign, "en", units)
    assert [plain["units"] for plain, _ in drawn] == [[""], ["North / Store 1", "South / Store 2"]]
    assert drawn[0][1] == drawn[1][1] == {"0.svg": printing.square(codes.entry())}


def test_codes_of_a_part_of_the_tree(world: World, coordinator: Client) -> None:
    campaign = world.open_campaign()
    address = reverse("wave-codes", args=[campaign.id])
    assert "North with all below</option>" in coordinator.get(address).content.decode()
    refused = coordinator.post(address, asked(world, campaign, unit="North/", number="2"))
    assert "Choose a single unit" in refused.content.decode()
    coordinator.post(address, asked(world, campaign, unit="North/", number=""))
    with within(world.organization):
        made = CodeSheet.objects.values_list("unit__path", "number")
        assert dict(made) == {"North/Store 1": 20, "North/Store 2": 20}


def test_no_more_codes_than_people_and_a_few_to_spare(world: World, coordinator: Client) -> None:
    campaign = world.open_campaign()
    address = reverse("wave-codes", args=[campaign.id])
    assert coordinator.post(address, asked(world, campaign, number="24")).status_code == 200
    refused = coordinator.post(address, asked(world, campaign, number="1"))
    assert refused.status_code == 422
    assert "can get 0 more codes" in refused.content.decode()
    with within(world.organization):
        assert Pass.objects.count() == 24


def test_what_tablets_may_hand_out_counts_and_what_was_used_does_not(world: World) -> None:
    campaign = world.open_campaign()
    unit = world.unit(campaign)
    before = left(world, campaign, unit)
    world.answer(campaign)
    assert left(world, campaign, unit) == before == 24
    with within(world.organization):
        Kiosk.objects.create(unit=unit, name="Room", secret_digest=b"x", allowance=20)
    assert left(world, campaign, unit) == 4


def left(world: World, campaign: Campaign, unit: CampaignUnit) -> int:
    with within(world.organization):
        return next(room.left for room in codes.rooms(campaign, Panel.FRONTLINE) if room.unit.id == unit.id)


def test_as_many_are_wanted_as_have_no_address(world: World) -> None:
    campaign = world.open_campaign()
    with within(world.organization):
        place = Unit.objects.get(path="North/Store 1")
        for number in range(3):
            Person.objects.create(
                organization=world.organization, unit=place, email=f"p{number}@example.org" if number else ""
            )
        room = next(one for one in codes.rooms(campaign, Panel.FRONTLINE) if one.unit.path == "North/Store 1")
    assert room.wanted == 1


def test_not_before_it_opens_nor_after_it_closes(world: World) -> None:
    for campaign in (world.campaign("Draft"), world.closed(world.open_campaign("Closed"))):
        with within(world.organization), pytest.raises(Refused, match="while the survey is open"):
            codes.make(campaign, Panel.FRONTLINE, {}, actor=world.coordinator)


def test_a_unit_that_is_called_like_a_formula_is_text(world: World) -> None:
    campaign = world.open_campaign()
    unit = world.unit(campaign)
    unit.path = "=1+1"
    table = codes.as_csv([codes.Made(unit, Panel.FRONTLINE, ("0" * 16,))])
    assert "\n'=1+1," in table


def test_the_page_costs_so_many_queries(world: World, coordinator: Client) -> None:
    campaign = world.open_campaign()
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(reverse("wave-codes", args=[campaign.id]))
        counts.append(len(queries))
        with within(world.organization):
            for path in ("North/Store 1", "North/Store 2", "South/Store 1"):
                codes.make(
                    campaign,
                    Panel.FRONTLINE,
                    {CampaignUnit.objects.get(campaign=campaign, path=path).id: 1},
                    actor=world.consultant,
                )
    assert counts[0] == counts[1] == 13
