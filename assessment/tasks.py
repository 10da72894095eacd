"""Wrappers: rows decide what is due, a task opens the tenant and calls one function."""

from uuid import UUID

from celery import shared_task

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
        build_once(UUID(campaign))
