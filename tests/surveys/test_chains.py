"""What is kept of a campaign between two requests is never older than its rows, and never holds its key."""

import contextlib
import gc
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connection, models, transaction
from django.test import Client
from django.urls import reverse

from surveys import passes, tokens
from surveys.models import Campaign, CampaignUnit, Organization
from surveys.tenancy import across_all, within
from tests.surveys.test_tokens import a_token
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_unit_is_read_once_and_a_pass_each_time(world: World, django_assert_num_queries: Any) -> None:
    campaign = world.open_campaign()
    first, second = world.code(campaign), world.code(campaign)
    with django_assert_num_queries(2):
        passes.find(first)
    with django_assert_num_queries(1):
        assert passes.find(second).organization.name == "Acme"


def test_a_token_is_one_question_too(world: World, django_assert_num_queries: Any) -> None:
    token = a_token(world, world.code(world.open_campaign()))
    tokens.find(token)
    with django_assert_num_queries(1):
        assert not tokens.find(token).spent


@pytest.mark.parametrize(
    ("model", "change", "seen"),
    [
        (Campaign, {"name": "Another"}, lambda found: found.campaign.name == "Another"),
        (Campaign, {"closes_at": models.F("closes_at") + timedelta(days=9)}, None),
        (Organization, {"name": "Another"}, lambda found: found.organization.name == "Another"),
        (CampaignUnit, {"frontline_headcount": 3}, lambda found: found.unit.frontline_headcount == 3),
    ],
)
def test_a_change_is_seen_by_the_next_request(
    world: World, model: type[models.Model], change: dict[str, Any], seen: Any
) -> None:
    """In the same transaction and twice, where xmin alone would not tell one version from the other."""
    code = world.code(world.open_campaign())
    before = passes.find(code)
    with across_all("a test changes rows"):
        model._default_manager.update(**{name: models.F(name) for name in change})
    passes.find(code)
    with across_all("a test changes rows"):
        model._default_manager.update(**change)
    after = passes.find(code)
    assert seen(after) if seen else after.campaign.closes_at - before.campaign.closes_at == timedelta(days=9)


def test_what_one_request_does_to_its_campaign_happens_to_no_other(world: World) -> None:
    code = world.code(world.open_campaign())
    found = passes.find(code)
    found.campaign.name = found.unit.path = "scribbled over"
    again = passes.find(code)
    assert "scribbled over" not in {again.campaign.name, again.unit.path, again.unit.campaign.name}


def test_a_campaigns_key_is_in_no_object_once_it_has_closed(world: World) -> None:
    """A request has it while it lasts. What is kept between requests has not, or the key would outlive itself."""
    campaign = world.open_campaign()
    code = world.code(campaign)
    identifier, key = campaign.pk, bytes(passes.find(code).campaign.wrapped_key or b"")
    assert len(key) > 32
    del campaign
    for step in ("answer-enter", "answer-questions", "answer-check", "answer-send"):
        Client().post(reverse(step), {"code": code, "ballot": str(uuid4())})
    assert whose(key) == []
    holder = passes.find(code)
    assert whose(key) == [holder.campaign], "what is looked for would be found"
    del holder
    with within(world.organization):
        world.closed(Campaign.objects.defer("wrapped_key").get(id=identifier))
    assert passes.find(code).campaign.wrapped_key is None
    assert whose(key) == []


def whose(key: bytes) -> list[Campaign]:
    gc.collect()
    campaigns = (it for it in gc.get_objects() if type(it) is Campaign)
    return [it for it in campaigns if bytes(it.__dict__.get("wrapped_key") or b"") == key]


def kill() -> int:
    """This thread's connection, as a restart of the server does."""
    info = connection.connection.info
    with psycopg.connect(
        host=info.host, port=info.port, user=info.user, dbname=info.dbname, autocommit=True
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [info.backend_pid])
    return int(info.backend_pid)


def test_a_connection_that_was_dropped_meanwhile_is_replaced(transactional_world: World) -> None:
    code = transactional_world.code(transactional_world.open_campaign())
    passes.find(code)
    before = kill()
    assert passes.find(code).organization.name == "Acme"
    assert connection.connection.info.backend_pid != before


def test_a_connection_that_is_dropped_in_a_transaction_is_not_replaced(transactional_world: World) -> None:
    """Half of the transaction would be gone."""
    code = transactional_world.code(transactional_world.open_campaign())
    with contextlib.suppress(OperationalError), transaction.atomic():
        passes.find(code)
        kill()
        with pytest.raises(OperationalError):
            passes.find(code)


def test_a_statement_is_planned_once_a_connection(world: World) -> None:
    code = world.code(world.open_campaign())
    for _ in range(3):
        passes.find(code)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%%code_digest%%'", []
        )
        assert len(cursor.fetchall()) == 1
