"""What a browser keeps for when there is no signal: the worker's script and two pages without anybody's answers."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_GET

from surveys.languages import around, choose_language
from surveys.views.pages import page

STEPS = ("check", "kept")


@cache
def script() -> bytes:
    return (Path(settings.ROOT) / "static" / "worker.js").read_bytes()


@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """Served from here, not with the other files: a worker rules over the addresses beside its own only."""
    return HttpResponse(script(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_GET
def without_signal(request: HttpRequest) -> HttpResponse:
    step = request.GET.get("step", "")
    if step not in STEPS:
        raise Http404
    language = choose_language(request, None)
    with translation.override(around(language, None)):
        return page(request, f"without_signal_{step}", None, language=language)
