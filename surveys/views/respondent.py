"""Answering. No cookie, no session, no account: the pass is the right to answer, and it travels in the body of a
POST only. A GET changes nothing.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from surveys import collect, passes, tokens
from surveys.formats import moment
from surveys.forms import SheetForm
from surveys.instruments.instrument import Panel
from surveys.languages import around, choose_language
from surveys.models import CampaignUnit, State
from surveys.plain_sheets import filled
from surveys.tenancy import within
from surveys.views import blank
from surveys.views.pages import Sitting, Visit, message, page, spliced

SECONDS_A_QUESTION = 7
FEW = 2  # times the minimum: with fewer people than this, a single skipped answer can hide or show a group


VisitView = Callable[[HttpRequest, Visit], HttpResponse]
View = Callable[..., HttpResponse]


# --- Doors ----------------------------------------------------------------------------------------


def posted(view: View) -> View:
    """A step after the first page. Reloaded or typed as an address it has no pass, so it asks for one.

    Exempt from the CSRF check: that protects a cookie's rights from other sites, and here no cookie exists. The
    pass in the body is the right, and no other site knows it.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return redirect("answer-enter")
        return view(request, request.POST.get("code", ""))

    return guarded


def with_pass(view: VisitView) -> View:
    """Look up the pass and answer in the respondent's language; a page for a pass that does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, code: str) -> HttpResponse:
        try:
            found = tokens.find(code)
        except passes.Unknown:
            with translation.override(choose_language(request, None)):
                return unknown(request)
        language = choose_language(request, found)
        campaign = found.campaign
        with translation.override(around(language, found.organization)):
            return view(request, Visit(code, found, Sitting(found.panel, language, campaign)))

    return guarded


def while_open(view: VisitView) -> VisitView:
    @wraps(view)
    def guarded(request: HttpRequest, visit: Visit) -> HttpResponse:
        campaign = visit.found.campaign
        if campaign.state == State.DRAFT or timezone.now() < campaign.opens_at:
            return not_open_yet(request, visit)
        if not collect.takes_answers(campaign):
            return closed(request, visit)
        if visit.found.spent:
            return spent(request, visit)
        return view(request, visit)

    return guarded


def not_begun_elsewhere(view: VisitView) -> VisitView:
    """A pass a token was signed for answers with that token only; it lies in the browser that asked for it."""

    @wraps(view)
    def guarded(request: HttpRequest, visit: Visit) -> HttpResponse:
        return begun_elsewhere(request, visit) if visit.found.signed else view(request, visit)

    return guarded


# --- Steps ----------------------------------------------------------------------------------------


@csrf_exempt  # no cookie has any right here, see `posted`
def enter(request: HttpRequest) -> HttpResponse:
    """The code of a slip of paper or of a link, and the first page in another language.

    In a link the code is the fragment, which no browser sends: it stands in no log, here or on the way. Where script
    runs, enter.js posts it; elsewhere it is typed.
    """
    if request.method == "POST":
        return with_pass(while_open(intro))(request, request.POST.get("code", ""))
    with translation.override(choose_language(request, None)):
        return page(request, "enter", None)


@posted
@with_pass
@while_open
@not_begun_elsewhere
def questions(request: HttpRequest, visit: Visit) -> HttpResponse:
    if any(name.startswith(("i-", "b-")) for name in request.POST):
        return show_questions(request, visit, SheetForm.with_kept(visit.sitting.asked, request.POST))
    return show_questions(request, visit, None)


@posted
@with_pass
@while_open
@not_begun_elsewhere
def check(request: HttpRequest, visit: Visit) -> HttpResponse:
    form = SheetForm(visit.sitting.asked, request.POST)
    if not form.is_valid():
        return show_questions(request, visit, form)
    rows = [said for _part, part_rows in form.review() for _question, said in part_rows]
    context: dict[str, Any] = {
        "review": form.review(),
        "given": list(form.given()),
        "answered": sum(bool(said) for said in rows),
        "total": len(rows),
        "ballot": uuid4(),
    }
    return page(request, "check", visit, **context)


@posted
@with_pass
def send(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Not behind `while_open`: a retried POST finds its pass spent and is thanked all the same."""
    try:
        ballot = UUID(request.POST.get("ballot", ""))
    except ValueError:
        return unreadable(request, visit)
    answers = blank.plain_sheets(visit.sitting).read(request.POST)
    if answers is None:
        form = SheetForm(visit.sitting.asked, request.POST)
        if not form.is_valid():
            return show_questions(request, visit, form)
        answers = filled(form, visit.found.campaign.codec)
    right = visit.found if isinstance(visit.found, passes.Found | tokens.FoundToken) else None
    try:
        collect.submit(
            code=visit.code, ballot=ballot, sheet=answers.sheet, comments=answers.comments, found=right
        )
    except collect.Spent:
        return spent(request, visit)
    except collect.Closed:
        return closed(request, visit)
    address = f"{reverse('answer-thanks')}?language={visit.sitting.language}"
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


@require_GET
def thanks(request: HttpRequest) -> HttpResponse:
    with translation.override(choose_language(request, None)):
        return page(request, "thanks", None)


# --- Pages ----------------------------------------------------------------------------------------


def intro(request: HttpRequest, visit: Visit) -> HttpResponse:
    return spliced(request, blank.first_page(visit, intro_context(visit)), visit)


def intro_context(visit: Visit) -> dict[str, Any]:
    """What is promised, in numbers."""
    found, language = visit.found, visit.sitting.language
    number = blank.questions(visit.sitting).questions
    people = people_asked(found)
    executive = found.panel is Panel.EXECUTIVE
    least = found.campaign.min_executives if executive else found.campaign.min_group
    return {
        "purpose": found.campaign.instrument.intro(found.panel, language),
        "questions": number,
        "minutes": max(1, round(number * SECONDS_A_QUESTION / 60)),
        "executive": executive,
        "headcount": people,
        "few": people is not None and 0 < people < FEW * least,
        "unit": found.unit.path,
        "policy": found.campaign.policy,
        "closes": moment(found.campaign.closes_at, found.organization.zone, language),
        "key": tokens.public_key(found),
    }


def people_asked(found: tokens.Asked) -> int | None:
    """The people a respondent's numbers are shown among: the unit; for executives the whole panel. None: unknown."""
    if found.panel is Panel.FRONTLINE:
        return found.unit.headcount(found.panel)
    with within(found.organization):
        panel = CampaignUnit.objects.filter(campaign=found.campaign).aggregate(
            people=Sum("executive_headcount"), unknown=Count("id", filter=Q(executive_headcount=None))
        )
    return None if panel["unknown"] else panel["people"]


def show_questions(request: HttpRequest, visit: Visit, form: SheetForm | None) -> HttpResponse:
    """`form` None: nobody has answered anything yet, so that the page is one that was drawn before."""
    if form is None:
        return spliced(request, blank.page(visit), visit)
    drawn = blank.draw(form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page(
        request,
        "questions",
        visit,
        status=status,
        form=form,
        title=visit.found.campaign.instrument.title(visit.sitting.language),
        parts=drawn.parts,
        questions_html=mark_safe(drawn.html),  # noqa: S308  # rendered by templates, which escaped it
    )


def unknown(request: HttpRequest) -> HttpResponse:
    return message(
        request,
        None,
        HTTPStatus.NOT_FOUND,
        heading=_("We do not know this code"),
        sentence=_("It may be mistyped or cut off. Codes have no letters i, l, o or u."),
        advice=_("If it came on paper, type it in again. If it came as a link, open the whole link."),
        ask_code=True,
    )


def unreadable(request: HttpRequest, visit: Visit) -> HttpResponse:
    return message(
        request,
        visit,
        HTTPStatus.BAD_REQUEST,
        heading=_("This did not arrive whole"),
        sentence=_("Nothing was stored. Please go back one page and send your answers again."),
    )


def spent(request: HttpRequest, visit: Visit) -> HttpResponse:
    return message(
        request,
        visit,
        HTTPStatus.GONE,
        heading=_("This code has been used"),
        sentence=_("Somebody has already answered with it, and each code counts once."),
        advice=_("If that was not you, ask the person who gave it to you for another."),
    )


def begun_elsewhere(request: HttpRequest, visit: Visit) -> HttpResponse:
    return message(
        request,
        visit,
        HTTPStatus.CONFLICT,
        heading=_("You began in another browser"),
        sentence=_(
            "Your code has become a token that lies in that browser only: so nobody can tell whose it is."
        ),
        advice=_("Open your link there again and go on. If that is not possible, ask for another code."),
    )


def closed(request: HttpRequest, visit: Visit) -> HttpResponse:
    closes = moment(visit.found.campaign.closes_at, visit.found.organization.zone, visit.sitting.language)
    return message(
        request,
        visit,
        HTTPStatus.GONE,
        heading=_("This survey is closed"),
        sentence=_("It took answers until %(when)s.") % {"when": closes},
        advice=_("Thank you for wanting to take part."),
    )


def not_open_yet(request: HttpRequest, visit: Visit) -> HttpResponse:
    opens = moment(visit.found.campaign.opens_at, visit.found.organization.zone, visit.sitting.language)
    return message(
        request,
        visit,
        HTTPStatus.FORBIDDEN,
        heading=_("This survey is not open yet"),
        sentence=_("It opens on %(when)s. Your code will work then.") % {"when": opens},
    )
