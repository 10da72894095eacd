"""Answering against the floor, in one run: python -m benchmarks.answering [--seconds 6].

The floor is a bare Django view that inserts 40 bytes: same server (Granian), same workers, same load tool, same
database. Measured are the page of questions and the complete submission of a plain pass: pass looked up, 38 questions
validated, the sheet sealed, pass spent and ballot stored in one transaction. On a busy machine only the ratios mean
anything. `--floor` runs the floor's server process; it is used by this file alone.
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
from dataclasses import dataclass
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
    return HttpResponse(b"ok")

urlpatterns = [path("", insert)]
"""


@dataclass(frozen=True)
class Result:
    rate: float
    p99: float
    failed: int


async def one_client(
    port: int,
    requests: "asyncio.Queue[bytes]",
    until: float,
    expected: bytes,
    took: list[float],
    bad: list[bytes],
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until and not requests.empty():
        began = time.perf_counter()
        writer.write(requests.get_nowait())
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        await reader.readexactly(length)
        took.append(time.perf_counter() - began)
        if not head.startswith(b"HTTP/1.1 " + expected):
            bad.append(head[:40])
    writer.close()


async def load(
    port: int, requests: Sequence[bytes], seconds: float, expected: bytes, rate: float = 0
) -> Result:
    """All that the server can take; with `rate`, so many a second and no more."""
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    took: list[float] = []
    bad: list[bytes] = []
    began = time.perf_counter()
    until = began + seconds
    if rate:
        await paced(port, requests, seconds, expected, rate, took, bad)
    else:
        for request in requests:
            queue.put_nowait(request)
        clients = [one_client(port, queue, until, expected, took, bad) for _ in range(CONNECTIONS)]
        await asyncio.gather(*clients)
    elapsed = time.perf_counter() - began
    return Result(len(took) / elapsed, sorted(took)[int(0.99 * (len(took) - 1))], len(bad))


async def paced(
    port: int,
    requests: Sequence[bytes],
    seconds: float,
    expected: bytes,
    rate: float,
    took: list[float],
    bad: list[bytes],
) -> None:
    """Open loop by connection: each sends on its own clock, so that a slow answer does not lighten the load."""
    queues: list[asyncio.Queue[bytes]] = [asyncio.Queue() for _ in range(CONNECTIONS)]
    for number, request in enumerate(requests):
        queues[number % CONNECTIONS].put_nowait(request)
    until = time.perf_counter() + seconds

    async def client(queue: "asyncio.Queue[bytes]") -> None:
        step, due = CONNECTIONS / rate, time.perf_counter()
        while time.perf_counter() < until and not queue.empty():
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            single: asyncio.Queue[bytes] = asyncio.Queue()
            single.put_nowait(queue.get_nowait())
            mine: list[float] = []
            await one_client(port, single, until + 5, expected, mine, bad)
            took.append(time.perf_counter() - due if mine else 5.0)
            due += step

    await asyncio.gather(*(client(queue) for queue in queues))


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
    command += ["--workers", str(WORKERS), "--no-ws", "--log-level", "warning", "--workers-kill-timeout", "2"]
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


def measure(
    environment: dict[str, str], work: dict[str, tuple[list[bytes], bytes]], seconds: float
) -> dict[str, Result]:
    port = free_port()
    process = serve(environment, port)
    try:
        found: dict[str, Result] = {}
        for name, (requests, expected) in work.items():
            asyncio.run(load(port, requests[:200], 2, expected))  # warm
            found[name] = asyncio.run(load(port, requests[200 : len(requests) * 2 // 3], seconds, expected))
            rest = requests[len(requests) * 2 // 3 :]
            found[f"{name} at 70 %"] = asyncio.run(
                load(port, rest, seconds, expected, rate=0.7 * found[name].rate)
            )
    finally:
        process.terminate()
        process.wait(20)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--people", type=int, default=30_000)
    given = parser.parse_args()
    with database() as environment:
        code = f"import django; django.setup()\n{PREPARE}"
        environment = {**environment, "DJANGO_SETTINGS_MODULE": "config.settings"}
        made = json.loads(
            subprocess.run(
                [sys.executable, "-c", code, str(given.people)],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                check=True,
            ).stdout
        )
        floor_file = ROOT / "var" / "bench_floor_urls.py"
        floor_file.write_text(FLOOR, "utf-8")
        table = "from django.db import connection as c\nwith c.cursor() as x: x.execute('CREATE TABLE bench_floor (id bigserial primary key, sealed bytea)')"
        subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{table}"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        settings_file = ROOT / "var" / "bench_floor_settings.py"
        settings_file.write_text(
            "from config.settings import *  # noqa: F403\nROOT_URLCONF = 'bench_floor_urls'\nMIDDLEWARE = []\n",
            "utf-8",
        )
        floor = {
            **environment,
            "DJANGO_SETTINGS_MODULE": "bench_floor_settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "var")]),
        }
        codes = iter(made["codes"])
        page = [post("/a/questions", {"code": made["codes"][0]})] * 60_000
        submissions = [
            post("/a/send", made["fields"] | {"code": code, "ballot": str(uuid.uuid4())}) for code in codes
        ]
        found = measure(floor, {"floor": ([post("/", {})] * 120_000, b"200")}, given.seconds)
        found |= measure(
            environment, {"page": (page, b"200"), "submission": (submissions, b"303")}, given.seconds
        )
        again = measure(floor, {"floor again": ([post("/", {})] * 120_000, b"200")}, given.seconds)
        found |= again
    base = (found["floor"].rate + found["floor again"].rate) / 2
    for name, result in found.items():
        print(
            f"{name:20} {result.rate:8.0f}/s  {result.rate / base:5.2f} x the floor  p99 {1000 * result.p99:6.1f} ms  {result.failed} failed"
        )


if __name__ == "__main__":
    main()
