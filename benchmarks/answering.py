"""Answering against the floor, in one run: python -m benchmarks.answering [--rounds 7] [--seconds 1].

The floor is a bare Django view that inserts 40 bytes: same server (Granian), same workers, same load tool, same
database. Measured are the page of questions and two complete submissions: of a plain pass, and in the final privacy
form, with a blind-signed token. Each looks its right up, validates 38 questions, seals the sheet, spends the right and
stores the ballot in one statement.

Both servers stay up; short rounds of all four take turns, and each ratio is of two neighbours. On a busy machine look
at the medians and at the processor time, which is that of the server's processes and of PostgreSQL's for one request;
its least value over the rounds is the one that neighbours disturbed least.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import psutil

from benchmarks.__main__ import ROOT, database
from config.embedded import local_cluster

CONNECTIONS, WORKERS = 16, 2
PREPARE = """
import json, os, sys
from datetime import timedelta
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from django.utils import timezone
from surveys import campaigns, passes
from surveys.blind import keys
from surveys.blind.tokens import MESSAGE_BYTES, Token
from surveys.blind.variants import Variant
from surveys.instruments.instrument import Panel
from surveys.instruments.loading import load_installed
from surveys.models import CampaignUnit, Firm, Organization, SigningKey, Unit
from surveys.sealing import BallotSeal
from surveys.tenancy import within
firm = Firm.objects.create(name="Bench")
organization = Organization.objects.create(firm=firm, name="Bench")
with within(organization):
    Unit.objects.create(organization=organization, name="Store", path="Store", frontline_headcount=100000)
    now = timezone.now()
    instrument = load_installed("empowered-service")
    campaign = campaigns.create(organization=organization, name="Bench", instrument=instrument,
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1),
        options=campaigns.Options(background=("tenure", "contact"), amounts=instrument.amounts), actor=None)
    campaigns.open_(campaign, actor=None)
    codes = passes.issue(CampaignUnit.objects.get(campaign=campaign), Panel.FRONTLINE, int(sys.argv[-2]))
    key = SigningKey.objects.get(unit__campaign=campaign, panel="frontline")
seal = BallotSeal.of(campaign)
private = keys.private_from_bytes(seal.unwrap(bytes(key.key_id), bytes(key.wrapped_private)))
pss = padding.PSS(padding.MGF1(hashes.SHA384()), Variant.PSS_RANDOMIZED.salt_bytes)
def token():  # as it is after unblinding
    message = os.urandom(MESSAGE_BYTES)
    return Token(bytes(key.key_id), message, private.sign(message, pss, hashes.SHA384())).to_wire()
tokens = [token() for _ in range(int(sys.argv[-1]))]
fields = {f"i-{item.id}": "1" for item in instrument.items if item.kind != "text"}
print(json.dumps({"codes": codes, "tokens": tokens, "fields": fields | {"b-tenure": "2", "b-contact": "1"}}))
"""
MOST = 3000  # answers a second that a quiet machine takes
FLOOR = """
import os
from django.db import connection
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

@csrf_exempt
def insert(request):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_floor (sealed) VALUES (%s)", [os.urandom(40)])
    return HttpResponse(b"ok", headers={"Content-Length": "2"})

urlpatterns = [path("", insert)]
"""
FLOOR_SETTINGS = """
from config.settings import *
ROOT_URLCONF = "bench_floor_urls"
MIDDLEWARE = INSTALLED_APPS = []
"""
TABLE = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE bench_floor (id bigserial PRIMARY KEY, sealed bytea)")
"""


@dataclass(frozen=True)
class Result:
    """Of one round: requests a second, the slowest of a hundred, failures, processor time a request."""

    rate: float
    p99: float
    failed: int
    server: float = 0.0
    postgres: float = 0.0


@dataclass
class Tally:
    """What one run saw; `expected` is the status of an answer that counts."""

    port: int
    expected: bytes
    took: list[float] = field(default_factory=list)
    failed: int = 0


async def exchange(
    line: "tuple[asyncio.StreamReader, asyncio.StreamWriter]", request: bytes, tally: Tally
) -> None:
    reader, writer = line
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    sizes = [int(row[15:]) for row in head.split(b"\r\n") if row.lower().startswith(b"content-length:")]
    if not sizes:
        raise SystemExit(
            f"An answer without its length would be taken for the next one's beginning: {head!r}"
        )
    await reader.readexactly(sizes[0])
    tally.failed += not head.startswith(b"HTTP/1.1 " + tally.expected)


async def load(tally: Tally, waiting: Iterator[bytes], seconds: float, rate: float = 0) -> Result:
    """All that the server can take; with `rate`, so many a second: each line keeps its own clock, and a slow answer
    counts from when it was due.
    """
    began = time.perf_counter()
    until = began + seconds

    async def client(number: int) -> None:
        line = await asyncio.open_connection("127.0.0.1", tally.port)
        due = began + number / rate if rate else 0.0
        while time.perf_counter() < until and (request := next(waiting, None)) is not None:
            if rate:
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sent = due or time.perf_counter()
            await exchange(line, request, tally)
            tally.took.append(time.perf_counter() - sent)
            due += CONNECTIONS / rate if rate else 0.0
        line[1].close()

    await asyncio.gather(*(client(number) for number in range(CONNECTIONS)))
    elapsed = time.perf_counter() - began
    worst = sorted(tally.took)[int(0.99 * (len(tally.took) - 1))]
    return Result(len(tally.took) / elapsed, worst, tally.failed)


def post(path: str, fields: dict[str, str]) -> bytes:
    body = urlencode(fields).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def serve(environment: dict[str, str], port: int) -> "subprocess.Popen[bytes]":
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "config.wsgi:application",
        "--port",
        str(port),
    ]
    command += [
        "--workers",
        str(WORKERS),
        "--no-ws",
        "--log-level",
        "warning",
        "--workers-kill-timeout",
        "2",
        "--blocking-threads",
        "4",
        "--backpressure",
        "2048",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.1)
    raise SystemExit("The server does not answer.")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Measured:
    """A kind of request, where it goes, and what its rounds came to."""

    name: str
    requests: Iterator[bytes]
    expected: bytes
    port: int = 0
    server: int = 0
    full: list[Result] = field(default_factory=list)
    steady: list[Result] = field(default_factory=list)

    def round(self, seconds: float, rate: float = 0) -> Result:
        before = busy(self.server), busy(postmaster())
        tally = Tally(self.port, self.expected)
        result = asyncio.run(load(tally, self.requests, seconds, rate))
        after = busy(self.server), busy(postmaster())
        spent = [(late - early) / max(1, len(tally.took)) for early, late in zip(before, after, strict=True)]
        return replace(result, server=spent[0], postgres=spent[1])


def postmaster() -> int:
    return int((local_cluster("local").data / "postmaster.pid").read_text("utf-8").split()[0])


def busy(process: int) -> float:
    """Processor seconds so far of a process and its children."""
    parent = psutil.Process(process)
    times = [one.cpu_times() for one in (parent, *parent.children(recursive=True)) if one.is_running()]
    return float(sum(one.user + one.system for one in times))


@contextmanager
def served(environment: dict[str, str], kinds: Sequence[Measured]) -> Iterator[None]:
    port = free_port()
    process = serve(environment, port)
    for kind in kinds:
        kind.port, kind.server = port, process.pid
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def run(code: str, environment: dict[str, str], *arguments: str) -> bytes:
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True).stdout


def floor_environment(environment: dict[str, str], folder: Path) -> dict[str, str]:
    run(TABLE, environment)
    (folder / "bench_floor_urls.py").write_text(FLOOR, "utf-8")
    (folder / "bench_floor_settings.py").write_text(FLOOR_SETTINGS, "utf-8")
    paths = os.pathsep.join([str(ROOT), str(folder)])
    return environment | {"DJANGO_SETTINGS_MODULE": "bench_floor_settings", "PYTHONPATH": paths}


def answering(made: dict[str, Any]) -> list[Measured]:
    codes, fields = made["codes"], made["fields"]

    def sent(rights: list[str]) -> Iterator[bytes]:
        return (post("/a/send", fields | {"code": right, "ballot": str(uuid.uuid4())}) for right in rights)

    page = post("/a/questions", {"code": codes[0]})
    return [
        Measured("page", repeat(page), b"200"),
        Measured("submission, pass", sent(codes[1:]), b"303"),
        Measured("submission, token", sent(made["tokens"]), b"303"),
    ]


def show(floor: Measured, kinds: Sequence[Measured]) -> None:
    heads = f"{'':18} {'a second':>9} {'x floor':>8} {'server':>8} {'database':>9} {'least of both':>14}"
    print(f"{heads} {'x floor':>8} {'p99 at 70 %':>12}  failed")
    lowest = min(one.server + one.postgres for one in floor.full)
    for kind in (floor, *kinds):
        rate = median(one.rate for one in kind.full)
        ratios = [one.rate / base.rate for one, base in zip(kind.full, floor.full, strict=True)]
        server = 1e6 * median(one.server for one in kind.full)
        postgres = 1e6 * median(one.postgres for one in kind.full)
        least = min(one.server + one.postgres for one in kind.full)
        p99 = 1000 * median(one.p99 for one in kind.steady)
        failed = sum(one.failed for one in (*kind.full, *kind.steady))
        print(
            f"{kind.name:18} {rate:>9.0f} {median(ratios):>8.2f} {server:>5.0f} us {postgres:>6.0f} us"
            f" {1e6 * least:>11.0f} us {lowest / least:>8.2f} {p99:>9.1f} ms  {failed:>6}"
        )
    print(f"load {os.getloadavg()[0]:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1, help="of a round")
    given = parser.parse_args()
    people = round(MOST * (1 + 1.8 * given.seconds * given.rounds))  # warm, full and at 70 %
    floor = Measured("floor", repeat(post("/", {})), b"200")
    with database() as environment, TemporaryDirectory() as folder:
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        kinds = answering(json.loads(run(PREPARE, environment, str(people), str(people))))
        with (
            served(floor_environment(environment, Path(folder)), [floor]),
            served(environment, kinds),
        ):
            for kind in (floor, *kinds):
                kind.round(1)  # warm
            for _round in range(given.rounds):
                for kind in (floor, *kinds):
                    kind.full.append(kind.round(given.seconds))
            for _round in range(given.rounds):
                for kind in (floor, *kinds):
                    kind.steady.append(kind.round(given.seconds, 0.7 * median(one.rate for one in kind.full)))
    show(floor, kinds)


if __name__ == "__main__":
    main()
