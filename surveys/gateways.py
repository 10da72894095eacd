"""A client's own way to send text messages: where they are handed over, signed so that it knows from whom they come.

Signed as Standard Webhooks says (standardwebhooks.com), for which there are libraries; docs/texting.md tells it all.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from surveys import events, outbound, sealing
from surveys.models import Gateway, Organization, User
from surveys.models.event import Verb
from surveys.outbound import Failed, Trouble
from surveys.tenancy import across_all

PURPOSE, PREFIX, SECRET_BYTES = b"gateway", "whsec_", 32
TAKEN = range(200, 300)
HEADER = "latitude.texts/1"


@dataclass(frozen=True)
class Outgoing:
    """One text message. The same message has the same id however often it is handed over."""

    id: str
    to: str
    language: str
    text: str


def of(organization: UUID) -> Gateway | None:
    return Gateway.objects.filter(organization=organization).first()


@transaction.atomic
def set_up(organization: Organization, url: str, *, apart: bool, actor: User) -> str:
    """The secret, the only time it is told; empty where the address is the same as before and so the secret is too.

    ValidationError where the address cannot be used.
    """
    if sentence := outbound.problem(url):
        raise ValidationError({"url": sentence})
    held = Gateway.objects.select_for_update(of=("self",)).filter(organization=organization).first()
    if held is not None and held.url == url:
        held.apart, held.changed_by = apart, actor
        held.save(update_fields=["apart", "changed_by", "changed_at"])
        _record(organization, actor, url, apart=apart)
        return ""
    secret = secrets.token_bytes(SECRET_BYTES)
    sealed = sealing.sealed_secret(PURPOSE, organization.id, secret)
    values = {"url": url, "secret": sealed, "apart": apart, "changed_by": actor}
    Gateway.objects.update_or_create(organization=organization, defaults=values)
    _record(organization, actor, url, apart=apart)
    return written(secret)


@transaction.atomic
def renew(gateway: Gateway, actor: User) -> str:
    """Another secret; the one before signs nothing any more."""
    secret = secrets.token_bytes(SECRET_BYTES)
    gateway.secret = sealing.sealed_secret(PURPOSE, gateway.organization_id, secret)
    gateway.changed_by = actor
    gateway.save(update_fields=["secret", "changed_by", "changed_at"])
    _record(gateway.organization, actor, gateway.url, renewed=True)
    return written(secret)


@transaction.atomic
def remove(gateway: Gateway, actor: User) -> None:
    events.record(gateway.organization, Verb.GATEWAY_REMOVED, _host(gateway.url), actor)
    gateway.delete()


def _record(organization: Organization, actor: User, url: str, **detail: bool) -> None:
    """The history names the host: what follows it may hold a token of the gateway's."""
    events.record(organization, Verb.GATEWAY, _host(url), actor, **detail)


def _host(url: str) -> str:
    return url.split("/", 3)[2]


def written(secret: bytes) -> str:
    return PREFIX + base64.b64encode(secret).decode()


def reseal() -> None:
    """Under today's master key. One that no key at hand opens stays as it is: it is of use to nobody."""
    with across_all("the master key is one for all organizations"):
        for gateway in Gateway.objects.select_for_update():
            with suppress(sealing.SealingError):
                secret = sealing.unsealed_secret(PURPOSE, gateway.organization_id, bytes(gateway.secret))
                gateway.secret = sealing.sealed_secret(PURPOSE, gateway.organization_id, secret)
                gateway.save(update_fields=["secret"])


# --- Handing over ------------------------------------------------------------------------------------


def hand_over(gateway: Gateway, texts: Sequence[Outgoing], about: Mapping[str, str | bool]) -> frozenset[str]:
    """The ids that the gateway says can never be sent. Raises outbound.Failed where it did not take them."""
    body = json.dumps(
        {"type": HEADER, **about, "texts": [asdict(one) for one in texts]}, ensure_ascii=False
    ).encode()
    secret = sealing.unsealed_secret(PURPOSE, gateway.organization_id, bytes(gateway.secret))
    identifier = "msg_" + hashlib.sha256("".join(one.id for one in texts).encode()).hexdigest()[:32]
    answer = outbound.post(
        gateway.url, body, headers(secret, identifier, int(timezone.now().timestamp()), body)
    )
    if answer.status not in TAKEN:
        raise Failed(Trouble.ANSWER, answer.status, answer.after)
    return _refused(answer.body) & {one.id for one in texts}


def headers(secret: bytes, identifier: str, at: int, body: bytes) -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return {
        "Content-Type": "application/json",
        "Content-Digest": f"sha-256=:{digest}:",
        "User-Agent": f"Latitude/{settings.VERSION}",
        "webhook-id": identifier,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(secret, identifier, at, body),
    }


def signature(secret: bytes, identifier: str, at: int, body: bytes) -> str:
    signed = hmac.digest(secret, f"{identifier}.{at}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(signed).decode()


def _refused(body: bytes) -> frozenset[str]:
    """{"refused": ["..."]}; an answer that says nothing refuses nothing."""
    try:
        said = json.loads(body)
    except ValueError:
        return frozenset()
    found = said.get("refused") if isinstance(said, dict) else None
    return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()
