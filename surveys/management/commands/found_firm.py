from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import IntegrityError

from surveys import invites
from surveys.models import Firm, Role
from surveys.team import found_for


class Command(BaseCommand):
    help = "Set up a firm whose owner gets an invitation, where nobody can sign up by themselves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the firm is called")
        parser.add_argument("owner", help="e-mail address of its owner")
        parser.add_argument("--mail", action="store_true", help="send the invitation too")

    def handle(self, *, name: str, owner: str, mail: bool, **options: Any) -> None:
        try:
            validate_email(owner)
            invite = found_for(" ".join(name.split()), owner)
        except ValidationError as error:
            raise CommandError(f"{owner!r} is no e-mail address.") from error
        except IntegrityError as error:
            raise CommandError(f"There is a firm {Firm.objects.get(name__iexact=name)} already.") from error
        if mail:
            invites.send(invite)
        self.stdout.write(f"{invite.email} becomes {Role.OWNER.label} of {name} with this link:")
        self.stdout.write(invites.link(invite))
