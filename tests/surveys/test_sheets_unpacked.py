"""The SQL view shows what the codec reads, for every sheet of every closed campaign."""

import random
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from surveys import campaigns, collect, queries
from surveys.instruments.codec import NO_ANSWER_BYTE, SheetCodec
from surveys.instruments.instrument import ItemKind, Panel
from surveys.loading.load import load_campaign
from surveys.models import Campaign
from surveys.tenancy import within
from tests.surveys.loading.writing import write_folder
from tests.world import World, instrument

Cell = tuple[str, str, int, str, int | None]
"""unit, panel, number of the sheet within both, field, value (None is no answer)"""

VIEW = "SELECT unit, panel, sheet, field, value FROM surveys_sheets_unpacked WHERE campaign_id = %s"
EVERY_BYTE = range(256)


def unpacked(campaign: Campaign) -> Counter[Cell]:
    with connection.cursor() as cursor:
        cursor.execute(VIEW, [campaign.id])
        return Counter(cursor.fetchall())


def decoded(campaign: Campaign) -> Counter[Cell]:
    cells: Counter[Cell] = Counter()
    codec = campaign.codec
    with within(campaign.organization_id):
        units = {unit.id: unit.path for unit in queries.campaign_units(campaign)}
        for panel, unit, block in queries.answer_blocks(campaign):
            for number in range(len(block) // codec.width):
                sheet = block[number * codec.width : (number + 1) * codec.width]
                for field, answer in codec.decode(sheet).items():
                    value = codec.field(field).to_byte(answer) or None
                    cells[units[unit], panel.value, number, field, value] += 1
    return cells


def any_sheet(codec: SheetCodec, chance: random.Random) -> bytes:
    legal = ([byte for byte in EVERY_BYTE if field.is_legal(byte)] for field in codec.fields)
    return bytes(chance.choice([NO_ANSWER_BYTE, *bytes_]) for bytes_ in legal)


def closed_campaign(world: World, name: str, background: tuple[str, ...], sheets: int) -> Campaign:
    """A campaign through the sealed box, with any legal answers in some units of both panels."""
    chance = random.Random(name)
    campaign = world.campaign(name)
    with within(world.organization):
        Campaign.objects.filter(id=campaign.id).update(background=list(background))
        campaign = Campaign.objects.get(id=campaign.id)
        campaigns.open_(campaign, actor=None)
    places = [(Panel.FRONTLINE, "North/Store 1"), (Panel.FRONTLINE, "South"), (Panel.EXECUTIVE, "South")]
    for _ in range(sheets):
        panel, path = chance.choice(places)
        sheet = any_sheet(campaign.codec, chance)
        collect.submit(code=world.code(campaign, panel, path), ballot=uuid4(), sheet=sheet, comments={})
    return world.closed(campaign)


def test_the_view_equals_the_codec_for_every_sheet(world: World) -> None:
    questions = tuple(question.id for question in instrument().background)
    several = [
        closed_campaign(world, "none", (), 4),
        closed_campaign(world, "all", questions, 9),
        closed_campaign(world, "turned", questions[1::-1], 5),
    ]
    for campaign, sheets in zip(several, (4, 9, 5), strict=True):
        shown = unpacked(campaign)
        assert shown == decoded(campaign)
        assert set(shown.values()) == {1}
        assert len(shown) == sheets * campaign.codec.width
        fields = {field for _, _, _, field, _ in shown}
        assert fields == {field.id for field in campaign.codec.fields}
        assert not fields & {item.id for item in instrument().items_of(ItemKind.TEXT)}


def test_a_survey_brought_in_is_shown_too(world: World, tmp_path: Path) -> None:
    campaign = load_campaign(write_folder(tmp_path), firm=world.firm).campaign
    shown = unpacked(campaign)
    assert shown == decoded(campaign)
    assert ("North/Store 1", "frontline", 0, "A2b", 255) in shown, "don't know"
    assert ("North/Store 1", "frontline", 0, "A2c", None) in shown, "no answer"


def test_an_open_campaign_shows_nothing(world: World) -> None:
    campaign = world.open_campaign()
    world.answer(campaign)
    assert not unpacked(campaign)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM surveys_sheets_unpacked",
        "UPDATE surveys_sheets_unpacked SET value = 1",
        "INSERT INTO surveys_sheets_unpacked (value) VALUES (1)",
    ],
)
def test_the_view_is_read_only(world: World, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_view_has_no_time_and_nothing_of_the_respondent(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM surveys_sheets_unpacked LIMIT 0")
        columns = [column.name for column in cursor.description]
    assert columns == ["organization_id", "campaign_id", "unit", "panel", "sheet", "field", "value", "batch"]
