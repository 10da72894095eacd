"""The master key: rotated whole or not at all, rehearsed before it is needed, and missed aloud."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from surveys import keys, sealing
from surveys.models import Campaign, Event, KeyProbe
from surveys.models.event import Verb
from surveys.tasks import check_keys
from surveys.tenancy import within
from tests.world import World

NEW = "bmV3IG1hc3RlciBrZXksIHRoaXJ0eS10d28gYnl0ZXM"  # any 32 bytes
LOST = "QW5vdGhlciBrZXksIGFsc28gdGhpcnR5LXR3byBieXQ"


@pytest.fixture
def old(settings: Any) -> str:
    return str(settings.MASTER_KEY)


def wrapped(world: World) -> dict[str, bytes]:
    with within(world.organization):
        return {c.name: bytes(c.wrapped_key or b"") for c in Campaign.objects.exclude(wrapped_key=None)}


def rotate(settings: Any, old: str, new: str = NEW) -> None:
    settings.MASTER_KEY, settings.MASTER_KEY_OLD = new, old
    call_command("rotate_master_key")
    settings.MASTER_KEY_OLD = ""


@pytest.mark.django_db(transaction=True)
def test_after_a_rotation_only_the_new_key_opens_every_box(
    transactional_world: World, settings: Any, old: str
) -> None:
    world = transactional_world
    waves = [world.open_campaign(name) for name in ("A", "B")]
    for wave in waves:
        world.answer(wave)
    before = wrapped(world)
    rotate(settings, old)
    assert keys.rehearse() == keys.Rehearsal(2, True, ())
    assert not set(before.values()) & set(wrapped(world).values())
    world.answer(waves[0])
    assert world.closed(waves[0]).state == "closed"
    settings.MASTER_KEY = old
    assert len(keys.rehearse().problems) == 2


def test_while_a_rotation_is_under_way_both_keys_serve(world: World, settings: Any, old: str) -> None:
    """Processes start again one by one; nobody's answer is refused meanwhile."""
    before = world.open_campaign("before")
    settings.MASTER_KEY, settings.MASTER_KEY_OLD = NEW, old
    world.answer(before)
    world.open_campaign("meanwhile")
    assert keys.rotate() == 2
    world.answer(before)
    assert keys.rotate() == 2, "a second time is harmless"
    settings.MASTER_KEY_OLD = ""
    assert keys.rehearse().problems == ()


def test_one_box_that_does_not_open_stops_the_whole_rotation(world: World, settings: Any, old: str) -> None:
    for name in ("A", "B", "C"):
        world.open_campaign(name)
    with within(world.organization):
        Campaign.objects.filter(name="B").update(wrapped_key=b"\0" * 60)
    before, probe = wrapped(world), bytes(KeyProbe.objects.get().sealed)
    with pytest.raises(CommandError, match="nothing was changed"):
        rotate(settings, old)
    assert wrapped(world) == before
    assert bytes(KeyProbe.objects.get().sealed) == probe


def test_rotating_needs_the_old_key_and_the_right_one(world: World, settings: Any) -> None:
    world.open_campaign()
    with pytest.raises(CommandError, match="LATITUDE_MASTER_KEY_OLD"):
        call_command("rotate_master_key")
    with pytest.raises(CommandError, match="not the key this site works with"):
        rotate(settings, LOST)


def test_a_lost_key_is_told_where_a_campaign_opens_and_where_an_answer_comes(
    world: World, settings: Any
) -> None:
    campaign = world.open_campaign()
    settings.MASTER_KEY = LOST
    with pytest.raises(sealing.SealingError):
        world.open_campaign("Next")
    with pytest.raises(sealing.SealingError):
        world.answer(campaign)


@pytest.mark.django_db(transaction=True)
def test_a_box_without_a_key_is_given_up_aloud_and_no_other(
    transactional_world: World, settings: Any, old: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world = transactional_world
    campaign, other = world.open_campaign(), world.open_campaign("Other")
    world.answer(campaign)
    with pytest.raises(CommandError, match="close the campaign instead"):
        call_command("give_up_box", str(campaign.id))
    settings.MASTER_KEY = LOST
    call_command("give_up_box", str(campaign.id))
    assert "1 answers are lost" in capsys.readouterr().out
    with within(world.organization):
        ended = Campaign.objects.get(id=campaign.id)
        assert (ended.state, ended.wrapped_key) == ("purged", None)
        assert Event.objects.get(verb=Verb.LOST).detail == {"ballots": 1}
        assert Campaign.objects.get(id=other.id).state == "open"
    with pytest.raises(CommandError, match="Only an open campaign"):
        call_command("give_up_box", str(campaign.id))
    with pytest.raises(CommandError, match="There is no campaign"):
        call_command("give_up_box", str(world.organization.id))


def test_the_hourly_check_logs_and_tells_the_client_once(
    world: World, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    campaign = world.open_campaign()
    with caplog.at_level(logging.ERROR):
        check_keys()
    assert caplog.records == []
    settings.MASTER_KEY = LOST
    with caplog.at_level(logging.ERROR):
        check_keys()
        check_keys()
    assert str(campaign.id) in caplog.text
    with within(world.organization):
        assert Event.objects.get(verb=Verb.KEY).detail == {"id": str(campaign.id)}


def test_rehearsing_a_backup_of_the_key_changes_nothing(
    world: World, settings: Any, old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("rehearse_keys")
    assert "nothing this key could be tried on" in capsys.readouterr().out
    world.open_campaign()
    call_command("rehearse_keys")
    copy = tmp_path / "key"
    copy.write_text(f"{old}\n", "utf-8")
    call_command("rehearse_keys", "--key-file", str(copy))
    assert capsys.readouterr().out.count("The key opens the probe and all 1 open ballot boxes.") == 2
    copy.write_text(LOST, "utf-8")
    with pytest.raises(CommandError, match="does not open"):
        call_command("rehearse_keys", "--key-file", str(copy))
    for text in ("", "short", "\xff"):
        copy.write_text(text, "latin-1")
        with pytest.raises(CommandError, match="holds no master key"):
            call_command("rehearse_keys", "--key-file", str(copy))
    with within(world.organization):
        assert not Event.objects.filter(verb=Verb.KEY).exists(), "a rehearsal alarms nobody"
