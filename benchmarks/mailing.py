"""12,000 invitations, the worker killed twice: python -m benchmarks.mailing [--people N].

A real Celery worker sends over SMTP to aiosmtpd in this process, which counts who got how many. The worker is killed
(SIGKILL) at a third and at two thirds, and another is started; the next beat is sent by hand. Everybody must get one
mail, or two where a kill came between handing over and noting: at most one person a kill.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from aiosmtpd.controller import Controller

from benchmarks.__main__ import ROOT, database

PREPARE = """
import json, sys
from datetime import timedelta
from django.utils import timezone
from surveys import campaigns, mailing
from surveys.instruments.loading import load_installed
from surveys.models import Firm, MessageKind, Organization, Person, Unit
from surveys.tenancy import within
people = int(sys.argv[-1])
firm = Firm.objects.create(name="Bench")
organization = Organization.objects.create(firm=firm, name="Bench")
with within(organization):
    units = [Unit.objects.create(organization=organization, name=f"Store {n}", path=f"Store {n}",
        frontline_headcount=people // 100, executive_headcount=4 if n == 0 else 0) for n in range(100)]
    Person.objects.bulk_create((Person(organization=organization, unit=units[n % 100], email=f"p{n}@example.org")
        for n in range(people)), batch_size=2000)
    now = timezone.now()
    instrument = load_installed("empowered-service")
    campaign = campaigns.create(organization=organization, name="Bench", instrument=instrument,
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1),
        options=campaigns.Options(amounts=instrument.amounts), actor=None)
    campaigns.open_(campaign, actor=None)
    mailing.ask(campaign, MessageKind.INVITATION, actor=None)
print(json.dumps({}))
"""
BEAT = "from surveys.tasks import send_due_mail; send_due_mail()"
LEFT = """
import json
from collections import Counter
from surveys.models import Invitation, Mailing, Pass
from surveys.tenancy import across_all
with across_all("a benchmark counts"):
    states = Counter(Invitation.objects.values_list("state", flat=True))
    print(json.dumps({"states": states, "passes": Pass.objects.count(), "mailing": Mailing.objects.get().state}))
"""
DJANGO = "import django; django.setup()\n"


class Box:
    """What the mail server was given."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # its name
        self.got.update(envelope.rcpt_tos)
        return "250 OK"


def run(code: str, environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-c", DJANGO + code, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout


def worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "solo"]
    command += ["--loglevel", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


def sent_with_kills(people: int, box: Box, environment: dict[str, str]) -> float:
    """Seconds from the first worker's start until everybody has a mail."""
    began = time.monotonic()
    for share in (1 / 3, 2 / 3, 1):
        run(BEAT, environment)
        process = worker(environment)
        wanted, beat = round(people * share), time.monotonic()
        while len(box.got) < wanted and process.poll() is None:
            time.sleep(0.01)
            if time.monotonic() - beat > 30:
                run(BEAT, environment)
                beat = time.monotonic()
        if share < 1:
            process.send_signal(signal.SIGKILL)
            print(f"killed after {sum(box.got.values()):,} mails", flush=True)
        else:
            seconds = time.monotonic() - began
            time.sleep(3)  # for a mail too many to come
            process.terminate()
        process.wait(20)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=12_000)
    people = parser.parse_args().people
    box = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        with database() as environment:
            environment |= {
                "LATITUDE_MAIL_HOST": "127.0.0.1",
                "LATITUDE_MAIL_PORT": str(port),
                "LATITUDE_MAIL_PER_MINUTE": "1000000",
            }
            run(PREPARE, environment, str(people))
            seconds = sent_with_kills(people, box, environment)
            left = json.loads(run(LEFT, environment))
    finally:
        server.stop()
    times = Counter(box.got.values())
    print(
        f"{people:,} people, {sum(box.got.values()):,} mails in {seconds:.0f} s, load {os.getloadavg()[0]:.1f}"
    )
    print("mails by person:", dict(sorted(times.items())), "rows:", left)
    if len(box.got) != people or max(times) > 2 or times[2] > 2:
        sys.exit("Not everybody got one mail.")


if __name__ == "__main__":
    main()
