import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessment.audit import audit_document
from assessment.disclosure.proof import Outcome


class Command(BaseCommand):
    help = "Repeat the proof of a released report document (latitude.report/1) from the document alone."
    requires_system_checks: list[str] = []  # Django's attribute; an outsider has no database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("snapshot", help="the document, a JSON file; - is standard input")

    def handle(self, *, snapshot: str, **options: Any) -> None:
        try:
            text = sys.stdin.read() if snapshot == "-" else Path(snapshot).read_text("utf-8")
            audit = audit_document(json.loads(text))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(
                f"{snapshot} cannot be audited: {error}. Expected a released report document."
            ) from error
        self.stdout.write(
            f"{audit.numbers} numbers of people, {len(audit.checked)} sets of published cells:"
            f" {audit.count(Outcome.PROVEN)} proven from the document,"
            f" {audit.count(Outcome.STATED)} stated (units and cuts together; docs/privacy.md says why),"
            f" {audit.count(Outcome.BROKEN)} broken."
        )
        if not audit.passed:
            raise CommandError(
                "The release is NOT safe:\n" + "\n".join(f"  {fault}" for fault in audit.faults[:50])
            )
        self.stdout.write("No combination of them isolates fewer people than the policy promises.")
