"""One piece of measured work on one campaign, in a process of its own: python -m benchmarks.work WHAT CAMPAIGN.

Prints one line of JSON: wall seconds of each repetition, least processor seconds of this process and of PostgreSQL's
that serves it, peak memory of this process.
"""

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from uuid import UUID, uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import numpy as np  # noqa: E402  # after the settings, as in the worker: they say how many threads it may use
from django.db import connection  # noqa: E402

from assessment.models import ReportBuild, ReportSnapshot, Step  # noqa: E402
from assessment.snapshot.build import build_once  # noqa: E402
from benchmarks import tables  # noqa: E402  # models are there after setup only
from surveys import campaigns, collect, queries  # noqa: E402
from surveys.instruments.instrument import ItemKind, Panel  # noqa: E402
from surveys.models import Campaign, CampaignUnit, State  # noqa: E402
from surveys.sealing import BallotSeal  # noqa: E402
from surveys.tenancy import across_all, within  # noqa: E402

Work = Callable[[Campaign], None]

WORDS = "Call 555 01 23 when the desk is closed. I know what the customer needs and still have to ask for every refund."


def build(campaign: Campaign) -> None:
    """(a) From closed campaign to saved snapshot."""
    if build_once(campaign.id) is None:
        raise SystemExit("The report was not built.")


def undo_build(campaign: Campaign) -> None:
    ReportSnapshot.objects.filter(campaign=campaign).delete()
    ReportBuild.objects.filter(campaign=campaign).update(step=Step.WAITING)
    Campaign.objects.filter(id=campaign.id).update(state=State.CLOSED)


def floor(campaign: Campaign) -> None:
    """(b) The blocks fetched, and every byte counted once by item and unit."""
    units = {unit.id: number for number, unit in enumerate(queries.campaign_units(campaign))}
    width = campaign.codec.width
    offsets = np.arange(width) * 256
    counts = {panel: np.zeros((len(units), 256 * width), dtype=np.int32) for panel in Panel}
    for panel, unit, block in queries.answer_blocks(campaign):
        sheets = np.frombuffer(block, np.uint8).reshape(-1, width)
        counts[panel][units[unit]] += np.bincount((sheets + offsets).ravel(), minlength=256 * width)


def fill_box(campaign: Campaign) -> None:
    """One ballot more for every ten, with something said in words."""
    more = queries.ballots_waiting(campaign) // 10
    unit = CampaignUnit.objects.filter(campaign=campaign).latest("path").id
    blank = bytes(campaign.codec.width)
    ballots = ((uuid4(), unit, Panel.FRONTLINE, blank) for _ in range(more))
    words = {item.id: WORDS for item in campaign.instrument.items_of(ItemKind.TEXT)}
    collect.put_in_box(campaign, BallotSeal.of(campaign), ballots, words)


def box(campaign: Campaign) -> None:
    """(f) The campaign closes and its ballot box is opened."""
    campaigns.ask_to_close(campaign, actor=None)
    if not campaigns.close(campaign):
        raise SystemExit("The box was not opened.")


def backend_time() -> float:
    """Processor seconds so far of the server's process for this connection."""
    connection.ensure_connection()
    status = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text("ascii")
    user, system = status.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def nothing(campaign: Campaign) -> None:
    """Some work leaves nothing behind."""


WORK: dict[str, tuple[Work, Work, Work]] = {
    "build": (nothing, build, undo_build),
    "floor": (nothing, floor, nothing),
    "narrow": (tables.fill_narrow, tables.count_narrow, nothing),
    "rows": (tables.fill_rows, tables.count_rows, nothing),
    "jsonb": (tables.fill_jsonb, tables.count_jsonb, nothing),
    "box": (fill_box, box, nothing),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=WORK)
    parser.add_argument("campaign", type=UUID)
    parser.add_argument("--repeat", type=int, default=1)
    arguments = parser.parse_args()
    with across_all("a benchmark is given its campaign"):
        campaign = Campaign.objects.select_related("organization", "instrument_version").get(
            id=arguments.campaign
        )
    before, work, after = WORK[arguments.what]
    wall, processor, server = [], [], []
    with within(campaign.organization):
        before(campaign)
        for turn in range(arguments.repeat):
            if turn:
                after(campaign)
            start, busy, served = perf_counter(), process_time(), backend_time()
            work(campaign)
            wall.append(perf_counter() - start)
            processor.append(process_time() - busy)
            server.append(backend_time() - served)
    peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": wall, "processor": min(processor), "server": min(server), "peak": peak}))


if __name__ == "__main__":
    main()
