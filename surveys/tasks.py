"""Wrappers: rows decide what is due, a task opens the tenant and calls one function."""

import logging
from uuid import UUID

from celery import shared_task

from surveys import (
    campaigns,
    clients,
    collect,
    keys,
    mailing,
    participation,
    people_term,
    planning,
    queries,
    retention,
)
from surveys.importing import storing
from surveys.jobs import Job, soon
from surveys.models import Campaign, Organization
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


@shared_task
def purge_due() -> None:
    if retention.destroyed_lately():
        collect.forget_keys()
        retention.vacuum()
    for due in retention.due():
        purge_campaign.delay(str(due.campaign), str(due.organization))


@shared_task
def purge_campaign(campaign: str, organization: str) -> None:
    with within(UUID(organization)):
        done = retention.purge(UUID(campaign))
    if done:
        retention.vacuum()
        log.info("campaign %s: %s", campaign, ", ".join(f"{c.what} destroyed" for c in done))


@shared_task
def count_participation() -> None:
    """Hourly, because every client's day begins at an hour of its own; each campaign is counted once a day."""
    for campaign, organization in participation.due():
        with within(organization):
            participation.count(Campaign.objects.select_related("organization").get(id=campaign))


@shared_task
def purge_people_due() -> None:
    for organization in people_term.due():
        purge_people.delay(str(organization))


@shared_task
def purge_people(organization: str) -> None:
    with within(UUID(organization)):
        done = people_term.purge(UUID(organization))
    if done:
        log.info("people of client %s destroyed", organization)


@shared_task
def delete_doomed_clients() -> None:
    for organization in clients.doomed():
        delete_client.delay(str(organization.id))


@shared_task
def delete_client(organization: str) -> None:
    doomed = Organization.objects.filter(id=organization, doomed_at__isnull=False).select_related("firm")
    for one in doomed:
        clients.delete(one)
        retention.vacuum()
        log.info("client %s is deleted", organization)


@shared_task
def mix_passes() -> None:
    collect.mix_passes()
    mailing.mix()


@shared_task
def check_keys() -> None:
    """This worker's key against every open ballot box: a wrong one is noticed now, not on the day of closing."""
    for problem in keys.rehearse().problems:
        log.error("%s", problem)


@shared_task
def run_due_imports() -> None:
    storing.forget_old()
    for identifier, organization in storing.due():
        run_import.delay(str(identifier), str(organization))


@shared_task
def run_import(identifier: str, organization: str) -> None:
    with within(UUID(organization)):
        storing.run(UUID(identifier))


@shared_task
def open_due_campaigns() -> None:
    for due in queries.due_to_open():
        open_campaign.delay(str(due.campaign), str(due.organization))


@shared_task
def open_campaign(campaign: str, organization: str) -> None:
    with within(UUID(organization)):
        planning.open_scheduled(UUID(campaign))


@shared_task
def send_due_mail() -> None:
    if mailing.forget() + mailing.forget_stopped():
        mailing.mix()
    for identifier, organization in mailing.due():
        send_mail.delay(str(identifier), str(organization))


@shared_task
def send_mail(identifier: str, organization: str) -> None:
    """A slice; what is left goes on at once, or with the next beat where the rate or a failure makes it wait."""
    with within(UUID(organization)):
        more = mailing.run(UUID(identifier))
        over = mailing.is_over(UUID(identifier))
    if over:
        mailing.mix()
    if more:
        soon(Job.SEND_MAIL, UUID(identifier), UUID(organization))
