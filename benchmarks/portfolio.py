"""The consultant's first page with 200 clients: python -m benchmarks.portfolio [--quick].

Each client has four reported waves and one that is open, counted for ten days.
On a database of its own, through the whole stack of middleware and templates, as the web process answers.
"""

import argparse
import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter, process_time

PROMISE = 0.150
ROOT = Path(__file__).resolve().parent.parent


def fill(clients: int, waves: int) -> None:
    from allauth.mfa.models import Authenticator  # noqa: PLC0415  # models are there after setup only
    from django.utils import timezone  # noqa: PLC0415

    from assessment.models import Release, ReportSnapshot  # noqa: PLC0415
    from surveys import campaigns  # noqa: PLC0415
    from surveys.instruments.loading import load_installed  # noqa: PLC0415
    from surveys.models import (  # noqa: PLC0415
        Campaign,
        Firm,
        Membership,
        Organization,
        ParticipationCount,
        Role,
        User,
    )
    from surveys.tenancy import across_all  # noqa: PLC0415

    firm = Firm.objects.create(name="Many")
    user = User.objects.create_user("many@example.org", "a rather long password")
    Membership.objects.create(user=user, role=Role.OWNER, firm=firm)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": ""})
    kept, now = campaigns.keep_instrument(load_installed("empowered-service")), timezone.now()
    made = [
        Organization(firm=firm, name=f"Client {number:03}", timezone="Europe/Madrid")
        for number in range(clients)
    ]
    Organization.objects.bulk_create(made)
    closed = [now - dt.timedelta(days=90 * (waves - number)) for number in range(waves)]
    rows = [
        Campaign(
            organization=client,
            instrument_version=kept,
            name=f"Wave {number + 1}",
            state="reported",
            opens_at=end - dt.timedelta(days=21),
            closes_at=end,
            answers_until=now,
            records_until=now,
        )
        for client in made
        for number, end in enumerate(closed)
    ]
    running = [
        Campaign(
            organization=client,
            instrument_version=kept,
            name=f"Wave {waves + 1}",
            state="open",
            wrapped_key=b"nobody answers here",
            opens_at=now - dt.timedelta(days=10),
            closes_at=now + dt.timedelta(days=10),
        )
        for client in made
    ]
    counts = [
        ParticipationCount(
            campaign=row,
            panel="frontline",
            day=now.date() - dt.timedelta(days=ago),
            answered=60,
            headcount=90,
        )
        for row in running
        for ago in range(10)
    ]
    padding = {"items": [{"id": f"item-{number}", "gap": number / 7} for number in range(4000)]}
    head = {"participation": {"frontline": {"answered": 60, "headcount": 90, "rate": 0.667}}}
    with across_all("a benchmark fills every client"):
        Campaign.objects.bulk_create([*rows, *running])
        ParticipationCount.objects.bulk_create(counts)
        snapshots = ReportSnapshot.objects.bulk_create(
            [
                ReportSnapshot(
                    campaign=row,
                    document={**head, **padding, "headline": {"gap": {"value": 20.0 + number % 17}}},
                    digest="",
                )
                for number, row in enumerate(rows)
            ],
            batch_size=50,
        )
        Release.objects.bulk_create(Release(snapshot=one, campaign=one.campaign) for one in snapshots)


def measure(repeat: int) -> tuple[list[float], float]:
    """Seconds of each page; and seconds of this processor for one, which a busy machine does not change."""
    from django.test import Client  # noqa: PLC0415  # after setup only

    from surveys.models import User  # noqa: PLC0415

    client = Client()
    client.force_login(User.objects.get(email="many@example.org"))
    client.get("/")  # compiles the templates
    seconds, worked = [], process_time()
    for _turn in range(repeat):
        start = perf_counter()
        response = client.get("/")
        seconds.append(perf_counter() - start)
        assert response.status_code == 200
    assert response.content.count(b'class="gap-number"') > 1
    return sorted(seconds), (process_time() - worked) / repeat


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.portfolio", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 clients")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--repeat", type=int, default=20)
    given = parser.parse_args()
    if given.inside:
        import django  # noqa: PLC0415  # its settings read the environment of this process

        django.setup()
        fill(20 if given.quick else 200, 4)
        seconds, worked = measure(given.repeat)
        middle, worst = seconds[len(seconds) // 2], seconds[-1]
        print(
            f"portfolio of {20 if given.quick else 200} clients: median {middle * 1000:.0f} ms,"
            f" worst {worst * 1000:.0f} ms of {len(seconds)}; {worked * 1000:.0f} ms of the processor;"
            f" load {os.getloadavg()[0]:.1f};"
            f" promised {PROMISE * 1000:.0f} ms"
        )
        return
    from benchmarks.__main__ import database  # noqa: PLC0415  # the child needs no server of its own

    with database() as environment:
        collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(collect, cwd=ROOT, env=environment, check=True)
        command = [sys.executable, "-m", "benchmarks.portfolio", "--inside", "--repeat", str(given.repeat)]
        command += ["--quick"] if given.quick else []
        subprocess.run(command, cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    main()
