"""What a mail provider tells about mail it was given: an address that does not exist, somebody who complained."""

from typing import Any
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.conf import settings
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from surveys import delivering
from surveys.models import Organization, Person, Why
from surveys.tenancy import across_all, within

VIEWS = {
    "amazon_ses": "AmazonSESTrackingWebhookView",
    "brevo": "BrevoTrackingWebhookView",
    "mailersend": "MailerSendTrackingWebhookView",
    "mailgun": "MailgunTrackingWebhookView",
    "mailjet": "MailjetTrackingWebhookView",
    "mandrill": "MandrillCombinedWebhookView",
    "postal": "PostalTrackingWebhookView",
    "postmark": "PostmarkTrackingWebhookView",
    "resend": "ResendTrackingWebhookView",
    "sendgrid": "SendGridTrackingWebhookView",
    "sparkpost": "SparkPostTrackingWebhookView",
}
FOR_GOOD = {RejectReason.INVALID, RejectReason.BOUNCED}


@csrf_exempt
@require_POST
def events(request: HttpRequest, provider: str) -> HttpResponse:
    """For the provider that this site sends with, and only with the secret that both know."""
    if provider != settings.MAIL_PROVIDER or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    view = import_string(f"anymail.webhooks.{provider}.{VIEWS[provider]}").as_view()
    answer: HttpResponse = view(request)
    return answer


@receiver(tracking)
def note(event: AnymailTrackingEvent, **_: Any) -> None:
    """Such an address is never written to again by the client whose mail it was."""
    why = _why(event)
    if why is None or not event.recipient:
        return
    for organization in _clients(event):
        with within(organization):
            delivering.remember(organization, event.recipient, why)


def _why(event: AnymailTrackingEvent) -> Why | None:
    if event.event_type == EventType.COMPLAINED:
        return Why.COMPLAINED
    if event.event_type == EventType.BOUNCED and event.reject_reason in FOR_GOOD:
        return Why.BOUNCED
    return None


def _clients(event: AnymailTrackingEvent) -> list[UUID]:
    """The client of the mail; where the provider does not say, every one that knows the address."""
    try:
        named = UUID(str((event.metadata or {}).get("client", "")))
    except ValueError:
        with across_all("a provider that names no client means the address"):
            known = Person.objects.filter(email__iexact=event.recipient).order_by()
            return list(known.values_list("organization_id", flat=True).distinct())
    return list(Organization.objects.filter(id=named).values_list("id", flat=True))
