from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from surveys import collect, keys
from surveys.sealing import SealingError


class Command(BaseCommand):
    help = (
        "Wrap the keys of all open ballot boxes with LATITUDE_MASTER_KEY instead of LATITUDE_MASTER_KEY_OLD."
        " All of them or none; see docs/operations.md."
    )

    def handle(self, **options: Any) -> None:
        if not settings.MASTER_KEY_OLD:
            raise CommandError("Set LATITUDE_MASTER_KEY_OLD to the key that was used so far.")
        try:
            boxes = keys.rotate()
        except SealingError as error:
            raise CommandError(str(error)) from error
        collect.forget_keys()  # what the old key opened leaves the table too
        self.stdout.write(
            f"{boxes} open ballot boxes and the probe are sealed with the new master key."
            " Remove LATITUDE_MASTER_KEY_OLD everywhere, then destroy the old key."
        )
