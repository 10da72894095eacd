import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from assessment.disclosure.release import UnsafeReleaseError
from assessment.snapshot.build import build_again
from surveys import campaigns
from surveys.loading.problems import BadInput
from surveys.models import Campaign
from surveys.tenancy import across_all, within


class Command(BaseCommand):
    help = (
        "Add answers that came after the report and build the next one, if both together isolate nobody;"
        " all or nothing. The folder's file: docs/loading.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", type=UUID)
        parser.add_argument("folder", type=Path, help="holds responses.csv with the late answers only")
        parser.add_argument("--json", action="store_true", help="print the snapshot and the counts as JSON")

    def handle(self, **options: Any) -> None:
        with across_all("the operator names a campaign of any client"):
            campaign = Campaign.objects.select_related("organization").filter(id=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']}.")
        with within(campaign.organization):
            try:
                snapshot, counts = build_again(campaign, options["folder"])
            except UnsafeReleaseError as error:
                raise CommandError(
                    f"Nothing was stored: beside the report that is out, the next one could isolate somebody. {error}"
                ) from error
            except (BadInput, campaigns.Refused) as error:
                raise CommandError(str(error)) from error
        told = {panel.value: count for panel, count in counts.items()}
        if options["json"]:
            self.stdout.write(json.dumps({"snapshot": str(snapshot.id), "added": told}))
        else:
            added = ", ".join(f"{count} {panel}" for panel, count in told.items())
            self.stdout.write(f"{campaign}: {added} added; the next report is built. Its id: {snapshot.id}")
