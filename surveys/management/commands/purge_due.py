from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from surveys import certificates, retention
from surveys.models import Organization
from surveys.tenancy import within


class Command(BaseCommand):
    help = "Destroy what was kept for a term that has ended. Beat does the same every hour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--verify", action="store_true", help="only check the chains of certificates")

    def handle(self, *, verify: bool, **options: Any) -> None:
        if verify:
            self.verify()
            return
        done = []
        for due in retention.due():
            with within(due.organization):
                done += retention.purge(due.campaign)
        if done:
            retention.vacuum()
        for certificate in done:
            self.stdout.write(
                f"{certificate.name}: {certificate.what} {certificate.counts} {certificate.digest}"
            )

    def verify(self) -> None:
        for organization in Organization.objects.order_by("name"):
            with within(organization):
                try:
                    chain = certificates.verify()
                except certificates.BrokenChain as error:
                    raise CommandError(f"{organization.name}: {error}") from error
            if chain:
                self.stdout.write(f"{organization.name}: {len(chain)} certificates, {chain[-1].digest}")
