"""The tree: one unit at a time with what is under it, so that five thousand are as quick as five."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys import access, queries
from surveys import units as tree
from surveys.access import Inside
from surveys.models import Unit
from surveys.setup_forms import FileForm, HeadcountForm, UnitForm
from surveys.tenancy import within
from surveys.views.asking import SignedIn, told
from surveys.views.shell import client_context

A_PAGE = 100
MOST_TARGETS = 6_000


@require_http_methods(["GET", "POST"])
@login_required
def units(request: SignedIn, organization: UUID) -> HttpResponse:
    inside = access.enter_organization(request.user, organization)
    access.check_look_after(inside)
    with within(inside.organization):
        if request.method == "POST":
            with told(request):
                _change_tree(request, inside)
            return redirect("client-units", organization)
        searched = request.GET.get("q", "").strip()
        rows = Unit.objects.filter(organization=organization)
        rows = rows.filter(path__icontains=searched) if searched else rows.filter(parent=None)
        context = {
            **_page(request, inside, rows),
            "searched": searched,
            "add": UnitForm(),
            "file": FileForm(),
        }
        return render(request, "workspace/units.html", context)


def _change_tree(request: SignedIn, inside: Inside) -> None:
    if "count" in request.POST:
        tree.count_people(inside.organization, actor=request.user)
        messages.success(request, _("Head counts are what the list of people says."))
    else:
        made = tree.add(inside.organization, None, request.POST.get("name", ""), actor=request.user)
        messages.success(request, _("%(unit)s is added.") % {"unit": made.path})


@require_http_methods(["GET", "POST"])
@login_required
def unit(request: SignedIn, organization: UUID, unit: UUID) -> HttpResponse:
    inside = access.enter_organization(request.user, organization)
    access.check_look_after(inside)
    with within(inside.organization):
        rows = Unit.objects.select_related("organization", "parent")
        found = rows.filter(organization=organization, id=unit).first()
        if found is None:
            raise Http404
        if request.method == "POST":
            return _change(request, inside, found)
        context = {
            **_page(request, inside, Unit.objects.filter(parent=found)),
            "unit": found,
            "above": _above(found),
            "add": UnitForm(),
            "rename": UnitForm(initial={"name": found.name}, prefix="new"),
            "counts": HeadcountForm(instance=found),
            "targets": Unit.objects.exclude(id=found.id).values_list("id", "path")[:MOST_TARGETS],
        }
        return render(request, "workspace/unit.html", context)


def _page(request: SignedIn, inside: Inside, rows: QuerySet[Unit]) -> dict[str, object]:
    counted = rows.annotate(below=Count("children")).order_by("path")
    page = Paginator(counted, A_PAGE).get_page(request.GET.get("page"))
    whole = queries.units_with_below(inside.organization)
    rows_of_page = [(unit, whole[unit.path]) for unit in page]
    return {**client_context(inside, "units"), "page": page, "rows": rows_of_page}


def _above(unit: Unit) -> list[Unit]:
    parts = unit.path.split("/")
    paths = ["/".join(parts[:end]) for end in range(1, len(parts))]
    return list(Unit.objects.filter(Q(path__in=paths), organization=unit.organization).order_by("path"))


def _change(request: SignedIn, inside: Inside, found: Unit) -> HttpResponse:
    """One of the page's forms, told by its button's name."""
    said, who = request.POST, request.user
    back: HttpResponse = redirect("client-unit", inside.organization.id, found.id)
    above = found.parent_id
    with told(request):
        match said.get("do"):
            case "add":
                tree.add(inside.organization, found, said.get("name", ""), actor=who)
            case "rename":
                tree.rename(found, said.get("new-name", ""), actor=who)
            case "count":
                form = HeadcountForm(said, instance=Unit.objects.get(id=found.id))
                if form.is_valid():
                    counts = {
                        name: form.cleaned_data[f"{name}_headcount"] for name in ("frontline", "executive")
                    }
                    tree.set_headcounts(found, **counts, actor=who)
                else:
                    messages.error(request, _("Expected whole numbers, or blank for unknown."))
            case "move":
                tree.move(found, _target(said.get("to", "")), actor=who)
            case "merge":
                target = _target(said.get("to", ""))
                if target is not None:
                    tree.merge(found, target, actor=who)
                    back = redirect("client-unit", inside.organization.id, target.id)
            case "remove":
                tree.remove(found, actor=who)
                back = _up(inside, above)
            case _:
                pass
    return back


def _up(inside: Inside, above: UUID | None) -> HttpResponse:
    if above is None:
        return redirect("client-units", inside.organization.id)
    return redirect("client-unit", inside.organization.id, above)


def _target(said: str) -> Unit | None:
    """None: the top of the tree."""
    if not said:
        return None
    try:
        found = Unit.objects.select_related("organization").filter(id=UUID(said)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found
