"""Tokens of the API: made for one client, shown once, kept as a digest, revocable."""

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from assessment.models import ApiToken
from surveys import events
from surveys.models import Organization, User
from surveys.models.event import Verb
from surveys.tenancy import across_all, within

BEGINS = "latitude_"
BYTES = 32


def _digest(secret: str) -> str:
    """A secret of 256 random bits needs no slow hash: nobody tries them all."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make(organization: Organization, name: str, actor: User) -> str:
    """The secret, which is kept nowhere."""
    secret = BEGINS + secrets.token_urlsafe(BYTES)
    ApiToken.objects.create(
        organization=organization,
        name=name,
        digest=_digest(secret),
        ends_with=secret[-4:],
        created_by=actor,
    )
    events.record(organization, Verb.TOKEN, name, actor)
    return secret


@transaction.atomic
def revoke(token: ApiToken, actor: User) -> None:
    """From now on it opens nothing. A second time changes nothing."""
    locked = ApiToken.objects.select_for_update().get(id=token.id)
    if locked.revoked_at is None:
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
        events.record(token.organization, Verb.TOKEN_REVOKED, token.name, actor)


def holder(secret: str) -> Organization | None:
    """Whose reports the secret reads. The day of its use is noted once a day."""
    with across_all("a program brings its token before its tenant is known"):
        rows = ApiToken.objects.filter(digest=_digest(secret), revoked_at__isnull=True)
        found = rows.select_related("organization").filter(organization__doomed_at__isnull=True).first()
    if found is None:
        return None
    today = timezone.now().date()
    if found.last_used != today:
        with within(found.organization):
            ApiToken.objects.filter(id=found.id).update(last_used=today)
    return found.organization
