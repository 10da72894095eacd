from uuid import uuid4

import pytest

from surveys import collect, passes, tokens
from surveys.blind import client, keys
from surveys.blind.problems import BlindSignatureError
from surveys.blind.text import from_text, to_text
from surveys.blind.tokens import Token
from surveys.blind.variants import Variant
from surveys.instruments.instrument import Panel
from surveys.models import Ballot, Campaign, Event, Pass, SigningKey, SpentToken
from surveys.tenancy import across_all, within
from tests.world import World, a_sheet

VARIANT = Variant.PSS_RANDOMIZED


def a_token(world: World, code: str) -> str:
    """What the respondent's browser does, in Python."""
    found = passes.find(code)
    spki = from_text(tokens.public_key(found), keys.SPKI_BYTES)
    public = keys.public_from_spki(spki)
    prepared = client.prepare(b"\0" * 32, VARIANT)
    blinding = client.blind(public, prepared, VARIANT)
    reply = from_text(tokens.sign(code, to_text(blinding.blinded)), keys.SIGNATURE_BYTES)
    signature = client.finalize(public, prepared, reply, blinding.inverse, VARIANT)
    return Token(keys.key_id(spki), prepared, signature).to_wire()


def send(campaign: Campaign, right: str, value: int = 4) -> None:
    collect.submit(code=right, ballot=uuid4(), sheet=a_sheet(campaign, value), comments={})


def counted() -> tuple[int, int]:
    with across_all("a test counts"):
        return Ballot.objects.count(), SpentToken.objects.count()


def test_a_token_answers_once_and_leads_to_no_pass(world: World) -> None:
    campaign = world.open_campaign()
    token = a_token(world, world.code(campaign))
    send(campaign, token)
    with pytest.raises(collect.Spent):
        send(campaign, token, 1)
    assert counted() == (1, 1)
    with across_all("a test looks"):
        kept = Pass.objects.get()
        assert not kept.spent
        stored = [bytes(one.digest) for one in SpentToken.objects.all()]
    assert bytes(kept.blinded or b"") not in stored
    assert bytes(kept.code_digest) not in stored


def test_a_retried_post_with_a_token_is_one_answer(world: World) -> None:
    campaign = world.open_campaign()
    token, ballot = a_token(world, world.code(campaign)), uuid4()
    for _ in range(3):
        collect.submit(code=token, ballot=ballot, sheet=a_sheet(campaign), comments={})
    assert counted() == (1, 1)


def test_a_pass_is_signed_once_and_a_lost_reply_is_given_again(world: World) -> None:
    campaign = world.open_campaign()
    code = world.code(campaign)
    public = keys.public_from_spki(from_text(tokens.public_key(passes.find(code)), keys.SPKI_BYTES))
    first, other = (client.blind(public, client.prepare(b"\0" * 32, VARIANT), VARIANT) for _ in range(2))
    assert tokens.sign(code, to_text(first.blinded)) == tokens.sign(code, to_text(first.blinded))
    with pytest.raises(tokens.Refused):
        tokens.sign(code, to_text(other.blinded))


def test_a_signed_pass_does_not_answer_as_a_plain_one_and_a_spent_one_is_not_signed(world: World) -> None:
    campaign = world.open_campaign()
    signed, plain = world.code(campaign), world.code(campaign)
    a_token(world, signed)
    with pytest.raises(collect.Spent):
        send(campaign, signed)
    send(campaign, plain)
    with pytest.raises(tokens.Refused):
        a_token(world, plain)
    assert counted() == (1, 0)


def test_forged_foreign_and_broken_tokens_are_unknown(world: World) -> None:
    campaign, other = world.open_campaign(), world.open_campaign("Wave 2")
    token = Token.from_wire(a_token(world, world.code(campaign)))
    foreign = passes.find(world.code(other))
    executive = passes.find(world.code(campaign, Panel.EXECUTIVE, "North"))
    for found in (foreign, executive):
        wrong = keys.key_id(from_text(tokens.public_key(found), keys.SPKI_BYTES))
        with pytest.raises(passes.Unknown):
            tokens.find(Token(wrong, token.message, token.signature).to_wire())
    changed = Token(token.key_id, token.message, token.signature[:-1] + bytes([token.signature[-1] ^ 1]))
    for text in (changed.to_wire(), token.to_wire()[:-2], "x" * 470):
        with pytest.raises(passes.Unknown):
            tokens.find(text)
    assert tokens.find(token.to_wire()).campaign == campaign


def test_nothing_but_a_blinded_message_is_signed(world: World) -> None:
    code = world.code(world.open_campaign())
    for text in ("", "AAAA", to_text(b"\xff" * keys.SIGNATURE_BYTES)):
        with pytest.raises(BlindSignatureError):
            tokens.sign(code, text)
    with pytest.raises(passes.Unknown):
        tokens.sign("nobody-has-this", "AAAA")


def test_closing_destroys_the_private_keys_and_the_spent_tokens(world: World) -> None:
    campaign = world.open_campaign()
    code, late = world.code(campaign), world.code(campaign)
    send(campaign, a_token(world, code))
    with within(world.organization):
        published = tokens.key_list(campaign)
    world.closed(campaign)
    with within(world.organization):
        assert SigningKey.objects.count() > 0
        assert not SigningKey.objects.filter(wrapped_private__isnull=False).exists()
        assert SpentToken.objects.count() == 0
        assert tokens.key_list(campaign) == published
    with pytest.raises(tokens.Refused):
        a_token(world, late)


def test_every_group_with_people_has_one_key_and_the_list_is_told_at_opening(world: World) -> None:
    campaign = world.open_campaign()
    with within(world.organization):
        listed = tokens.key_list(campaign)
        told = Event.objects.get(verb="campaign.opened").detail["keys"]
    assert listed is not None
    assert told == listed.digest()
    panels = sorted(key.panel for key in listed.keys)
    assert panels == [Panel.EXECUTIVE] * 2 + [Panel.FRONTLINE] * 4


def test_a_token_that_comes_when_the_box_is_closed_is_not_spent(world: World) -> None:
    campaign = world.open_campaign()
    token = a_token(world, world.code(campaign))
    world.over(campaign)
    with pytest.raises(collect.Closed):
        send(campaign, token)
    assert counted() == (0, 0)
