"""A tablet that many people answer on, one after the other. One page that never goes anywhere: no history, nothing
to go back to. What the next person could find is thrown away by the page itself: static/kiosk.js.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from surveys import collect, kiosks, passes, tokens
from surveys.blind.problems import BlindSignatureError
from surveys.languages import around, choose_language
from surveys.views import blank
from surveys.views.pages import Sitting, Visit, page
from surveys.views.respondent import intro_context


@csrf_exempt  # no cookie has any right here: the tablet's secret in the body is the right
@require_http_methods(["GET", "POST"])
def kiosk(request: HttpRequest) -> HttpResponse:
    """GET: the empty page, which knows nothing. POST: what a tablet with this secret shows."""
    if request.method == "GET":
        language = choose_language(request, None)
        with translation.override(language):
            return page(request, "kiosk_shell", None)
    try:
        bound = kiosks.find(request.POST.get("secret", ""))
    except kiosks.Unknown:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    language = choose_language(request, bound)
    with translation.override(around(language, bound.organization)):
        return sheet(request, Visit("", bound, Sitting(bound.panel, language, bound.campaign)))


def sheet(request: HttpRequest, visit: Visit) -> HttpResponse:
    drawn = blank.questions(visit.sitting)
    context = intro_context(visit)
    context |= {
        "open": collect.takes_answers(visit.found.campaign),
        "open_entry": kiosks_open(visit),
        "questions_html": mark_safe(drawn.html),  # noqa: S308  # rendered by templates, which escaped it
    }
    return page(request, "kiosk", visit, **context)


def kiosks_open(visit: Visit) -> bool:
    return isinstance(visit.found, kiosks.Bound) and visit.found.kiosk.open_entry


@csrf_exempt  # the tablet's secret in the body is the right
@require_POST
def token(request: HttpRequest) -> JsonResponse:
    """A signature for a token that the tablet made, or in one word why not."""
    given = {name: request.POST.get(name, "") for name in ("secret", "blinded", "code")}
    try:
        signature = kiosks.sign(**given)
    except kiosks.Unknown:
        return JsonResponse({"why": "tablet"}, status=HTTPStatus.NOT_FOUND)
    except collect.Closed:
        return JsonResponse({"why": "closed"}, status=HTTPStatus.CONFLICT)
    except kiosks.Exhausted:
        return JsonResponse({"why": "exhausted"}, status=HTTPStatus.CONFLICT)
    except (passes.Unknown, tokens.Refused, kiosks.Foreign, BlindSignatureError):
        return JsonResponse({"why": "code"}, status=HTTPStatus.CONFLICT)
    response = JsonResponse({"signature": signature})
    response["Cache-Control"] = "no-store"
    return response
