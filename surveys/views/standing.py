"""Pages that belong to nobody: what a browser keeps for when there is no signal, what is promised, and its sources."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_GET

from surveys.languages import around, choose_language
from surveys.views.pages import page

# What an auditor may want to read as it is. Nothing else of the program is served from here.
SOURCES = {
    "blind.js": ("static/blind.js", "text/javascript"),
    "privacy.md": ("docs/privacy.md", "text/plain; charset=utf-8"),
}
STEPS = ("check", "kept")


@cache
def text_of(path: str) -> bytes:
    return (Path(settings.ROOT) / path).read_bytes()


@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """Served from here, not with the other files: a worker rules over the addresses beside its own only."""
    return HttpResponse(
        text_of("static/worker.js"), content_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


@require_GET
def without_signal(request: HttpRequest) -> HttpResponse:
    step = request.GET.get("step", "")
    if step not in STEPS:
        raise Http404
    language = choose_language(request, None)
    with translation.override(around(language, None)):
        return page(request, f"without_signal_{step}", None, language=language)


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """What is promised to everybody, in the reader's language; the numbers stand on each survey's first page."""
    with translation.override(choose_language(request, None)):
        return page(request, "privacy", None)


@require_GET
def source(_request: HttpRequest, name: str) -> HttpResponse:
    if name not in SOURCES:
        raise Http404
    path, kind = SOURCES[name]
    return HttpResponse(text_of(path), content_type=kind)
