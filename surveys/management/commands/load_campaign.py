import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from surveys.loading.load import load_campaign
from surveys.loading.problems import BadInput
from surveys.models import Firm


class Command(BaseCommand):
    help = "Bring in a survey that was run elsewhere. All or nothing; the folder's files are told in docs/loading.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--firm", help="the consultancy the client belongs to (needed where there are several)"
        )
        parser.add_argument("--json", action="store_true", help="print the campaign and its counts as JSON")

    def handle(self, *, folder: Path, firm: str | None, json: bool, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(
                f"{folder} is no folder; expected one with campaign.yaml, units.csv and responses.csv."
            )
        try:
            loaded = load_campaign(folder, firm=chosen_firm(firm))
        except BadInput as error:
            raise CommandError(str(error), returncode=1) from error
        counts = {panel.value: count for panel, count in loaded.responses.items()}
        if json:
            self.stdout.write(dumps({"campaign": str(loaded.campaign.id), "responses": counts}))
        else:
            told = ", ".join(f"{count} {panel}" for panel, count in counts.items())
            self.stdout.write(f"{loaded.campaign} is stored ({told}). Its id: {loaded.campaign.id}")


dumps = json.dumps


def chosen_firm(name: str | None) -> Firm:
    """The named firm, or the only one; a site without a firm gets its first."""
    if name:
        return Firm.objects.get_or_create(name=name)[0]
    firms = list(Firm.objects.order_by("name")[:2])
    if len(firms) > 1:
        raise CommandError("There are several firms; say with --firm whose client this is.")
    return firms[0] if firms else Firm.objects.create(name="Our firm")
