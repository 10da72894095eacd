"""How people sign in, where it differs from what allauth does by itself."""

import base64
import hashlib
import logging
import time
from smtplib import SMTPException
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from surveys.models import Membership, User

log = logging.getLogger(__name__)
DEMO_SECRET = "LATITUDEDEMOLATITUDEDEMO"  # noqa: S105  # of made-up people, on a machine that only itself can reach
SIGNED_IN_AT, PROVED_AT = "signed_in_at", "proved_second_factor_at"
DEMO_DOMAIN = "@demo.example"


class SecondFactorMissing(PermissionDenied):
    """A firm's member has not set one up yet. `SecondFactorFirst` turns this into the way to do so."""

    def __init__(self) -> None:
        super().__init__(_("Members of a firm sign in with a second factor. Set one up first."))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # allauth asks so
        return bool(settings.SIGN_UP)

    def get_client_ip(self, request: HttpRequest) -> str:  # noqa: ARG002  # allauth asks so
        """Nobody's address is looked at or kept: limits are per account, and a session is known by its browser."""
        return "0.0.0.0"  # noqa: S104  # no address to bind to: it says "none" where one is asked for

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just signed in sets up their first second factor without saying twice who they are.

        Nor does whoever has just proved a new one: its recovery codes are the next page.
        """
        needed = super().is_reauthentication_required(app=app, **kwargs)
        return bool(needed) and not (just_signed_in(self.request) or lately(self.request, PROVED_AT))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        request.session[SIGNED_IN_AT] = time.time()
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def format_email_subject(self, subject: str) -> str:
        return f"Latitude: {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away stops nothing. Who is not signed in is not told: it would tell of accounts."""
        try:
            super().send_mail(template_prefix, email, {"site_url": settings.SITE_URL, **context})
        except (SMTPException, OSError) as error:
            log.warning("a mail about an account could not be sent: %s", type(error).__name__)
            if self.request.user.is_authenticated:
                messages.error(self.request, _("The mail server did not take our mail to you."))


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Secrets of authenticator apps are not readable in a dump of the database."""

    def encrypt(self, text: str) -> str:
        return _lock().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _lock().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last one stays where the firm asks for one; another can be set up before it goes."""
        factors = Authenticator.objects.filter(user=authenticator.user_id)
        others = factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exclude(id=authenticator.id)
        return others.exists() or not needs_second_factor(authenticator.user_id)


def _lock() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"second factor {key}".encode()).digest()))
            for key in keys
        ]
    )


def needs_second_factor(user: Any) -> bool:
    return Membership.objects.filter(user=user, firm__isnull=False).exists()


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user).exists())


def just_signed_in(request: HttpRequest) -> bool:
    """A few minutes ago, and without a second factor: those who have one are asked again before it changes."""
    user = request.user
    if not isinstance(user, User) or has_second_factor(user):
        return False
    return lately(request, SIGNED_IN_AT)


def lately(request: HttpRequest, what: str) -> bool:
    """Whether it was in this session, so few minutes ago that nobody is asked again."""
    since = time.time() - float(app_settings.REAUTHENTICATION_TIMEOUT)
    return float(request.session.get(what, 0)) > since


@receiver(authenticator_added)
def note_proof(request: HttpRequest, **_: Any) -> None:
    """Adding one takes a code of the app, or the passkey itself."""
    request.session[PROVED_AT] = time.time()


def add_demo_factor(user: User) -> None:
    """An authenticator app whose codes the sign-in page tells itself. For made-up people only."""
    if not user.email.endswith(DEMO_DOMAIN):
        raise ValueError("Only people of the demo have a second factor that everybody knows.")
    if not has_second_factor(user):
        secret = MFAAdapter().encrypt(DEMO_SECRET)
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})


def code_now(secret: str) -> str:
    """What an authenticator app with this secret shows at this moment."""
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def demo_code(email: str) -> str:
    """On a local site the demo's people are told their code; nobody else ever is."""
    return code_now(DEMO_SECRET) if settings.MODE == "local" and email.endswith(DEMO_DOMAIN) else ""
