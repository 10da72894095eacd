"""A client names an address; nothing of our own house answers there, and nobody in between reads along."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import LazySettings

from surveys import outbound
from surveys.outbound import Failed, Trouble, is_public, post, problem
from tests.surveys.receiving import Receiver, receiving

pytestmark = pytest.mark.pure


@pytest.fixture(autouse=True)
def outside_only(settings: LazySettings) -> None:
    settings.GATEWAYS_INSIDE = False


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "fe80::1", "fe80::1%eth0",
        "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "2001:0:7f00:1::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_what_is_not_on_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_what_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://texts.example.org/", "https://"),
        ("ftp://texts.example.org/", "https://"),
        ("//texts.example.org/", "https://"),
        ("https:///path", "not a web address"),
        ("https://texts.example.org:99999/", "not a web address"),
        ("https://[::1", "not a web address"),
        ("https://texts.example.org/a b", "not a web address"),
        ("https://téxts.example.org/", "not a web address"),
        ("https://texts.example.org/\r\nHost: x", "not a web address"),
        ("https://texts.example.org/" + "a" * 500, "not a web address"),
        ("https://user@texts.example.org/", "Leave out user names"),
        ("https://texts.example.org/#here", "Leave out user names"),
        ("https://127.0.0.1/", "private network"),
        ("https://[::ffff:10.0.0.1]/", "private network"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(url: str, said: str) -> None:
    assert said in problem(url)


def test_an_ordinary_address_is_taken() -> None:
    assert problem("https://texts.example.org:8443/in?token=1") == ""


def known_as(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """What the name server says, which is not asked in tests."""

    asked = socket.getaddrinfo

    def found(host: str, port: int, *args: Any, **options: Any) -> list[Any]:
        if not host.endswith(".example.org"):
            return asked(host, port, *args, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("93.184.216.34", "10.0.0.1")])
def test_a_name_that_leads_inside_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    known_as(monkeypatch, *addresses)
    with pytest.raises(Failed) as why:
        post("https://texts.example.org/", b"{}", {})
    assert why.value.trouble is Trouble.INSIDE


def test_a_name_that_is_unknown_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Failed) as why:
        post("https://texts.example.org/", b"{}", {})
    assert why.value.trouble is Trouble.AWAY


# --- Where the settings allow our own network: what is on the wire -----------------------------------


@pytest.fixture
def receiver(settings: LazySettings) -> Iterator[Receiver]:
    settings.GATEWAYS_INSIDE = True
    with receiving() as found:
        yield found


def test_the_body_goes_as_it_is_and_the_answer_comes_back(receiver: Receiver) -> None:
    answer = post(receiver.url, b'{"texts": []}', {"X-One": "1"})
    assert (answer.status, answer.body) == (200, b'{"refused": []}')
    assert receiver.bodies == [b'{"texts": []}']
    assert receiver.requests[0]["x-one"] == "1"
    assert receiver.requests[0]["host"] == f"127.0.0.1:{receiver.port}"


def test_nobody_is_followed_elsewhere(receiver: Receiver) -> None:
    receiver.statuses, receiver.headers = [307], {"Location": receiver.url}
    assert post(receiver.url, b'{"texts": []}', {}).status == 307
    assert len(receiver.bodies) == 1


def test_an_answer_is_not_read_for_ever(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Receiver, "answer", lambda *_: b"x" * 1_000_000)
    assert len(post(receiver.url, b"{}", {}).body) == outbound.LONGEST_ANSWER


@pytest.mark.parametrize(("said", "after"), [("120", 120), ("soon", 0), ("-5", 0), ("99999999", 0)])
def test_how_long_it_asks_to_wait(receiver: Receiver, said: str, after: int) -> None:
    receiver.statuses, receiver.headers = [429], {"Retry-After": said}
    assert post(receiver.url, b'{"texts": []}', {}).after == after


def test_who_does_not_listen_is_away(receiver: Receiver) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Failed) as why:
        post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert why.value.trouble is Trouble.AWAY


def test_who_drips_is_cut_off(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte every little while keeps each read in time, and the whole is too late all the same."""
    monkeypatch.setattr(outbound, "ALTOGETHER", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def drip() -> None:
            with server.accept()[0] as caller:
                while not ended.wait(0.05):
                    try:
                        caller.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        with pytest.raises(Failed) as why:
            post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
        ended.set()
        thread.join()
    assert why.value.trouble is Trouble.SLOW
    assert time.monotonic() - began < 5


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A server's certificate for a name, signed by itself; and the file that makes it trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder(whose, whose, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    trusted, whole = folder / "trusted.pem", folder / "server.pem"
    trusted.write_bytes(signed.public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    whole.write_bytes(secret + trusted.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    return context, trusted


@pytest.mark.parametrize(
    ("name", "is_trusted", "taken"),
    [
        ("texts.example.org", True, True),
        ("other.example.org", True, False),
        ("texts.example.org", False, False),
    ],
)
def test_the_certificate_is_the_name_s_though_the_address_is_a_number(
    settings: LazySettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    *,
    is_trusted: bool,
    taken: bool,
) -> None:
    settings.GATEWAYS_INSIDE = True
    context, trusted = certificate(tmp_path, name)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    known_as(monkeypatch, str(ipaddress.ip_address("127.0.0.1")))
    with receiving(context) as receiver:
        url = f"https://texts.example.org:{receiver.port}/"
        if taken:
            assert post(url, b'{"texts": []}', {}).status == 200
            assert receiver.requests[0]["host"] == f"texts.example.org:{receiver.port}"
        else:
            with pytest.raises(Failed) as why:
                post(url, b'{"texts": []}', {})
            assert why.value.trouble is Trouble.CERTIFICATE
            assert receiver.bodies == []
