from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from surveys import keys
from surveys.sealing import SealingError, master_key


class Command(BaseCommand):
    help = "Prove that the master key opens the probe and every open ballot box. Changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--key-file",
            type=Path,
            metavar="FILE",
            help="try the copy in this file (a backup of the key) instead of the key in use",
        )

    def handle(self, *, key_file: Path | None, **options: Any) -> None:
        rehearsal = keys.rehearse(None if key_file is None else (self.read(key_file),))
        if rehearsal.problems:
            raise CommandError("\n".join(rehearsal.problems))
        if not rehearsal.probe:
            self.stdout.write(
                "No campaign was ever opened here: there is nothing this key could be tried on."
            )
            return
        self.stdout.write(f"The key opens the probe and all {rehearsal.boxes} open ballot boxes.")

    @staticmethod
    def read(file: Path) -> bytes:
        try:
            return master_key(file.read_text("utf-8").strip())
        except (OSError, UnicodeDecodeError, SealingError) as error:
            raise CommandError(f"{file} holds no master key: {error}") from error
