"""A mail server in this process, for the web and the worker that a test starts."""

import re
import socket
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller

PATIENCE = 60  # seconds, on two busy cores
CODE = re.compile(r"^([A-Z0-9-]{6,9})\s*$", re.MULTILINE)


class Mailbox:
    """What came, as (receiver, text)."""

    def __init__(self) -> None:
        self.came: list[tuple[str, str]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # its name
        message = message_from_bytes(envelope.content, policy=policy.default)
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        self.came += [(receiver, text) for receiver in envelope.rcpt_tos]
        return "250 OK"

    def to(self, receiver: str) -> str:
        """The newest for somebody; waited for."""
        return self._wait_for(lambda: next((text for to, text in reversed(self.came) if to == receiver), ""))

    def holding(self, words: str) -> str:
        """The first with these words in it, whoever it is for; waited for."""
        return self._wait_for(lambda: next((text for _to, text in self.came if words in text), ""))

    def code_to(self, receiver: str) -> str:
        found = CODE.search(self.to(receiver))
        assert found, self.to(receiver)
        return found[1]

    def _wait_for(self, look: Callable[[], str]) -> str:
        deadline = time.monotonic() + PATIENCE
        while not (found := look()):
            assert time.monotonic() < deadline, f"no such mail among {len(self.came)}"
            time.sleep(0.05)
        return found


def path_in(mail: str, begin: str) -> str:
    """The link of ours in a mail, without the site: a test's has another port."""
    found = re.search(rf"https?://[^/\s]+({re.escape(begin)}\S*)", mail)
    assert found, mail
    return found[1]


class MailServer:
    """One for all tests of a run, as the web process is, which knows its port from the start."""

    def __init__(self) -> None:
        self.box = Mailbox()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.environment = {
            "LATITUDE_MAIL_HOST": "127.0.0.1",
            "LATITUDE_MAIL_PORT": str(port),
            "LATITUDE_MAIL_PER_MINUTE": "100000",
        }
        self._server = Controller(self.box, hostname="127.0.0.1", port=port)

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()
