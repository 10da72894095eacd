import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from config import roles


class Command(BaseCommand):
    help = (
        "Create or renew the two database roles: the web's and the worker's. Run it as the tables' owner, after"
        " every migrate. Passwords: LATITUDE_WEB_PASSWORD and LATITUDE_WORKER_PASSWORD, where the server asks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--web", default=roles.WEB, metavar="NAME")
        parser.add_argument("--worker", default=roles.WORKER, metavar="NAME")
        parser.add_argument("--print", action="store_true", help="print the SQL instead of running it")

    def handle(self, *, web: str, worker: str, print: bool, **options: Any) -> None:  # noqa: A002  # the option's name
        connection.ensure_connection()
        composed = [
            *roles.statements(
                connection.settings_dict["NAME"],
                self.login(web, "LATITUDE_WEB_PASSWORD"),
                self.login(worker, "LATITUDE_WORKER_PASSWORD"),
                connection.connection.info.server_version,
            ),
            roles.queue_statement(),
        ]
        if print:
            self.stdout.write("".join(f"{part.as_string(connection.connection)};\n" for part in composed))
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for part in composed:
                cursor.execute(part)
        self.stdout.write(f"The roles {web} and {worker} have the rights of this version.")

    @staticmethod
    def login(name: str, variable: str) -> roles.Login:
        """The server, and whatever log it keeps of statements, is given a verifier and never the password."""
        password = os.environ.get(variable)
        if not password:
            return roles.Login(name)
        verifier = connection.connection.pgconn.encrypt_password(
            password.encode(), name.encode(), b"scram-sha-256"
        )
        return roles.Login(name, verifier.decode())
