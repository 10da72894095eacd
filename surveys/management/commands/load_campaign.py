import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from surveys.loading.load import load_campaign
from surveys.loading.problems import BadInput
from surveys.models import Firm

FIRST_FIRM = "Our firm"


class Command(BaseCommand):
    help = "Bring in a survey that was run elsewhere, all or nothing. The folder's files: docs/loading.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="holds campaign.yaml, units.csv and responses.csv")
        parser.add_argument("--firm", help="the consultancy whose client this is; made where there is none")
        parser.add_argument("--json", action="store_true", help="print the campaign and its counts as JSON")

    def handle(self, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        try:
            with transaction.atomic():
                firm, made = chosen_firm(options["firm"])
                loaded = load_campaign(folder, firm=firm)
        except BadInput as error:
            raise CommandError(str(error)) from error
        if made:
            self.stderr.write(f"The firm {firm} is new: nobody is a member of it yet.")
        counts = {panel.value: count for panel, count in loaded.responses.items()}
        if options["json"]:
            self.stdout.write(json.dumps({"campaign": str(loaded.campaign.id), "responses": counts}))
        else:
            told = ", ".join(f"{count} {panel}" for panel, count in counts.items())
            self.stdout.write(
                f"{loaded.campaign} is stored ({told}) for {firm}. Its id: {loaded.campaign.id}"
            )


def chosen_firm(name: str | None) -> tuple[Firm, bool]:
    """The named firm, else the only one, and whether it was made now.

    Where several could be meant, the client goes to one of its own rather than before the wrong firm's eyes.
    """
    if name is None:
        firms = list(Firm.objects.all()[:2])
        if len(firms) == 1:
            return firms[0], False
    wanted = Firm(name=FIRST_FIRM if name is None else name.strip())
    known = Firm.objects.filter(name__iexact=wanted.name).first()
    if known is not None:
        return known, False
    try:
        wanted.full_clean()
    except ValidationError as error:
        raise CommandError(f"{name!r} is no name for a firm: {' '.join(error.messages)}") from error
    wanted.save()
    return wanted, True
