import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from assessment.snapshot.build import build
from surveys.models import Campaign, State
from surveys.tenancy import across_all, within


class Command(BaseCommand):
    help = "Build the report of a closed campaign now and write its document."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", type=UUID)
        parser.add_argument("--json", metavar="FILE", help="write the document there; - is standard output")

    def handle(self, *, campaign: UUID, json: str | None, **options: Any) -> None:
        with across_all("an operator names the campaign"):
            found = (
                Campaign.objects.select_related("organization", "instrument_version")
                .filter(id=campaign)
                .first()
            )
        if found is None:
            raise CommandError(f"There is no campaign {campaign}.")
        if found.state not in {State.CLOSED, State.REPORTED}:
            raise CommandError(
                f"The campaign is {found.get_state_display()}; a report is built of a closed one."
            )
        with within(found.organization):
            document = latest_document(found)
        text = dumps(document, ensure_ascii=False, indent=1)
        if json == "-":
            self.stdout.write(text)
        elif json:
            Path(json).write_text(text + "\n", "utf-8")
            self.stderr.write(f"The report document is in {json}.")


dumps = json.dumps


def latest_document(campaign: Campaign) -> dict[str, Any]:
    """A released report is final: where there is one, it is that one."""
    released = campaign.snapshots.order_by("-built_at").first()
    if released is None:
        released = build(campaign)
    document: dict[str, Any] = released.document
    return document
