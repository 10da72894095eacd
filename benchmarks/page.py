"""The executive's report page with 500 units: python -m benchmarks.page [--repeat 200].

On a database of its own, through the whole stack of middleware and templates, as the web process answers. The page was
drawn and kept by the worker before, the first groups of it shown. `first` is a process that never saw the page,
`sorted` a view nobody asked for.
"""

import argparse
import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from uuid import UUID

PROMISE = 0.050
ROOT = Path(__file__).resolve().parent.parent
EMAIL = "page@example.org"


def fill() -> UUID:
    """One client whose report has 500 units, released, its page kept as the worker keeps it."""
    from django.conf import settings  # noqa: PLC0415  # after setup only
    from django.utils import timezone  # noqa: PLC0415

    from assessment import making, take_aways  # noqa: PLC0415  # models are there after setup only
    from assessment.models import Release, ReportSnapshot  # noqa: PLC0415
    from benchmarks.renderers import enlarged, source  # noqa: PLC0415
    from surveys import campaigns  # noqa: PLC0415
    from surveys.instruments.loading import load_installed  # noqa: PLC0415
    from surveys.models import Campaign, Firm, Membership, Organization, Role, User  # noqa: PLC0415
    from surveys.tenancy import within  # noqa: PLC0415

    client = Organization.objects.create(firm=Firm.objects.create(name="One"), name="Large")
    user = User.objects.create_user(EMAIL, "a rather long password")
    Membership.objects.create(user=user, role=Role.EXECUTIVE, organization=client)
    now = timezone.now()
    with within(client):
        wave = Campaign.objects.create(
            organization=client,
            instrument_version=campaigns.keep_instrument(load_installed("empowered-service")),
            name="Wave 1",
            state="reported",
            opens_at=now - dt.timedelta(days=21),
            closes_at=now,
            answers_until=now,
            records_until=now,
        )
        snapshot = ReportSnapshot.objects.create(campaign=wave, document=enlarged(source()), digest="page")
        Release.objects.create(snapshot=snapshot, campaign=wave)
        take_aways.want_first(snapshot)
        for one in snapshot.take_aways.filter(kind=take_aways.PAGE, language=settings.LANGUAGE_CODE):
            making.make(one.id)
    return wave.id


def measure(wave: UUID, repeat: int) -> None:
    from django.test import Client  # noqa: PLC0415  # after setup only

    from surveys.models import User  # noqa: PLC0415

    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(email=EMAIL))
    client.get("/")  # compiles the templates of the frame

    def timed(address: str) -> float:
        start = perf_counter()
        response = client.get(address)
        took = perf_counter() - start
        assert response.status_code == 200
        assert response.content.count(b"<tr") > 200
        return took

    first = timed(f"/reports/{wave}")
    seconds = sorted(timed(f"/reports/{wave}") for _turn in range(repeat))
    view = timed(f"/reports/{wave}?sort=authority")
    p95 = seconds[int(len(seconds) * 0.95)]
    print(
        f"report page of 500 units, {repeat} times: median {seconds[repeat // 2] * 1000:.1f} ms, "
        f"p95 {p95 * 1000:.1f} ms, worst {seconds[-1] * 1000:.1f} ms; first {first * 1000:.0f} ms, "
        f"sorted {view * 1000:.0f} ms; load {os.getloadavg()[0]:.1f}; promised p95 {PROMISE * 1000:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.page", description=__doc__)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--repeat", type=int, default=200)
    given = parser.parse_args()
    if given.inside:
        import django  # noqa: PLC0415  # its settings read the environment of this process

        django.setup()
        sys.argv[1:] = []
        measure(fill(), given.repeat)
        return
    from benchmarks.__main__ import database  # noqa: PLC0415  # the child needs no server of its own

    with database() as environment:
        collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(collect, cwd=ROOT, env=environment, check=True)
        command = [sys.executable, "-m", "benchmarks.page", "--inside", "--repeat", str(given.repeat)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    main()
