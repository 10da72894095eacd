"""Wrappers: rows decide what is due, a task opens the tenant and calls one function."""

from uuid import UUID

from celery import shared_task

from assessment import exporting
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


@shared_task
def write_due_exports() -> None:
    exporting.forget_expired()
    for export, organization in exporting.due():
        write_export.delay(str(export), str(organization))


@shared_task
def write_export(export: str, organization: str) -> None:
    with within(UUID(organization)):
        exporting.write(UUID(export))
