"""A tablet gives out so many answers as it may, to its own unit, and none once it was switched off."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from surveys import collect, kiosks, passes
from surveys.blind.client import blind, prepare
from surveys.blind.keys import public_from_spki
from surveys.blind.text import to_text
from surveys.models import Campaign, Event, Kiosk, Pass, SigningKey
from surveys.models.event import Verb
from surveys.tenancy import across_all, within
from tests.world import World, sign_in

SECRETS = re.compile(r'csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"')


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
    kiosk, _secret = bind(world, campaign, allowance=15)
    with pytest.raises(kiosks.Refused, match="at most 5 more people"):
        bind(world, campaign, allowance=6)
    with within(world.organization):
        before = kiosks.most(world.unit(campaign))
        kiosks.revoke(kiosk, actor=world.coordinator)
        assert kiosks.most(world.unit(campaign)) == before, "what a tablet was given stays given"


@pytest.mark.parametrize("answered", [0, 1, 2])
def test_a_tablet_that_was_switched_off_tells_nobody_how_many_answered(world: World, answered: int) -> None:
    """Bound again it goes on where it was, under another secret."""
    campaign = world.open_campaign()
    kiosk, secret = bind(world, campaign, allowance=2)
    for _ in range(answered):
        kiosks.sign(secret, message(world, campaign), "")
    with within(world.organization):
        with pytest.raises(kiosks.Refused, match="in use"):
            kiosks.bind_again(kiosk, actor=world.coordinator)
        kiosks.revoke(kiosk, actor=world.coordinator)
        assert kiosks.most(world.unit(campaign)) == 18
        told = str(list(Event.objects.order_by("at").values_list("verb", "detail")))
        again = kiosks.bind_again(kiosk, actor=world.coordinator)
    assert "issued" not in told
    with pytest.raises(kiosks.Unknown):
        kiosks.find(secret)
    for _ in range(2 - answered):
        kiosks.sign(again, message(world, campaign), "")
    with pytest.raises(kiosks.Exhausted):
        kiosks.sign(again, message(world, campaign), "")


def test_the_page_is_the_same_however_many_answered(world: World) -> None:
    """Nothing on the coordinator's page, nor what it says to a number too large, follows from the answers."""
    campaign = world.open_campaign()
    kiosk, secret = bind(world, campaign)
    client, address = Client(), reverse("tablets", args=[campaign.id])
    sign_in(client, world.coordinator)
    with within(world.organization):
        kiosks.revoke(kiosk, actor=world.coordinator)
    asked = {"unit": str(world.unit(campaign).id), "name": "Too many", "allowance": "20"}
    client.get(address)  # which also says that signing in went well
    pages = []
    for issued in (0, 2):
        with within(world.organization):
            Kiosk.objects.filter(id=kiosk.id).update(issued=issued)
        refused = client.post(address, asked)
        assert refused.status_code == 422
        pages.append(SECRETS.sub("", client.get(address).content.decode() + refused.content.decode()))
    assert pages[0] == pages[1]
    bound = client.post(address, {"again": str(kiosk.id)})
    assert "/a/kiosk#" in bound.content.decode()
    with pytest.raises(kiosks.Unknown):
        kiosks.find(secret)
    assert client.post(address, {"again": str(kiosk.id)}).status_code == 422
    for stranger in (uuid4(), "no tablet"):
        assert client.post(address, {"again": str(stranger)}).status_code == 404


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
