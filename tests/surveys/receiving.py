"""A gateway for text messages, as a client would run one: an HTTP server on this machine that checks who is asking."""

import base64
import hashlib
import hmac
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What came, and what is answered: one status after the other, the last one from then on."""

    statuses: list[int] = field(default_factory=lambda: [200])
    refused: list[str] = field(default_factory=list)  # phone numbers
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/texts?key=1"

    @property
    def texts(self) -> list[dict[str, str]]:
        return [one for body in self.bodies for one in json.loads(body)["texts"]]

    @property
    def numbers(self) -> list[str]:
        return sorted(one["to"] for one in self.texts)

    def is_signed(self, secret: str, at: int = -1) -> bool:
        """As a receiver checks it, from the documentation alone."""
        key, sent, body = base64.b64decode(secret.removeprefix("whsec_")), self.requests[at], self.bodies[at]
        signed = f"{sent['webhook-id']}.{sent['webhook-timestamp']}.".encode() + body
        found = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return hmac.compare_digest(found, sent["webhook-signature"])

    def answer(self, body: bytes) -> bytes:
        ids = [one["id"] for one in json.loads(body)["texts"] if one["to"] in self.refused]
        return json.dumps({"refused": ids}).encode()


@contextmanager
def receiving(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.append({name.lower(): value for name, value in self.headers.items()})
            receiver.bodies.append(body)
            status = receiver.statuses.pop(0) if len(receiver.statuses) > 1 else receiver.statuses[0]
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(receiver.answer(body))

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # closing waits for them
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a caller that hangs up is no news
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
