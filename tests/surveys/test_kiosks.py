"""A tablet gives out so many answers as it may, to its own unit, and none once it was switched off."""

import pytest

from surveys import collect, kiosks, passes
from surveys.blind.client import blind, prepare
from surveys.blind.keys import public_from_spki
from surveys.blind.text import to_text
from surveys.models import Campaign, Event, Kiosk, Pass, SigningKey
from surveys.models.event import Verb
from surveys.tenancy import across_all, within
from tests.world import World


def bind(world: World, campaign: Campaign, allowance: int = 2) -> tuple[Kiosk, str]:
    unit = world.unit(campaign)
    with within(world.organization):
        return kiosks.bind(unit, "Break room", allowance, actor=world.coordinator)


def message(world: World, campaign: Campaign) -> str:
    unit = world.unit(campaign)
    with within(world.organization):
        key = SigningKey.objects.get(unit=unit, panel="frontline")
    return to_text(blind(public_from_spki(bytes(key.spki)), prepare(b"x")).blinded)


def signed_passes() -> int:
    with across_all("a test counts"):
        return Pass.objects.exclude(blinded=None).count()


def test_it_signs_for_so_many_people_as_it_may_and_the_same_message_again(world: World) -> None:
    campaign = world.open_campaign()
    _kiosk, secret = bind(world, campaign, allowance=2)
    first = message(world, campaign)
    signature = kiosks.sign(secret, first, "")
    assert kiosks.sign(secret, first, "") == signature, "a lost reply"
    kiosks.sign(secret, message(world, campaign), "")
    with pytest.raises(kiosks.Exhausted):
        kiosks.sign(secret, message(world, campaign), "")
    assert kiosks.sign(secret, first, "") == signature
    assert signed_passes() == 2


def test_a_code_is_taken_in_its_own_unit_only(world: World) -> None:
    campaign = world.open_campaign()
    _kiosk, secret = bind(world, campaign, allowance=0)
    with pytest.raises(kiosks.Exhausted):
        kiosks.sign(secret, message(world, campaign), "")
    kiosks.sign(secret, message(world, campaign), world.code(campaign))
    for stranger in (world.code(campaign, path="South/Store 1"), world.code(world.open_campaign("Wave 2"))):
        with pytest.raises(kiosks.Foreign):
            kiosks.sign(secret, message(world, campaign), stranger)
        assert not passes.find(stranger).signed, "a code that is refused here still answers elsewhere"


def test_no_more_than_the_unit_has_people_over_all_its_tablets(world: World) -> None:
    campaign = world.open_campaign()
    kiosk, secret = bind(world, campaign, allowance=15)
    with pytest.raises(kiosks.Refused, match="at most 5 more people"):
        bind(world, campaign, allowance=6)
    kiosks.sign(secret, message(world, campaign), "")
    with within(world.organization):
        kiosks.revoke(kiosk, actor=world.coordinator)
        assert kiosks.most(world.unit(campaign)) == 19, "what a tablet had given out stays given"


def test_switched_off_it_is_unknown_and_both_are_told(world: World) -> None:
    campaign = world.open_campaign()
    kiosk, secret = bind(world, campaign)
    with within(world.organization):
        kiosks.revoke(kiosk, actor=world.coordinator)
        kiosks.revoke(kiosk, actor=world.coordinator)
        verbs = list(Event.objects.order_by("at").values_list("verb", flat=True))
    assert verbs[-2:] == [Verb.KIOSK, Verb.KIOSK_REVOKED]
    with pytest.raises(kiosks.Unknown):
        kiosks.sign(secret, message(world, campaign), "")


def test_a_closed_campaign_signs_nothing(world: World) -> None:
    campaign = world.open_campaign()
    _kiosk, secret = bind(world, campaign)
    asked = message(world, campaign)
    world.closed(campaign)
    with pytest.raises(collect.Closed):
        kiosks.sign(secret, asked, "")
    assert signed_passes() == 0


def test_its_secret_is_kept_as_a_digest_only(world: World) -> None:
    kiosk, secret = bind(world, world.open_campaign())
    with within(world.organization):
        assert secret.encode() not in bytes(Kiosk.objects.get(id=kiosk.id).secret_digest)
    assert kiosks.find(secret).kiosk == kiosk
