"""The blind-signature pass: signing unseen, and the published list of keys."""

from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from surveys import collect, passes, tokens
from surveys.blind.problems import BlindSignatureError
from surveys.models import Campaign
from surveys.tenancy import across_all


@csrf_exempt  # no cookie has any right here: the pass in the body is the right
@require_POST
def sign(request: HttpRequest) -> JsonResponse:
    """The browser's blinded message, signed unseen, once a pass. Everything else is a refusal without a reason: the
    page then goes on with the plain pass, which has a kind page for each.
    """
    try:
        signature = tokens.sign(request.POST.get("code", ""), request.POST.get("blinded", ""))
    except (passes.Unknown, tokens.Refused, collect.Closed, BlindSignatureError):
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    response = JsonResponse({"signature": signature})
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def key_list(request: HttpRequest, campaign: UUID) -> HttpResponse:  # noqa: ARG001  # Django passes it
    """The published keys of a campaign, byte for byte what its digest is of. No secret, so no door."""
    with across_all("a list that is published for everybody"):
        found = Campaign.objects.filter(id=campaign).first()
        listed = tokens.key_list(found) if found else None
    if listed is None:
        raise Http404
    return HttpResponse(listed.document(), content_type="application/json")
