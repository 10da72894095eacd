"""A row and the rows it belongs to, by one statement that is written once.

Django's query builder makes the same statement anew at each request, which took most of the time of a respondent's
page. What comes back are the same objects.
"""

from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

from surveys import statements
from surveys.models import Campaign, CampaignUnit, InstrumentVersion, Organization, Pass, SigningKey

Right = Pass | SigningKey
R = TypeVar("R", Pass, SigningKey)

NOT_READ = frozenset({"definition"})  # of an instrument, which is kept in memory
JOINS = """
JOIN surveys_campaignunit ON surveys_campaignunit.id = {right}.unit_id
JOIN surveys_campaign ON surveys_campaign.id = surveys_campaignunit.campaign_id
JOIN surveys_organization ON surveys_organization.id = surveys_campaign.organization_id
JOIN surveys_instrumentversion ON surveys_instrumentversion.id = surveys_campaign.instrument_version_id
"""


def find(model: type[R], column: str, value: bytes) -> R | None:
    """With `unit`, and its campaign, organization and version of the instrument. Inside a scope that allows it."""
    row = statements.one(_statement(model, column), [value])
    if row is None:
        return None
    values = iter(row)
    right, unit, campaign, organization, version = (_made(one, values) for one in _models(model))
    campaign.organization, campaign.instrument_version = organization, version
    unit.campaign, right.unit = campaign, unit
    return right  # type: ignore[no-any-return]  # made of the model that was asked for


def _models(model: type[Right]) -> tuple[type[Model], ...]:
    return (model, CampaignUnit, Campaign, Organization, InstrumentVersion)


@cache
def _statement(model: type[Right], column: str) -> str:
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)  # noqa: SLF001  # Django's name for it
    wanted = ", ".join(
        f"{quote(one._meta.db_table)}.{quote(str(field.column))}"  # noqa: SLF001
        for one in _models(model)
        for field in _fields(one)
    )
    return f"SELECT {wanted} FROM {table} {JOINS.format(right=table)} WHERE {table}.{quote(column)} = %s"  # noqa: S608  # names of our own tables


@cache
def _fields(model: type[Model]) -> tuple["Field[Any, Any]", ...]:
    return tuple(field for field in model._meta.concrete_fields if field.attname not in NOT_READ)  # noqa: SLF001


@cache
def _names(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in _fields(model))


@cache
def _readers(model: type[Model]) -> tuple[Any, ...]:
    return tuple(getattr(field, "from_db_value", None) for field in _fields(model))


def _made(model: type[Model], values: Any) -> Any:
    readers = _readers(model)
    read = [
        value if reader is None else reader(value, None, connection)
        for reader, value in zip(readers, values, strict=False)  # the rest is the next model's
    ]
    return model.from_db(connection.alias, _names(model), read)
