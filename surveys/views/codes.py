"""Codes to hand out: made and taken away in one answer, which is the only place that has them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from surveys import access, codes, collect, text_lists
from surveys.access import Entered
from surveys.instruments.instrument import Panel
from surveys.languages import languages_of
from surveys.message_forms import CodesForm, PosterForm
from surveys.models import CodeSheet
from surveys.refusing import Refused
from surveys.tenancy import within
from surveys.views.asking import SignedIn
from surveys.views.shell import wave_context


@require_http_methods(["GET", "POST"])
@login_required
@cache_control(private=True, no_store=True)
def codes_(request: SignedIn, campaign: UUID) -> HttpResponse:
    entered = access.enter_campaign(request.user, campaign)
    access.check_look_after(entered)
    wave = entered.campaign
    with within(entered.organization):
        panel = Panel.EXECUTIVE if _asked_panel(request) == Panel.EXECUTIVE else Panel.FRONTLINE
        rooms = codes.rooms(wave, panel)
        form = CodesForm(rooms, languages_of(wave), request.POST or None, initial={"panel": panel.value})
        if request.method == "POST" and form.is_valid() and (file := _file(request, entered, form, panel)):
            return file
        sheets = CodeSheet.objects.filter(unit__campaign=wave).select_related("unit", "made_by")
        context = {
            **wave_context(entered, "codes"),
            "form": form,
            "rooms": rooms,
            "poster": PosterForm(rooms if panel is Panel.FRONTLINE else [], languages_of(wave)),
            "panel": panel.value,
            "panels": list(Panel),
            "sheets": list(sheets[:30]),
            "open": collect.takes_answers(wave),
            "spare": codes.SPARE,
            "texts": text_lists.left(wave) if collect.takes_answers(wave) else 0,
        }
        status = 422 if request.method == "POST" else 200
        return render(request, "workspace/codes.html", context, status=status)


def _asked_panel(request: SignedIn) -> str:
    return request.POST.get("panel", "") or request.GET.get("panel", "")


def _file(request: SignedIn, entered: Entered, form: CodesForm, panel: Panel) -> HttpResponse | None:
    """The new codes; None, with the reason on the form, where there can be none."""
    values = form.cleaned_data
    wanted = dict.fromkeys(form.units(), values["number"])
    try:
        made = codes.make(entered.campaign, panel, wanted, actor=request.user)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    if values["file"] == "csv":
        return _sent(codes.as_csv(made).encode("utf-8-sig"), "text/csv; charset=utf-8", f"{_('codes')}.csv")
    return _sent(
        codes.as_cards(entered.campaign, made, values["language"]), "application/pdf", f"{_('cards')}.pdf"
    )


@require_GET
@login_required
def poster(request: SignedIn, campaign: UUID) -> HttpResponse:
    """One for any wall, one for a unit's, or a page for each unit with people of the front line."""
    entered = access.enter_campaign(request.user, campaign)
    access.check_look_after(entered)
    wave = entered.campaign
    with within(entered.organization):
        rooms = codes.rooms(wave, Panel.FRONTLINE)
    form = PosterForm(rooms, languages_of(wave), request.GET)
    if not form.is_valid():
        raise Http404
    drawn = codes.as_posters(wave, form.cleaned_data["language"], form.wanted(rooms))
    return _sent(drawn, "application/pdf", f"{_('poster')}.pdf")


def _sent(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
