"""A right to answer and what it belongs to, by one statement that is written once.

Django's query builder makes the same statement anew at each request, and making the same campaign of the same row took
most of the rest of a respondent's page. So unit, campaign and organization are kept in this process, and each request
asks for the right and for the versions of those rows (`xmin` and `ctid`, which no two versions of a row share). Where
one has changed they are read again. A campaign's key is never kept: it has to be gone when the campaign closes.
"""

from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Field, Model

from surveys import statements
from surveys.kept import keep
from surveys.models import Campaign, CampaignUnit, InstrumentVersion, Organization, Pass, SigningKey

R = TypeVar("R", Pass, SigningKey)
M = TypeVar("M", bound=Model)
Row = tuple[Any, ...]

MOST_UNITS = 4096
NOT_READ = frozenset(
    {"definition", "wrapped_key"}
)  # of an instrument, which is kept already; and what is not kept
KEPT: tuple[type[Model], ...] = (CampaignUnit, Campaign, Organization, InstrumentVersion)
JOINS = """
JOIN surveys_campaign ON surveys_campaign.id = surveys_campaignunit.campaign_id
JOIN surveys_organization ON surveys_organization.id = surveys_campaign.organization_id
"""
VERSIONED = ("campaignunit", "campaign", "organization")
VERSIONS = ", ".join(f"surveys_{table}.{word}::text" for table in VERSIONED for word in ("xmin", "ctid"))
RIGHT = """
SELECT {more}{fields}, surveys_campaign.wrapped_key, {versions}
FROM {right} JOIN surveys_campaignunit ON surveys_campaignunit.id = {right}.unit_id {joins}
WHERE {right}.{column} = %s
"""
UNIT = """
SELECT {fields}, {versions} FROM surveys_campaignunit {joins}
JOIN surveys_instrumentversion ON surveys_instrumentversion.id = surveys_campaign.instrument_version_id
WHERE surveys_campaignunit.id = %s
"""
IS_SPENT = "EXISTS (SELECT FROM surveys_spenttoken WHERE digest = %s), "

_units: dict[UUID, tuple[Row, CampaignUnit]] = {}


def find_pass(code_digest: bytes) -> Pass | None:
    """With `unit`, and its campaign, organization and version of the instrument. Inside a scope that allows it."""
    row = statements.one(_statement(Pass, "code_digest"), [code_digest])
    return _right(Pass, row) if row else None


def find_key(key_id: bytes, token_digest: bytes) -> tuple[SigningKey, bool] | None:
    """Such a key, and whether this token of it is spent."""
    row = statements.one(_statement(SigningKey, "key_id", IS_SPENT), [token_digest, key_id])
    return (_right(SigningKey, row[1:]), bool(row[0])) if row else None


def _right(model: type[R], row: Row) -> R:
    width = len(_names(model))
    right = _made(model, row[:width])
    right.unit = _unit(right.unit_id, row[width], row[width + 1 :])
    return right


def _unit(identifier: UUID, wrapped_key: Any, versions: Row) -> CampaignUnit:
    """This request's own unit and campaign, so that whatever it does to them happens to nobody else's."""
    known = _units.get(identifier)
    kept = known[1] if known and known[0] == versions else _read(identifier)
    unit, campaign = _again(kept), _again(kept.campaign)
    campaign.wrapped_key, unit.campaign = wrapped_key, campaign
    return unit


def _read(identifier: UUID) -> CampaignUnit:
    row = statements.one(_whole(), [identifier])
    if row is None:
        raise CampaignUnit.DoesNotExist
    values = iter(row)
    unit = _made(CampaignUnit, [next(values) for _name in _names(CampaignUnit)])
    unit.campaign = campaign = _made(Campaign, [next(values) for _name in _names(Campaign)])
    campaign.organization = _made(Organization, [next(values) for _name in _names(Organization)])
    campaign.instrument_version = _made(
        InstrumentVersion, [next(values) for _name in _names(InstrumentVersion)]
    )
    keep(_units, identifier, (tuple(values), unit), MOST_UNITS)
    return unit


def _again(row: M) -> M:
    """A copy as pickling makes it; copy.copy() takes twice as long."""
    made = type(row).__new__(type(row))
    made.__dict__.update(row.__getstate__())
    return made


@cache
def _statement(model: type[Pass | SigningKey], column: str, more: str = "") -> str:
    right = model._meta.db_table  # noqa: SLF001  # Django's name for it
    names = {"right": right, "fields": _listed(model), "column": column}
    return RIGHT.format(more=more, versions=VERSIONS, joins=JOINS, **names)


@cache
def _whole() -> str:
    return UNIT.format(fields=", ".join(map(_listed, KEPT)), versions=VERSIONS, joins=JOINS)


def _listed(model: type[Model]) -> str:
    table = model._meta.db_table  # noqa: SLF001
    return ", ".join(f"{table}.{field.column}" for field in _fields(model))


@cache
def _fields(model: type[Model]) -> tuple["Field[Any, Any]", ...]:
    return tuple(field for field in model._meta.concrete_fields if field.attname not in NOT_READ)  # noqa: SLF001


@cache
def _names(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in _fields(model))


@cache
def _readers(model: type[Model]) -> tuple[Any, ...]:
    return tuple(getattr(field, "from_db_value", None) for field in _fields(model))


def _made(model: type[M], values: Any) -> M:
    read = [
        value if reader is None else reader(value, None, connection)
        for reader, value in zip(_readers(model), values, strict=True)
    ]
    return model.from_db(connection.alias, _names(model), read)
