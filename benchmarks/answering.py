"""Answering against the floor, in one run: python -m benchmarks.answering [--seconds 6].

The floor is a bare Django view that inserts 40 bytes: same server (Granian), same workers, same load tool, same
database. Measured are the page of questions and the complete submission of a plain pass: pass looked up, 38 questions
validated, the sheet sealed, pass spent and ballot stored in one transaction. On a busy machine only the ratios mean
anything.
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
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from benchmarks.__main__ import ROOT, database

CONNECTIONS, WORKERS = 16, 2
PREPARE = """
import json, sys, uuid
from datetime import timedelta
from django.utils import timezone
from surveys import campaigns, passes
from surveys.instruments.instrument import Panel
from surveys.instruments.loading import load_installed
from surveys.models import CampaignUnit, Firm, Organization, Unit
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
    codes = passes.issue(CampaignUnit.objects.get(campaign=campaign), Panel.FRONTLINE, int(sys.argv[-1]))
fields = {f"i-{item.id}": "1" for item in instrument.items if item.kind != "text"}
print(json.dumps({"codes": codes, "fields": fields | {"b-tenure": "2", "b-contact": "1"}}))
"""
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
    rate: float
    p99: float
    failed: int


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


async def load(tally: Tally, requests: Sequence[bytes], seconds: float, rate: float = 0) -> Result:
    """All that the server can take; with `rate`, so many a second: each line keeps its own clock, and a slow answer
    counts from when it was due.
    """
    waiting = iter(requests)
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


Work = dict[str, tuple[list[bytes], bytes]]


def measure(environment: dict[str, str], work: Work, seconds: float) -> dict[str, Result]:
    port = free_port()
    process = serve(environment, port)
    found: dict[str, Result] = {}
    try:
        for name, (requests, expected) in work.items():
            third = len(requests) * 2 // 3
            asyncio.run(load(Tally(port, expected), requests[:100], 2))  # warm
            found[name] = asyncio.run(load(Tally(port, expected), requests[100:third], seconds))
            steady = 0.7 * found[name].rate
            found[f"{name}, 70 %"] = asyncio.run(
                load(Tally(port, expected), requests[third:], seconds, steady)
            )
    finally:
        process.terminate()
        process.wait(20)
    return found


def run(code: str, environment: dict[str, str], *arguments: str) -> bytes:
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True).stdout


def floor_environment(environment: dict[str, str], folder: Path) -> dict[str, str]:
    run(TABLE, environment)
    (folder / "bench_floor_urls.py").write_text(FLOOR, "utf-8")
    (folder / "bench_floor_settings.py").write_text(FLOOR_SETTINGS, "utf-8")
    paths = os.pathsep.join([str(ROOT), str(folder)])
    return environment | {"DJANGO_SETTINGS_MODULE": "bench_floor_settings", "PYTHONPATH": paths}


def answering(made: dict[str, Any]) -> Work:
    codes, fields = made["codes"], made["fields"]
    page = [post("/a/questions", {"code": codes[0]})] * 60_000
    sent = [post("/a/send", fields | {"code": code, "ballot": str(uuid.uuid4())}) for code in codes]
    return {"page": (page, b"200"), "submission": (sent, b"303")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--people", type=int, default=30_000)
    given = parser.parse_args()
    insert: Work = {"floor": ([post("/", {})] * 120_000, b"200")}
    with database() as environment, TemporaryDirectory() as folder:
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        made = json.loads(run(PREPARE, environment, str(given.people)))
        floor = floor_environment(environment, Path(folder))
        before = measure(floor, insert, given.seconds)
        found = measure(environment, answering(made), given.seconds)
        after = measure(floor, insert, given.seconds)
    base = (before["floor"].rate + after["floor"].rate) / 2
    rows = [*before.items(), *found.items(), *((f"{name} again", row) for name, row in after.items())]
    for name, row in rows:
        share = f"{row.rate / base:5.2f} x the floor"
        print(f"{name:18} {row.rate:7.0f}/s  {share}  p99 {1000 * row.p99:6.1f} ms  {row.failed} failed")
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
