"""Wrappers: rows decide what is due, a task opens the tenant and calls one function."""

import logging
from uuid import UUID

from celery import shared_task

from surveys import campaigns, collect, queries
from surveys.models import Campaign
from surveys.tenancy import within

log = logging.getLogger(__name__)


@shared_task
def close_due_campaigns() -> None:
    for due in queries.due_to_close():
        close_campaign.delay(str(due.campaign), str(due.organization))


@shared_task
def close_campaign(campaign: str, organization: str) -> None:
    with within(UUID(organization)):
        done = campaigns.close(Campaign.objects.get(id=campaign))
    if done:
        collect.vacuum()
        log.info("campaign %s is closed", campaign)
