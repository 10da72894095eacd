"""The first page of somebody who is signed in: many clients for a firm's members, one's own waves for others."""

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessment import portfolio, wording
from assessment.portfolio import Row, Sort, Spark
from surveys import access, queries
from surveys.models import User
from surveys.views.account import SignedInRequest

ON_A_PAGE = 200


@dataclass(frozen=True)
class Line:
    """A row in words."""

    row: Row
    gap: str
    rate: str
    target: str
    below: bool
    spark: Spark | None


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The door of the house: what Latitude is to a visitor, what is theirs to everybody else."""
    if not isinstance(request.user, User):
        return render(request, "surveys/welcome.html")
    firms = access.firms_of(request.user)
    if not firms:
        waves = list(queries.campaigns_of(request.user))
        filled = {"campaigns": waves, "can_found": settings.SIGN_UP, "led": portfolio.led_of(request.user)}
        return render(request, "surveys/home.html", filled)
    return render(
        request, "workspace/portfolio.html", {"firms": firms, **shown(cast("SignedInRequest", request))}
    )


def shown(request: SignedInRequest) -> dict[str, Any]:
    search = request.GET.get("search", "").strip()[:100]
    state = request.GET.get("state", "")
    state = state if state in portfolio.STATES else ""
    sort = _sort(request.GET.get("sort", ""))
    rows = portfolio.rows_of(request.user)
    kept = portfolio.asked(rows, search, state, sort)
    page = Paginator(kept, ON_A_PAGE).get_page(request.GET.get("page"))
    return {
        "total": len(rows),
        "lines": [line(row) for row in page.object_list],
        "page": page,
        "search": search,
        "state": state,
        "sort": str(sort),
        "states": portfolio.STATES.items(),
        "sorts": portfolio.SORTS.items(),
    }


def _sort(word: str) -> Sort:
    return Sort(word) if word in set(Sort) else Sort.NAME


def line(row: Row) -> Line:
    rate = row.rate
    return Line(
        row,
        gap="" if row.gap is None else wording.bounded(row.gap, wording.signed),
        rate="" if rate is None else wording.whole_percent(rate),
        target=_("of %(target)s%%") % {"target": row.organization.target},
        below=rate is not None and row.turnout is None and rate * 100 < row.organization.target,
        spark=portfolio.spark(row.trend),
    )
