"""A mail server in this process, for the web and the worker that a test starts."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller

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

    def to(self, receiver: str, seconds: float = 20) -> str:
        """The newest for somebody; waited for."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for address, text in reversed(self.came):
                if address == receiver:
                    return text
            time.sleep(0.05)
        raise AssertionError(f"no mail came to {receiver}")

    def code_to(self, receiver: str) -> str:
        found = CODE.search(self.to(receiver))
        assert found, self.to(receiver)
        return found[1]

    def path_to(self, receiver: str, begin: str) -> str:
        """The link of ours in the newest mail to somebody, without the site: a test's has another port."""
        found = re.search(rf"https?://[^/\s]+({re.escape(begin)}\S*)", self.to(receiver))
        assert found, self.to(receiver)
        return found[1]


@contextmanager
def mail_server(monkeypatch: Any) -> Iterator[Mailbox]:
    """Processes started afterwards send their mail here."""
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    monkeypatch.setenv("LATITUDE_MAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("LATITUDE_MAIL_PORT", str(port))
    monkeypatch.setenv("LATITUDE_MAIL_PER_MINUTE", "100000")
    try:
        yield box
    finally:
        server.stop()
