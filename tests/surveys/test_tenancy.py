"""The net under the doors: a query without a tenant raises, a query with one sees nobody else's rows."""

from collections.abc import Callable, Iterable

import pytest
from django.apps import apps
from django.db import models
from django_scopes import scope
from django_scopes.exceptions import ScopeError

from surveys.models import (
    AccessInvite,
    AnswerBlock,
    Campaign,
    CampaignUnit,
    Firm,
    FirmDeck,
    FirmEvent,
    InstrumentVersion,
    KeyProbe,
    Membership,
    Organization,
    User,
)
from surveys.tenancy import ScopedManager, across_all, within
from tests.world import World

OF_NO_TENANT: set[type[models.Model]] = {
    User,
    Firm,
    FirmDeck,
    FirmEvent,
    Organization,
    Membership,
    AccessInvite,  # like a membership: of a firm, or of a client
    InstrumentVersion,
    KeyProbe,
}
"""What stands above or beside organizations. Anything else has a scoped manager."""


def our_models() -> list[type[models.Model]]:
    return [model for name in ("surveys", "assessment") for model in apps.get_app_config(name).get_models()]


SCOPED = [model for model in our_models() if model not in OF_NO_TENANT]


def test_every_model_has_a_scoped_manager_or_a_reason_not_to() -> None:
    assert set(our_models()) >= OF_NO_TENANT
    for model in SCOPED:
        assert isinstance(model._default_manager, ScopedManager), model


QUERIES: dict[str, Callable[[models.Manager[models.Model]], object]] = {
    "all": lambda rows: list(rows.all()),
    "count": lambda rows: rows.count(),
    "first": lambda rows: rows.first(),
    "exists": lambda rows: rows.exists(),
    "exists of all": lambda rows: rows.all().exists(),
    "exists without some": lambda rows: rows.exclude(pk=None).exists(),
    "filter": lambda rows: rows.filter(pk=None),
    "defer": lambda rows: list(rows.defer(None)),
    "in_bulk": lambda rows: rows.in_bulk(),
    "explain": lambda rows: rows.all().explain(),
    "update": lambda rows: rows.update(pk=None),
    "subquery": lambda rows: list(Firm.objects.filter(pk__in=rows.all())),
}


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model.__name__)
def test_a_query_without_a_tenant_raises(db: None, model: type[models.Model], name: str) -> None:
    with pytest.raises(ScopeError):
        QUERIES[name](model._default_manager)


def counts(scoped: Iterable[type[models.Model]]) -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in scoped}


def test_a_tenant_sees_its_own_rows_only(world: World) -> None:
    campaign = world.open_campaign()
    world.answer(campaign, open="A comment")
    world.closed(campaign)
    world.answer(world.open_campaign("Wave 2"))
    other = Organization.objects.get(name="Next door")
    with across_all("a test counts"):
        everything = counts(SCOPED)
    with within(world.organization):
        assert counts(SCOPED) == everything
    with within(other):
        assert set(counts(SCOPED).values()) == {0}
    filled = {name for name, count in everything.items() if count}
    assert {"Unit", "Campaign", "CampaignUnit", "Pass", "Ballot", "AnswerBlock", "Comment", "Event"} <= filled


def test_a_lost_tenant_sees_nothing_instead_of_everything(world: World) -> None:
    world.campaign()
    with scope(organization=None), pytest.raises(ScopeError):
        Campaign.objects.count()


def test_scopes_nest_and_end(world: World) -> None:
    world.campaign()
    other = Organization.objects.get(name="Next door")
    with within(world.organization):
        with within(other.id):
            assert Campaign.objects.count() == 0
        assert Campaign.objects.count() == 1
    with pytest.raises(ScopeError):
        Campaign.objects.count()


def test_a_scope_ends_with_an_exception_too(world: World) -> None:
    with pytest.raises(RuntimeError), within(world.organization):
        raise RuntimeError
    with pytest.raises(RuntimeError), across_all("a test"):
        raise RuntimeError
    with pytest.raises(ScopeError):
        AnswerBlock.objects.count()


def test_related_rows_are_behind_the_net_as_well(world: World) -> None:
    campaign = world.open_campaign()
    with within(world.organization):
        kept = Campaign.objects.get(id=campaign.id)
    other = Organization.objects.get(name="Next door")
    with pytest.raises(ScopeError):
        kept.units.count()
    with within(other):
        assert kept.units.count() == 0
        with pytest.raises(CampaignUnit.DoesNotExist):
            kept.units.get(path="North")


def test_a_scope_needs_a_saved_organization_and_leaving_the_net_a_reason() -> None:
    with pytest.raises(ValueError, match="saved organization"):
        within(Firm(pk=None))
    with pytest.raises(ValueError, match="Say why"):
        across_all("")
