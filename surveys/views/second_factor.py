"""Members of a firm set up a second factor before anything else."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from surveys.signing_in import SecondFactorMissing


class SecondFactorFirst:
    """The doors refuse whoever lacks it (`SecondFactorMissing`); this shows the way to get it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseRedirect | None:
        if not isinstance(exception, SecondFactorMissing):
            return None
        messages.warning(request, str(exception))
        return redirect("mfa_index")
