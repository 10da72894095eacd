"""What the pages of set-up share: who asks, and how a no is said."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from surveys.models import User
from surveys.refusing import Refused
from surveys.sealing import SealingError


class SignedIn(HttpRequest):
    """A request that passed `login_required`."""

    user: User


@contextmanager
def told(request: HttpRequest) -> Iterator[None]:
    """A refusal becomes a sentence on the next page."""
    try:
        yield
    except (Refused, SealingError) as refusal:
        messages.error(request, str(refusal))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
