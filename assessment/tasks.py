"""Wrappers: rows decide what is due, a task opens the tenant and calls one function."""

from uuid import UUID

from celery import shared_task

from assessment import exporting, making, notices, releases, releasing, take_aways
from assessment.snapshot.build import build_once
from surveys import queries
from surveys.tenancy import within


@shared_task
def build_due_reports() -> None:
    for due in queries.due_to_report():
        build_report.delay(str(due.campaign), str(due.organization))


@shared_task
def build_report(campaign: str, organization: str) -> None:
    with within(UUID(organization)):
        built = build_once(UUID(campaign))
    if built is not None:
        release_due_reports.delay()


@shared_task
def release_due_reports() -> None:
    releases.reopen_withdrawn()
    for campaign, organization in releases.due():
        release_report.delay(str(campaign), str(organization))


@shared_task
def release_report(campaign: str, organization: str) -> None:
    with within(UUID(organization)):
        made = releasing.release(UUID(campaign))
    if made is not None:
        make_due_take_aways.delay()
        send_due_notices.delay()


@shared_task
def send_due_notices() -> None:
    for campaign, organization in notices.due():
        send_notices.delay(str(campaign), str(organization))


@shared_task
def send_notices(campaign: str, organization: str) -> None:
    with within(UUID(organization)):
        notices.send(UUID(campaign))


@shared_task
def make_due_take_aways() -> None:
    take_aways.want_missing()
    for due in take_aways.due():
        make_take_away.delay(str(due.take_away), str(due.organization))


@shared_task
def make_take_away(take_away: str, organization: str) -> None:
    with within(UUID(organization)):
        making.make(UUID(take_away))


@shared_task
def write_due_exports() -> None:
    exporting.forget_expired()
    for export, organization in exporting.due():
        write_export.delay(str(export), str(organization))


@shared_task
def write_export(export: str, organization: str) -> None:
    with within(UUID(organization)):
        exporting.write(UUID(export))
