from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from surveys import campaigns, collect, keys
from surveys.models import Campaign
from surveys.tenancy import across_all, within


class Command(BaseCommand):
    help = "End a campaign whose master key is lost. Its ballots can't be read by anybody and are removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", type=UUID)

    def handle(self, *, campaign: UUID, **options: Any) -> None:
        with across_all("an operator names the campaign"):
            found = Campaign.objects.filter(id=campaign).first()
        if found is None:
            raise CommandError(f"There is no campaign {campaign}.")
        try:
            with within(found.organization_id):
                gone = keys.give_up(campaign)
        except campaigns.Refused as error:
            raise CommandError(str(error)) from error
        collect.vacuum()
        self.stdout.write(
            f"{gone} answers are lost. Tell the people who gave them; their passes are of no use now."
        )
