"""Reports beside each other: a client's waves, and a firm's clients for its consultants."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from assessment import access, comparison
from assessment.comparison import Benchmark, Gaps, Group, Missing
from assessment.renderers.benchmarked import Benchmarked, Beside, benchmarked
from assessment.renderers.compared import Compared, Line, compared
from surveys import access as doors
from surveys import queries
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import client_context


@require_GET
@login_required
@cache_control(private=True, no_store=True)
def waves(request: SignedInRequest, organization: UUID) -> HttpResponse:
    """Every released report of a client, and how its gaps went."""
    inside = access.enter_reader(request.user, organization)
    with within(inside.organization):
        found = comparison.of_waves(inside.organization)
    newest = found[-1] if found else None
    alike = [one for one in found if newest and one.instrument == newest.instrument]
    lines = [_line(one, one.wave, "") for one in alike]
    others = [one for one in reversed(found) if one not in alike]
    filled = {
        **client_context(inside, "reports"),
        "compared": compared(lines, newest.titles, trends=True) if newest else None,
        "others": others,
    }
    return render(request, "assessment/reports.html", filled)


@require_GET
@login_required
@cache_control(private=True, no_store=True)
def clients(request: SignedInRequest) -> HttpResponse:
    """The newest report of each client. Only a firm's members see more than one house."""
    firms = doors.firms_of(request.user)
    if not firms:
        raise PermissionDenied(_("Clients are compared by the members of a firm."))
    mine = list(queries.organizations_of(request.user).filter(firm__in=firms).defer("logo").distinct())
    found = comparison.of_clients(mine)
    benchmarks = comparison.benchmarks(firms, {one.id for one in mine})
    by_group: dict[Group, list[Gaps]] = {}
    for one in found:
        by_group.setdefault(comparison.group_of(one), []).append(one)
    groups = [
        Shown(
            compared([_line(one, one.organization.name, one.wave) for one in group], group[0].titles),
            _benchmarked(group, benchmarks.get(key, Missing.TOO_FEW)),
        )
        for key, group in by_group.items()
    ]
    return render(request, "assessment/compare.html", {"groups": groups})


@dataclass(frozen=True)
class Shown:
    """Clients that were asked the same."""

    compared: Compared
    benchmark: Benchmarked


def _benchmarked(group: list[Gaps], found: Benchmark | Missing) -> Benchmarked:
    match found:
        case Missing.TOO_FEW:
            return Benchmarked(why_not=_("It needs six clients with a released gap: five beside each."))
        case Missing.NOT_ALL:
            return Benchmarked(why_not=_("It is shown to those who work for all clients of the firm."))
        case Missing.WITHDRAWN:
            why = _("A report in it was withdrawn. It comes back when six clients have something new.")
            return Benchmarked(why_not=why)
        case Benchmark():
            pairs = [(one, found.others.get(one.organization.id)) for one in group]
            beside = [
                Beside(one.organization.name, one.headline, other.organizations, other.value, other.half)
                for one, other in pairs
                if other is not None
            ]
            return benchmarked(beside, found.made)
        case _:
            assert_never(found)


def _line(found: Gaps, title: str, about: str) -> Line:
    return Line(found.campaign, title, about, found.headline, found.dimensions)
