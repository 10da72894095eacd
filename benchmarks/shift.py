"""A shift changes: 3,000 people behind one address answer at once. python -m benchmarks.shift [--people 3000].

Each person walks through the whole survey as a phone does: the first page, a token blinded and signed unseen, the
questions, the check, sending, the thanks. Every tenth phone runs no script and answers with its pass. One in twenty
loses the acknowledgement and sends again. All come from 127.0.0.1, a few hundred at a time, and each phone keeps its
connection open when it is done, as browsers do. Counted afterwards is what lies in the database.
"""

import argparse
import asyncio
import json
import os
import re
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.__main__ import ROOT, database
from benchmarks.answering import PREPARE, free_port, post, run, serve
from surveys.blind import client, keys
from surveys.blind.text import from_text, to_text
from surveys.blind.tokens import Token

KEY = re.compile(rb'data-key="([^"]+)"')
BALLOT = re.compile(rb'name="ballot" value="([^"]+)"')
WITHOUT_SCRIPT, LOST = 10, 20  # every tenth, every twentieth
COUNT = """
import json
from surveys.models import Ballot, Pass, SpentToken
from surveys.tenancy import across_all
with across_all("a benchmark counts"):
    used = Pass.objects.filter(spent=True).count() + SpentToken.objects.count()
    print(json.dumps({"ballots": Ballot.objects.count(), "rights": used}))
"""


class Refused(Exception):  # noqa: N818  # what the server said instead
    """A step that was not answered as it should be."""


@dataclass
class Shift:
    """How it went."""

    port: int
    fields: dict[str, str]
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    served: int = 0
    refused: list[str] = field(default_factory=list)


@dataclass
class Phone:
    """One person, one connection."""

    shift: Shift
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, step: str, fields: dict[str, str], expected: int = 200) -> bytes:
        began = time.perf_counter()
        self.writer.write(
            post(step, fields) if fields else f"GET {step} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        )
        head = await self.reader.readuntil(b"\r\n\r\n")
        size = next(
            int(row[15:]) for row in head.split(b"\r\n") if row.lower().startswith(b"content-length:")
        )
        body = await self.reader.readexactly(size)
        self.shift.took[step.partition("?")[0]].append(time.perf_counter() - began)
        if int(head[9:12]) != expected:
            raise Refused(f"{step} answered {int(head[9:12])}")
        return body

    async def answer(self, number: int, code: str) -> None:
        first = await self.ask("/a/", {"code": code})
        right = code if number % WITHOUT_SCRIPT == 0 else await self.token(code, first)
        await self.ask("/a/questions", {"code": right})
        found = BALLOT.search(await self.ask("/a/check", self.shift.fields | {"code": right}))
        ballot = found[1].decode() if found else ""
        sent = self.shift.fields | {"code": right, "ballot": ballot}
        for _try in range(2 if number % LOST == 0 else 1):
            await self.ask("/a/send", sent, 303)
        await self.ask("/a/thanks?language=en", {})

    async def token(self, code: str, page: bytes) -> str:
        """What static/blind.js does."""
        found = KEY.search(page)
        spki = from_text(found[1].decode() if found else "", keys.SPKI_BYTES)
        public = keys.public_from_spki(spki)
        prepared = client.prepare(os.urandom(32))
        blinding = client.blind(public, prepared)
        reply = json.loads(await self.ask("/a/token", {"code": code, "blinded": to_text(blinding.blinded)}))
        signature = client.finalize(
            public, prepared, from_text(reply["signature"], keys.SIGNATURE_BYTES), blinding.inverse
        )
        return Token(keys.key_id(spki), prepared, signature).to_wire()


async def one_phone(shift: Shift, number: int, code: str) -> asyncio.StreamWriter:
    reader, writer = await asyncio.open_connection("127.0.0.1", shift.port, limit=1 << 20)
    try:
        await Phone(shift, reader, writer).answer(number, code)
        shift.served += 1
    except (Refused, OSError, asyncio.IncompleteReadError) as refusal:
        shift.refused.append(f"{type(refusal).__name__}: {refusal}")
    return writer


async def change(shift: Shift, codes: Sequence[str], at_once: int) -> float:
    began = time.perf_counter()
    waiting = enumerate(codes)
    idle: list[asyncio.StreamWriter] = []

    async def door() -> None:
        for number, code in waiting:
            idle.append(await one_phone(shift, number, code))

    await asyncio.gather(*(door() for _ in range(at_once)))
    seconds = time.perf_counter() - began
    for writer in idle:
        writer.close()
    return seconds


def answer_all(port: int, codes: Sequence[str], fields: dict[str, str], at_once: int) -> tuple[Shift, float]:
    shift = Shift(port, fields)
    return shift, asyncio.run(change(shift, codes, at_once))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--at-once", type=int, default=300)
    given = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # each phone is an open file, here and there
    with database() as environment:
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        made = json.loads(run(PREPARE, environment, str(given.people), "0"))
        port = free_port()
        process = serve(environment, port)
        try:
            shift, seconds = answer_all(port, made["codes"], made["fields"], given.at_once)
        finally:
            process.terminate()
            process.wait(20)
        stored = json.loads(run(COUNT, environment))
    print(
        f"{shift.served} of {given.people} served in {seconds:.0f} s, {shift.served / seconds:.0f} a second;"
        f" {len(shift.refused)} refused {sorted(set(shift.refused))}"
    )
    print(
        f"in the database {stored['ballots']} ballots, {stored['rights']} rights used; load {os.getloadavg()[0]:.1f}"
    )
    for step, took in shift.took.items():
        times = sorted(took)
        middle, worst = times[len(times) // 2], times[int(0.99 * (len(times) - 1))]
        print(
            f"{step:13} {len(times):>6} times  median {1000 * middle:>6.0f} ms  p99 {1000 * worst:>6.0f} ms"
        )
    if not stored["ballots"] == stored["rights"] == shift.served == given.people:
        raise SystemExit("An answer was lost, refused or counted twice.")


if __name__ == "__main__":
    main()
