"""The API for a client's own dashboards: read-only, released reports only, one token a client.

Its document is at /api/v1/openapi.json; a page that tries requests out would need scripts from elsewhere.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET
from ninja import Field, NinjaAPI, Query, Schema
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer

from assessment import api_tokens
from assessment.access import released, released_waves
from assessment.models import ReportSnapshot
from assessment.renderers.figures import Figure, figures
from assessment.report import compose
from surveys.models import Organization
from surveys.tenancy import within

PREFIX = "/api/v1"
MOST_ROWS = 5000


class Token(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Organization | None:  # noqa: ARG002
        return api_tokens.holder(token)


api = NinjaAPI(
    title="Latitude",
    version="1",
    description=(
        "Released reports of one client. Send its token as `Authorization: Bearer …`."
        " A number that is withheld is not here: in its place stands why."
    ),
    docs_url=None,
    openapi_url=None,
    auth=Token(),
    urls_namespace="api",
)


@api.exception_handler(ValidationError)
def wrong(request: HttpRequest, error: Any) -> HttpResponse:
    """What is wrong with which part of the request, in one sentence."""
    said = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors)
    return api.create_response(request, {"detail": said}, status=422)


class Problem(Schema):
    detail: str


class Wave(Schema):
    """One wave with a released report."""

    id: UUID
    name: str
    opened: dt.datetime
    closed: dt.datetime
    released: dt.datetime
    digest: str = Field(description="SHA-256 of the released document: the same digest, the same numbers.")
    gap: dict[str, Any] = Field(
        description="The empowerment gap, as `headline.gap` of the document: a number with its interval and"
        " verdict, a bound, or the status that says why it is withheld."
    )


class Waves(Schema):
    organization: str
    waves: list[Wave]


class Row(Schema):
    """One released aggregate, or why it is not there."""

    section: str
    cell: str = Field(description="Whose answers.")
    statistic: str
    panel: str
    n: int | None
    value: float | None
    low: float | None = Field(description="Lower end of the 95% interval.")
    high: float | None = Field(description="Upper end of the 95% interval.")
    status: str = Field(
        description="Empty for a number, a gap's verdict, the kind of a bound, or why there is no number."
    )


class Rows(Schema):
    total: int
    rows: list[Row]


class Page(Schema):
    section: str = Field("", max_length=40, description="Only this part of the report.")
    offset: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(1000, ge=1, le=MOST_ROWS)


ERRORS = {401: Problem, 404: Problem, 422: Problem}


@api.get("/waves", response={200: Waves, 401: Problem}, url_name="api-waves", summary="Waves with a report")
def waves(request: HttpRequest) -> dict[str, Any]:
    organization = _client(request)
    with within(organization):
        return {
            "organization": organization.name,
            "waves": [_wave(one) for one in released_waves(organization)],
        }


def _wave(snapshot: ReportSnapshot) -> dict[str, Any]:
    campaign = snapshot.campaign
    return {
        "id": campaign.id,
        "name": campaign.name,
        "opened": campaign.opens_at,
        "closed": campaign.closes_at,
        "released": snapshot.release.released_at,
        "digest": snapshot.digest,
        "gap": snapshot.headline,
    }


@api.get(
    "/waves/{campaign}",
    response={200: dict[str, Any], **ERRORS},
    url_name="api-wave",
    summary="The released document",
)
def wave(request: HttpRequest, campaign: UUID) -> Any:
    """The whole report as `latitude.report/1`."""
    return _report(request, campaign).document


@api.get(
    "/waves/{campaign}/figures",
    response={200: Rows, **ERRORS},
    url_name="api-figures",
    summary="Every released number as rows",
)
def rows(request: HttpRequest, campaign: UUID, page: Query[Page]) -> dict[str, Any]:
    """The same long table as the CSV file."""
    every = list(_of(figures(compose(_report(request, campaign).document)), page.section))
    shown = islice(every, page.offset, page.offset + page.limit)
    return {"total": len(every), "rows": [asdict(one) for one in shown]}


def _of(found: Iterator[Figure], section: str) -> Iterator[Figure]:
    return (one for one in found if not section or one.section == section)


def _client(request: HttpRequest) -> Organization:
    organization = getattr(request, "auth", None)
    assert isinstance(organization, Organization)
    return organization


def _report(request: HttpRequest, campaign: UUID) -> ReportSnapshot:
    with within(_client(request)):
        found = released().filter(campaign=campaign).first()
    if found is None:
        raise HttpError(404, "There is no released report with this id.")
    return found


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return JsonResponse(api.get_openapi_schema(path_prefix=f"{PREFIX}/"))
