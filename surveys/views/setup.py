"""A wave from its draft to its opening, a later closing, and the next one."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from surveys import access, campaigns, checklist, planning
from surveys.formats import language_name
from surveys.instruments.instrument import ItemKind, Panel
from surveys.instruments.loading import load_installed
from surveys.jobs import Job, soon
from surveys.models import Campaign, State, Unit
from surveys.setup_forms import ExtendForm, NewWaveForm, WaveForm, usual_dates
from surveys.tenancy import within
from surveys.views.asking import SignedIn, told
from surveys.views.shell import client_context, wave_context


@require_http_methods(["GET", "POST"])
@login_required
def new(request: SignedIn, organization: UUID) -> HttpResponse:
    inside = access.enter_organization(request.user, organization)
    access.check_manage(inside)
    client = inside.organization
    with within(client), timezone.override(client.zone):
        form = NewWaveForm(request.POST or None, initial=usual_dates())
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            instrument = load_installed(said["instrument"])
            options = planning.usual(client, instrument)
            made = campaigns.create(
                organization=client,
                name=said["name"],
                instrument=instrument,
                opens_at=said["opens_at"],
                closes_at=said["closes_at"],
                options=options,
                actor=request.user,
            )
            return redirect("wave-set-up", made.id)
        return render(request, "workspace/wave_new.html", {**client_context(inside, "waves"), "form": form})


@require_http_methods(["GET", "POST"])
@login_required
def set_up(request: SignedIn, campaign: UUID) -> HttpResponse:
    """All parts of a draft, with the checklist beside them; any of them can wait."""
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    wave = entered.campaign
    with within(entered.organization), timezone.override(entered.organization.zone):
        tops = list(Unit.objects.filter(organization=entered.organization, parent=None))
        form = WaveForm(request.POST or None, campaign=wave, tops=tops)
        if request.method == "POST" and form.is_valid():
            with told(request):
                planning.change(campaign, form.values(), actor=request.user)
                messages.success(request, _("The draft is saved."))
            return redirect("wave-set-up", campaign)
        findings = checklist.check(wave) if wave.state == State.DRAFT else []
        context = {
            **wave_context(entered, "set-up"),
            "form": form,
            "findings": findings,
            "ready": not any(one.verdict is checklist.Verdict.REFUSE for one in findings),
            "steps_done": len(checklist.Step) - len(_unfinished(findings)),
            "steps_all": len(checklist.Step),
            "unfinished": _unfinished(findings),
            "extend": ExtendForm(initial={"closes_at": wave.closes_at}),
        }
        return render(request, "workspace/set_up.html", context)


def _unfinished(findings: list[checklist.Finding]) -> set[checklist.Step]:
    return {one.step for one in findings if one.verdict is not checklist.Verdict.OK}


@require_GET
@login_required
def questions(request: SignedIn, campaign: UUID) -> HttpResponse:
    """Both wordings side by side, in any of the questionnaire's languages."""
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    instrument = entered.campaign.instrument
    language = request.GET.get("language", "")
    language = language if language in instrument.languages else instrument.default_language
    sections = [
        (
            instrument.section_title(section.id, language),
            [[instrument.wording(item, panel, language) for panel in Panel] for item in section.items],
        )
        for section in instrument.sections
    ]
    context = {
        **wave_context(entered, "set-up"),
        "sections": sections,
        "language": language,
        "languages": [(code, language_name(code)) for code in instrument.languages],
        "ladder": bool(instrument.items_of(ItemKind.LADDER)),
    }
    return render(request, "workspace/questions.html", context)


@require_POST
@login_required
def open_(request: SignedIn, campaign: UUID) -> HttpResponse:
    """Now, at the date, or not by itself after all."""
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    with within(entered.organization), told(request):
        match request.POST.get("when"):
            case "date":
                planning.schedule(campaign, scheduled=True, actor=request.user)
            case "never":
                planning.schedule(campaign, scheduled=False, actor=request.user)
            case _:
                if not planning.ask_to_open(campaign, actor=request.user):
                    soon(Job.OPEN_CAMPAIGN, campaign, entered.organization.id)
                return redirect("campaign", campaign)
    return redirect("wave-set-up", campaign)


@require_POST
@login_required
def extend(request: SignedIn, campaign: UUID) -> HttpResponse:
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    with within(entered.organization), timezone.override(entered.organization.zone), told(request):
        form = ExtendForm(request.POST)
        if form.is_valid():
            planning.extend(campaign, form.cleaned_data["closes_at"], actor=request.user)
            messages.success(request, _("The survey closes later."))
        else:
            messages.error(request, _("Expected a date and a time."))
    return redirect("wave-set-up", campaign)


@require_POST
@login_required
def next_(request: SignedIn, campaign: UUID) -> HttpResponse:
    """A draft like this one."""
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    with within(entered.organization), told(request):
        waves = Campaign.objects.filter(organization=entered.organization).count()
        name = request.POST.get("name", "").strip() or _("Wave %(number)d") % {"number": waves + 1}
        made = planning.duplicate(entered.campaign, name, actor=request.user)
        return redirect("wave-set-up", made.id)
    return redirect("campaign", campaign)
