"""A request to an address that a client named: over TLS, to that host alone, and never into our own network.

The name is looked up once and the connection goes to the address that was found and weighed, so that a name that
leads elsewhere a moment later leads nowhere. No redirect is followed, no proxy asked, and no answer read to its end
that is longer than answers are.
"""

import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as ReadTimeout

CONNECT, READ, ALTOGETHER = 5.0, 10.0, 20.0  # seconds
LONGEST_ANSWER = 64 * 1024
LONGEST_ADDRESS = 500
MOST_TRIED = 3  # addresses of one name
SECONDS = re.compile(r"[0-9]{1,4}")
GONE = (HTTPError, HTTPException, OSError)  # of whom nothing comes, or nothing that is an answer
PLAIN = re.compile(r"[!-~]*")  # a name in other letters has to come as xn--
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Trouble(models.TextChoices):
    ANSWER = "answer", gettext_lazy("it did not say that it took them")
    AWAY = "away", gettext_lazy("it could not be reached")
    SLOW = "slow", gettext_lazy("it took too long to answer")
    CERTIFICATE = "certificate", gettext_lazy("its certificate is not valid for this address")
    INSIDE = "inside", gettext_lazy("its name leads into a private network")
    NONE = "none", gettext_lazy("there is none any more")


class Failed(Exception):  # noqa: N818  # it is told, with its reason
    """Nothing came of it, and why. `after`: seconds that the other side asks to wait."""

    def __init__(self, trouble: Trouble, status: int | None = None, after: int = 0) -> None:
        super().__init__(trouble.value if status is None else f"{trouble.value} {status}")
        self.trouble, self.status, self.after = trouble, status, after


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    after: int


def problem(url: str) -> str:
    """What is wrong with an address, as a sentence; empty where it can be used. Looks nothing up."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        return _("This is not a web address; expected one like https://texts.example.org/latitude.")
    inside: bool = settings.GATEWAYS_INSIDE
    if parts.scheme != "https" and not (inside and parts.scheme == "http"):
        return _("Expected an address that begins with https://.")
    if not host or port == 0 or len(url) > LONGEST_ADDRESS or not PLAIN.fullmatch(url):
        return _("This is not a web address; expected one like https://texts.example.org/latitude.")
    if parts.username is not None or parts.fragment:
        return _("Leave out user names and what follows a #; the signature tells who is asking.")
    if _is_number(host) and not inside and not is_public(host):
        return _("This address leads into a private network; expected one on the internet.")
    return ""


def is_public(address: str) -> bool:
    """Whether it is somewhere on the internet: not here, not next door, and not a tunnel to either."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour is not None or found.teredo is not None or found in NAT64:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Raises Failed. What the other side answered is an answer, whatever its status."""
    parts = urlsplit(url)
    connection = _connected(parts)
    try:
        with _in_time(connection):
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(
                "POST",
                target,
                body=body,
                headers={"Host": parts.netloc, **headers},
                preload_content=False,
                decode_content=False,
            )
            with closing(connection.getresponse()) as answer:
                said = answer.read(LONGEST_ANSWER)
    except (ReadTimeout, TimeoutError) as error:
        raise Failed(Trouble.SLOW) from error
    except GONE as error:
        raise Failed(Trouble.AWAY) from error
    finally:
        connection.close()
    wait = SECONDS.fullmatch(answer.headers.get("Retry-After", ""))
    return Answer(answer.status, said, int(wait[0]) if wait else 0)


def _connected(parts: SplitResult) -> HTTPConnection:
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    trouble = Trouble.AWAY
    for address in _addresses(host, port)[:MOST_TRIED]:
        connection = _to(address, port, host) if secure else HTTPConnection(address, port, timeout=CONNECT)
        try:
            connection.connect()
        except ssl.SSLError:
            trouble = Trouble.CERTIFICATE
        except NewConnectionError:  # refused; to urllib3 it is a timeout as well
            trouble = Trouble.AWAY
        except (ReadTimeout, TimeoutError):
            trouble = Trouble.SLOW
        except GONE:
            trouble = Trouble.AWAY
        else:
            assert connection.sock is not None
            connection.sock.settimeout(READ)
            return connection
        connection.close()
    raise Failed(trouble)


def _to(address: str, port: int, host: str) -> HTTPSConnection:
    """To this number, as this name: the certificate has to be the name's."""
    context = ssl.create_default_context()
    return HTTPSConnection(
        address, port, timeout=CONNECT, server_hostname=host, ssl_context=context, cert_reqs=ssl.CERT_REQUIRED
    )


def _addresses(host: str, port: int) -> list[str]:
    """Every one of them has to be public: a name with one address outside and one inside is a trick."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Failed(Trouble.AWAY) from error
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not settings.GATEWAYS_INSIDE and not all(map(is_public, addresses)):
        raise Failed(Trouble.INSIDE)
    return addresses


@contextmanager
def _in_time(connection: HTTPConnection) -> Iterator[None]:
    """Whoever answers a byte every nine seconds is cut off all the same."""
    late = threading.Event()

    def cut() -> None:
        late.set()
        with suppress(OSError):
            if connection.sock is not None:
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)  # under TLS too: the reader wakes

    watch = threading.Timer(ALTOGETHER, cut)
    watch.daemon = True
    watch.start()
    try:
        yield
    except GONE as error:
        if late.is_set():
            raise TimeoutError from error
        raise
    finally:
        watch.cancel()


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
