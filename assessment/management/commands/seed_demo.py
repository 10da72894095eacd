import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assessment import demo
from surveys import passes
from surveys.instruments.instrument import Panel

PANELS = {Panel.FRONTLINE: "as an employee", Panel.EXECUTIVE: "as an executive"}


class Command(BaseCommand):
    help = "Make the demo's firm, clients and simulated answers, and print sign-ins and links."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", default=settings.SITE_URL, help="address the links begin with")
        parser.add_argument("--json", action="store_true", help="print sign-ins and links as JSON")

    def handle(self, *, site: str, json: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's people have a password that is public; production has no demo.")
        demo.seed()
        signs = {
            "owner": demo.OWNER,
            "consultant": demo.CONSULTANT,
            "executive": demo.EXECUTIVE,
            "stranger (other firm)": demo.STRANGER,
        }
        links = {f"answer {PANELS[one.panel]}": passes.link(one.code, site) for one in demo.invitations()}
        if json:
            self.stdout.write(
                dumps({"site": site, "password": demo.PASSWORD, "people": signs, "links": links})
            )
            return
        for who, email in signs.items():
            self.stdout.write(f"{who:24} {email}  password {demo.PASSWORD}")
        for what, link in links.items():
            self.stdout.write(f"{what:24} {link}")
        self.stdout.write(
            "After the password the sign-in page tells the second factor's code: no app is needed."
        )
        self.stdout.write("Mail that Latitude sends (codes, invitations) is printed in this window.")


dumps = json.dumps
