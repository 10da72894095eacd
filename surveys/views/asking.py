"""What the pages of set-up share: who asks, and how a no is said."""

from types import TracebackType

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from surveys.models import User
from surveys.refusing import Refused
from surveys.sealing import SealingError


class SignedIn(HttpRequest):
    """A request that passed `login_required`."""

    user: User


class told:  # noqa: N801  # read as a word: with told(request)
    """A refusal becomes a sentence on the next page, and the view goes on behind it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        match error:
            case Refused() | SealingError():
                messages.error(self.request, str(error))
            case ValidationError():
                messages.error(self.request, " ".join(error.messages))
            case _:
                return False
        return True
