"""Respondents go past all that the workspace needs: sessions, accounts, messages, CSRF tokens.

Their pages are compressed here, whatever stands in front: a phone has 3G. No other site can make a browser ask for one
of them with a secret in it, so that their compressed length tells nobody anything.

The first in MIDDLEWARE. A respondent's request never meets the middleware behind it, so it cannot read a session or
set a cookie: there is none to read, and nothing that would set one.
"""

from collections.abc import Callable
from typing import Any

from csp.utils import build_policy
from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import resolve
from django.utils import translation

from surveys.languages import choose_language
from surveys.views.posted_fields import read_quickly

PREFIXES = ("/a/", "/keys/")  # of surveys/answer_urls.py, and of nothing else

Answer = Callable[[HttpRequest], HttpResponseBase]


class RespondentsFirst:
    def __init__(self, get_response: Answer) -> None:
        self.workspace = get_response
        told: Any = convert_exception_to_response(
            view
        )  # of middleware the stubs know that it may be asynchronous
        answer: Any = convert_exception_to_response(in_their_language(told))
        compressed: Any = GZipMiddleware(answer)
        self.respondents: Any = SecurityMiddleware(with_headers(compressed))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PREFIXES):
            respondents: HttpResponseBase = self.respondents(request)
            return respondents
        return self.workspace(request)


def view(request: HttpRequest) -> HttpResponseBase:
    request.get_host()  # refuses a host that is not ours
    match = request.resolver_match = resolve(request.path_info)
    answered: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return answered


def in_their_language(answer: Answer) -> Answer:
    """A page that says that nothing is there, too. Nobody else puts back what the thread spoke before."""

    def spoken(request: HttpRequest) -> HttpResponseBase:
        read_quickly(request)
        with translation.override(choose_language(request, None)):
            return answer(request)

    return spoken


def with_headers(answer: Answer) -> Answer:
    """What the middleware of the workspace would set, worked out once: the policy has no nonce."""
    fixed = {
        "Content-Security-Policy": build_policy(),
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }

    def headed(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        for name, value in fixed.items():
            response[name] = value
        if isinstance(response, HttpResponse):
            response["Content-Length"] = str(len(response.content))
        return response

    return headed
