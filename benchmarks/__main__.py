"""The measured promises of docs/method.md, in one run: `make bench`, or python -m benchmarks [--only ...] [--quick].

Each piece of work runs in a process of its own, on a database of its own, which is gone afterwards. This process does
nothing heavy, so that the peak memory of the others is theirs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from benchmarks import questionnaire
from config.embedded import local_cluster, server

ROOT = Path(__file__).resolve().parent.parent
MILLION = 1_000_000
PARTS = ("build", "floor", "rows", "narrow", "jsonb", "box", "disclosure")
COMPARED = {"rows", "narrow", "jsonb"}
UNITS, RESPONSE, EXECUTIVES = 500, 0.8, 40


@dataclass
class Bench:
    """The database of this run and what was made in it."""

    environment: dict[str, str]
    instrument: Path
    campaigns: dict[tuple[int, bool], str] = field(default_factory=dict)

    def run(self, *arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, check=True
        )
        found: dict[str, Any] = json.loads(done.stdout or b"{}")
        return found

    def campaign(self, sheets: int, *, sealed: bool = False) -> str:
        """A campaign with so many front line sheets, made when it is first asked for."""
        if (sheets, sealed) not in self.campaigns:
            options = {
                "people": round(sheets / RESPONSE),
                "response": RESPONSE,
                "executives": EXECUTIVES,
                "units": min(UNITS, sheets // 20),
                "depth": 3,
                "careless": 0.02,
                "instrument": self.instrument,
            }
            words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
            made = self.run("manage.py", "simulate", "--json", *words, *(["--open"] if sealed else []))
            self.campaigns[sheets, sealed] = made["campaign"]
        return self.campaigns[sheets, sealed]

    def measure(self, what: str, sheets: int, repeat: int = 1) -> tuple[float, float]:
        """Print one line, and return the best time by the clock and of the processor."""
        campaign = self.campaign(sheets, sealed=what == "box")
        found = self.run("-m", "benchmarks.work", what, campaign, "--repeat", str(repeat))
        best: float = min(found["wall"])
        print(
            f"{what:6} {sheets:>11,} {best:>9.3f} s  {found['processor']:>9.3f} s {found['server']:>9.2f} s"
            f" {found['peak']:>7.0f} MB   of {repeat}; load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        return best, found["processor"]


@contextmanager
def database() -> Iterator[dict[str, str]]:
    """A new database on the local server, with its tables; the environment that leads to it."""
    hold = server.hold(local_cluster("local"))
    name = f"bench_latitude_{os.getpid()}"
    host = str(hold.cluster.socket_dir)
    address = f"host={host} port=5432 user=postgres dbname=postgres"
    environment = {**os.environ, "DATABASE_URL": f"postgresql://postgres@/{name}?host={quote(host)}"}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
        yield environment
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
        hold.release(stop=hold.started)


def measured(bench: Bench, parts: Sequence[str], sheets: int, sizes: Sequence[int], compared: int) -> None:
    print("what        sheets      wall   processor    database     peak")
    best: dict[tuple[str, int], tuple[float, float]] = {}
    for what in parts:
        if what in {"build", "floor"}:
            best[what, sheets] = bench.measure(what, sheets, 3)
        if what in COMPARED:
            best[what, compared] = bench.measure(what, compared, 2)
        if what == "box":
            bench.measure(what, sheets)
    for size in sizes if "build" in parts else ():
        best["build", size] = bench.measure("build", size, 1 if size > MILLION else 3)
    if COMPARED & set(parts) and "build" in parts and compared != sheets:
        best["build", compared] = bench.measure("build", compared, 3)
    for (one, size), (wall, processor) in best.items():
        build = best.get(("build", size))
        if build is None or one == "build":
            continue
        if one == "floor":
            ratio = f"{build[0] / wall:.1f} x the floor by the clock, {build[1] / processor:.1f} x by the processor"
        else:
            ratio = f"{wall / build[0]:.1f} x faster"
        print(f"build of {size:,} against {one}: {ratio}")


def _sizes(text: str) -> list[int]:
    return [int(one) for one in text.split(",")]


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to run")
    parser.add_argument("--quick", action="store_true", help="50,000 sheets and no other size")
    parser.add_argument(
        "--sheets",
        type=_sizes,
        default=[10_000, 100_000, MILLION, 10 * MILLION],
        help="sizes with commas between; everything at the one next to a million, the build alone at the others",
    )
    parser.add_argument("--compared", type=int, help="sheets in rows and in jsonb; as many where left out")
    given = parser.parse_args()
    sizes = [50_000] if given.quick else given.sheets
    main_size = min(sizes, key=lambda size: abs(size - MILLION))
    others = [size for size in sizes if size != main_size]
    with tempfile.TemporaryDirectory() as folder, database() as environment:
        bench = Bench(environment, questionnaire.write(Path(folder) / "forty-items"))
        measured(bench, given.only, main_size, others, given.compared or main_size)
    if "disclosure" in given.only:
        subprocess.run([sys.executable, "-m", "benchmarks.disclosure", "scale"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
