"""Who may be asked: found, added, changed, removed, one at a time; many come as a file."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys import access
from surveys.access import Inside
from surveys.events import record
from surveys.instruments.instrument import Panel
from surveys.models import Person
from surveys.models.campaign import PANELS
from surveys.models.event import Verb
from surveys.setup_forms import FileForm, PersonForm
from surveys.tenancy import within
from surveys.views.asking import SignedIn
from surveys.views.shell import client_context

A_PAGE = 50


@require_http_methods(["GET", "POST"])
@login_required
def people(request: SignedIn, organization: UUID) -> HttpResponse:
    """The list; a POST adds one."""
    inside = access.enter_organization(request.user, organization)
    access.check_look_after(inside)
    with within(inside.organization):
        form = PersonForm(request.POST or None, organization=inside.organization)
        if request.method == "POST" and form.is_valid():
            _save(request, inside, form, Verb.PERSON_ADDED)
            return redirect("client-people", organization)
        asked = {name: request.GET.get(name, "").strip() for name in ("q", "unit", "panel")}
        rows = Person.objects.select_related("unit").order_by("unit__path", "name", "email", "id")
        if asked["q"]:
            word = asked["q"]
            rows = rows.filter(Q(name__icontains=word) | Q(email__icontains=word) | Q(phone__contains=word))
        if asked["unit"]:
            rows = rows.filter(Q(unit__path=asked["unit"]) | Q(unit__path__startswith=asked["unit"] + "/"))
        if asked["panel"] in {panel.value for panel in Panel}:
            rows = rows.filter(panel=asked["panel"])
        page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
        context = {**client_context(inside, "people"), "page": page, "form": form, "file": FileForm()}
        return render(request, "workspace/people.html", {**context, "asked": asked, "panels": PANELS})


@require_http_methods(["GET", "POST"])
@login_required
def person(request: SignedIn, organization: UUID, person: UUID) -> HttpResponse:
    inside = access.enter_organization(request.user, organization)
    access.check_look_after(inside)
    with within(inside.organization):
        found = Person.objects.select_related("unit").filter(organization=organization, id=person).first()
        if found is None:
            raise Http404
        if request.method == "POST" and "remove" in request.POST:
            with transaction.atomic():
                record(inside.organization, Verb.PERSON_REMOVED, found.unit.path, request.user)
                found.delete()
            return redirect("client-people", organization)
        form = PersonForm(request.POST or None, instance=found, organization=inside.organization)
        if request.method == "POST" and form.is_valid():
            _save(request, inside, form, Verb.PERSON_CHANGED)
            return redirect("client-people", organization)
        return render(
            request,
            "workspace/person.html",
            {**client_context(inside, "people"), "form": form, "person": found},
        )


@transaction.atomic
def _save(request: SignedIn, inside: Inside, form: PersonForm, verb: Verb) -> None:
    """The history names the unit and never the person: people are destroyed on their day, events stay."""
    kept = form.save()
    record(inside.organization, verb, kept.unit.path, request.user)
    messages.success(request, _("%(person)s is kept.") % {"person": str(kept) or kept.unit.path})
