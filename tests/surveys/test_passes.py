import hashlib

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from surveys import passes
from surveys.instruments.instrument import Panel
from surveys.models import Pass
from surveys.tenancy import across_all, within
from tests.world import World


@pytest.mark.pure
def test_a_code_has_eighty_bits_in_letters_that_cannot_be_misread() -> None:
    codes = {passes.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {16}
    assert set("".join(codes)) <= set(passes.ALPHABET)
    assert len(passes.ALPHABET) == 32
    assert not set("ilou") & set(passes.ALPHABET)


@pytest.mark.pure
@given(st.text(passes.ALPHABET, min_size=16, max_size=16), st.randoms(use_true_random=False))
@examples(max_examples=50)
def test_a_code_is_found_however_it_was_typed(code: str, chance: object) -> None:
    misread = {"0": "0oO", "1": "1iIlL"}
    typed = "".join(chance.choice(misread.get(sign, sign + sign.upper())) for sign in code)  # type: ignore[attr-defined]
    typed = f" {typed[:4]}-{typed[4:8]} {typed[8:]}\n"
    assert passes.tidy(typed) == code
    assert passes.digest(typed) == passes.digest(code)


@pytest.mark.pure
def test_a_digest_is_of_nothing_else() -> None:
    assert passes.digest("00") != hashlib.sha256(b"00").digest()
    assert passes.digest("00") != passes.digest("01")


def test_a_pass_knows_where_it_belongs_and_keeps_no_code(world: World) -> None:
    campaign = world.open_campaign()
    unit = world.unit(campaign)
    with within(world.organization):
        (code,) = passes.issue(unit, Panel.EXECUTIVE, language="es")
        kept = Pass.objects.values().get()
    assert code not in str(kept).lower()
    assert bytes(kept["code_digest"]) == passes.digest(code)
    assert (kept["spent"], kept["language"]) == (False, "es")
    assert kept["id"].version == 4
    assert {field.name for field in Pass._meta.get_fields()} == {
        "id",
        "unit",
        "panel",
        "code_digest",
        "language",
        "spent",
        "blinded",  # what was signed for it, unseen: see tests/surveys/test_tokens.py
    }, "a pass has no time and no way to an answer"
    found = passes.find(code.upper())
    assert (found.unit, found.panel) == (unit, Panel.EXECUTIVE)
    assert (found.campaign, found.organization) == (campaign, world.organization)


def test_a_pass_is_found_without_a_tenant_by_one_query(
    world: World, django_assert_num_queries: object
) -> None:
    code = world.code(world.open_campaign())
    with django_assert_num_queries(2):  # type: ignore[operator]
        passes.find(code)  # the first of its unit in this process: see test_chains.py
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = passes.find(code)
        assert found.campaign.instrument.id
        assert found.organization.name == "Acme"


def test_many_passes_are_issued_at_once(world: World) -> None:
    campaign = world.open_campaign()
    unit = world.unit(campaign)
    with within(world.organization):
        connection.force_debug_cursor = True
        before = len(connection.queries_log)
        codes = passes.issue(unit, Panel.FRONTLINE, 500)
        taken = len(connection.queries_log) - before
        connection.force_debug_cursor = False
        assert Pass.objects.count() == len(set(codes)) == 500
    assert taken <= 2


@pytest.mark.parametrize("code", ["", "0" * 16, "x" * 5000, "' OR true --", "\x00"])
def test_an_unknown_code_is_nobodys(world: World, code: str) -> None:
    world.code(world.open_campaign())
    with pytest.raises(passes.Unknown):
        passes.find(code)
    with across_all("a test counts"):
        assert Pass.objects.filter(spent=True).count() == 0
