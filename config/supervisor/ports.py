import os
import socket
import sys
from contextlib import suppress

FIRST = 8000
TRIES = 100


def reserve(host: str) -> socket.socket:
    """A free port, held so that no second Latitude takes it before the web server listens on it.

    The reservation is bound and does not listen; Granian binds beside it because both say SO_REUSEPORT.
    A port that was asked for by name and is taken stops the start: a proxy would look for it there.
    """
    wanted = os.environ.get("LATITUDE_PORT", "")
    if wanted and not (wanted.isdigit() and 0 < int(wanted) < 65536):  # noqa: PLR2004
        sys.exit(f"latitude: LATITUDE_PORT is {wanted!r}; expected a number from 1 to 65535.")
    for port in [int(wanted)] if wanted else range(FIRST, FIRST + TRIES):
        if not _answers(port):
            with suppress(OSError):
                return _bind(host, port)
    if wanted:
        sys.exit(f"latitude: LATITUDE_PORT is {wanted} and that port cannot be had on {host}.")
    sys.exit(f"latitude: no free port from {FIRST} to {FIRST + TRIES - 1} on {host}. Set LATITUDE_PORT.")


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))  # without SO_REUSEPORT: fails where anybody has the port
    reservation = socket.socket(family)
    reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    reservation.bind((host, port))
    return reservation


def _answers(port: int) -> bool:
    """Also what listens on the other address that the name localhost means."""
    try:
        socket.create_connection(("localhost", port), timeout=0.5).close()
    except OSError:
        return False
    return True
