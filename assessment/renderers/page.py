"""The report as a web page: a context for templates that only loop and print."""

from typing import Any
from uuid import UUID

from assessment.report import Report


def context(report: Report, campaign: UUID) -> dict[str, Any]:
    return {"report": report, "simulated": report.simulated, "identifier": campaign}


def progress(campaign: Any, build: Any) -> dict[str, Any]:
    return {"campaign": campaign, "build": build, "simulated": campaign.organization.simulated}
