"""Nothing that is kept ties an answer to a person: tried with everything that a thief could take of a whole wave.

The same attacker succeeds at once where rows with readable answers are written while people answer.
"""

import io
import logging
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from logging.config import dictConfig
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from psycopg.conninfo import make_conninfo

from assessment.tasks import build_report
from surveys import campaigns, collect, delivering, mailing, passes, retention
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, Invitation, MessageKind, Pass, SigningKey, State, Unit
from surveys.sealing import BallotSeal
from surveys.tasks import close_campaign
from surveys.tenancy import within
from tests.attacker import Evidence, RawFinder, Traces, Verdict, attack, told_apart
from tests.crowd import (
    PEOPLE,
    PLACE,
    Person,
    Tablet,
    Way,
    a_person,
    ballots_of,
    case,
    cases_of_every_way,
    crowd,
    crowd_of_every_way,
    remind,
    spool,
)
from tests.evidence import position, take
from tests.surveys.test_mailing import a_day_later, asked, sent, with_people
from tests.surveys.test_retention import later
from tests.surveys.test_tokens import a_token
from tests.worker import WorkerProcess
from tests.world import World, a_sheet

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the processes write under the real configuration, more talkative than by default."""
    stream, before = io.StringIO(), sys.stderr
    configured: dict[str, Any] = settings.LOGGING
    talkative = {name: {**logger, "level": logging.INFO} for name, logger in configured["loggers"].items()}
    root = {**configured["root"], "level": logging.INFO}
    sys.stderr = stream
    try:
        dictConfig({**configured, "root": root, "loggers": talkative})
    finally:
        sys.stderr = before
    yield stream
    dictConfig({**configured, "handlers": {"stderr": {"class": "logging.NullHandler"}}})


@pytest.fixture
def campaign(transactional_world: World) -> Campaign:
    with within(transactional_world.organization):
        Unit.objects.filter(path=PLACE).update(frontline_headcount=PEOPLE + 20)
    return transactional_world.open_campaign()


def told(verdict: Verdict) -> str:
    name, share = verdict.best
    return f"{len(verdict.shares)} strategies, mean {verdict.mean:.2%}, best {share:.1%} ({name}), bound {verdict.bound:.1%}"


def until(done: Callable[[], bool]) -> None:
    """What the hourly task does, until nobody holds an old view of the tables any more: a killed worker's connection
    lasts a moment longer than the worker.
    """
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline, "somebody goes on reading"
        time.sleep(0.2)


def test_a_whole_wave_cannot_be_linked(
    transactional_world: World,
    campaign: Campaign,
    celery_worker_process: WorkerProcess,
    log: io.StringIO,
    capfd: pytest.CaptureFixture[str],
) -> None:
    world, rng = transactional_world, random.Random(2)
    people, tablet = crowd_of_every_way(world, campaign, rng)
    for _ in range(6):
        code = world.code(campaign, Panel.EXECUTIVE, "North")
        collect.submit(code=code, ballot=uuid4(), sheet=a_person(code, campaign, rng).sheet, comments={})
    since = position()
    order = rng.sample(people, PEOPLE)
    answer_all(world, order[: PEOPLE // 2], tablet)
    remind(world, campaign)
    answer_all(world, order[PEOPLE // 2 :], tablet)
    arguments = str(campaign.id), str(world.organization.id)
    close_campaign.delay(*arguments)
    build_report.delay(*arguments)
    taken = [take("open", since, logs=log.getvalue(), mail_spool=spool())]
    with within(world.organization):
        secrets = [bytes(Campaign.objects.get(id=campaign.id).wrapped_key or b"")]
        secrets += [bytes(key.wrapped_private or b"")[:64] for key in SigningKey.objects.all()]
        campaigns.close(world.over(campaign))
    taken.append(take("closed", since, logs=log.getvalue()))
    until(collect.forget_keys)
    collect.vacuum()
    until(retention.vacuum)
    taken.append(take("vacuumed", since, logs=log.getvalue()))
    celery_worker_process.start(wait=False)
    celery_worker_process.wait_until(lambda: state(world, campaign) == State.REPORTED)
    celery_worker_process.wait_until(nothing_queued)
    celery_worker_process.kill()  # a polite end takes five seconds
    out = capfd.readouterr()
    taken.append(take("reported", since, logs=log.getvalue() + out.out + out.err))
    for what, found in cases_of_every_way(people, rng).items():
        verdict = attack(found, taken)
        sys.stdout.write(f"{what}: {told(verdict)}\n")
        assert len(verdict.shares) > 500
        assert verdict.best[1] <= verdict.bound, f"{what}: {told(verdict)}"
        assert verdict.mean < 2 / len(found.passes)
    nothing_joins(people, taken)
    forgets(people, taken, secrets)
    later(world, campaign, days=400)
    with within(world.organization):
        assert len(retention.purge(campaign.id)) == 3
    until(retention.vacuum)
    is_gone(people, take("purged", position()))


def answer_all(world: World, people: list[Person], tablet: Tablet) -> None:
    """As phones and a tablet do, with tokens, retried POSTs, second visits and mistyped codes among them; most of it
    without the pages.
    """
    phone = Client()
    for number, person in enumerate(people):
        if number % 8 or person.way is Way.TABLET:
            right = right_of(world, person, tablet, with_token=number % 3 == 0)
            words = {"open": person.comment}
            collect.submit(code=right, ballot=UUID(person.ballot), sheet=person.sheet, comments=words)
            continue
        assert phone.post(reverse("answer-enter"), {"code": person.code}).status_code == 200
        assert phone.post(reverse("answer-enter"), {"code": passes.new_code()}).status_code == 404
        for _ in range(2):
            sent = phone.post(
                reverse("answer-send"), {"code": person.code, "ballot": person.ballot, **person.form}
            )
            assert sent.status_code == 303
        assert phone.post(reverse("answer-enter"), {"code": person.code}).status_code == 410


def right_of(world: World, person: Person, tablet: Tablet, *, with_token: bool) -> str:
    if person.way is Way.TABLET:
        return tablet.token(person)
    return a_token(world, person.code) if with_token else person.code


def state(world: World, campaign: Campaign) -> str:
    with within(world.organization):
        return Campaign.objects.get(id=campaign.id).state


def nothing_queued() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pgmq.q_celery")
        return bool(cursor.fetchone() == (0,))


def nothing_joins(people: list[Person], taken: list[Evidence]) -> None:
    """No log knows a pass, a ballot or an answer; no row but a pass's own knows a pass; no message was archived."""
    assert not getattr(cache, "_cache", {})
    for evidence in taken:
        kept = {"dump", "mail_spool"}  # a mail has the code and nothing else: that is what it is for
        written = "".join(text for name, text in evidence.texts.items() if name not in kept)
        spooled = evidence.texts.get("mail_spool", "")
        for person in people:
            answered = (person.ballot, person.sheet.hex(), person.comment)
            for private in filter(None, (person.code, person.mark.hex(), *answered, person.address)):
                assert private not in written, evidence.moment
            assert not any(private in spooled for private in answered)
            assert not person.code or person.code not in evidence.texts["dump"]
        tables = {row.table for row in evidence.rows}
        assert not tables & {"django_session", "pgmq.a_celery"}
        ballots = {person.ballot for person in people}
        for row in evidence.rows:
            if any(ballot in row.text for ballot in ballots):
                assert (row.table, evidence.moment) == ("surveys_ballot", "open")
    assert "pgmq.q_celery" not in {row.table for row in taken[-1].rows}


def is_gone(people: list[Person], purged: Evidence) -> None:
    """After the told day no table, no file and no dump has a sheet, a comment or a pass."""
    codes = [one.mark for one in people]
    things = [
        Traces(raw=(one.sheet, one.comment.encode(), code)) for one, code in zip(people, codes, strict=True)
    ]
    for name, data in purged.files.items():
        assert not list(RawFinder(things)(data)), name
    for one, code in zip(people, codes, strict=True):
        for private in (one.sheet.hex(), one.comment, code.hex()):
            assert private not in purged.texts["dump"]


def forgets(people: list[Person], taken: list[Evidence], secrets: list[bytes]) -> None:
    """What stays in files after vacuum, and what does not: docs/privacy.md tells the same."""
    files = {evidence.moment: evidence.files for evidence in taken}
    if not files["open"]:
        pytest.skip("raw files are looked at on the local server only")
    everything = b"".join(files["open"].values())
    assert len(secrets) > 1
    assert all(secret in everything for secret in secrets)
    codes = RawFinder([Traces(raw=(person.code.encode(),)) for person in people if person.code])
    for evidence in taken:
        for name, data in evidence.files.items():
            assert not list(codes(data)), name
    for moment in ("vacuumed", "reported"):
        for name, data in files[moment].items():
            assert not [secret for secret in secrets if secret in data], name
        assert not files[moment]["file of surveys_ballot"]
        assert not files[moment]["long values of surveys_ballot"]


@pytest.mark.parametrize(("hours", "with_token"), [(8, False), (8, True), (120, True)])
def test_who_holds_the_key_too_finds_only_what_was_answered_since_the_mixing(
    transactional_world: World, campaign: Campaign, hours: int, with_token: bool
) -> None:
    """While a campaign is open the master key opens ballots: what counts then is whether a pass leads to its ballot.

    Before the hourly mixing a plain pass does by its transaction, a token by the order of starting and sending. The
    write-ahead log keeps it for as long as that is kept: docs/privacy.md.
    """
    rng = random.Random(6)
    people = crowd(transactional_world, campaign, rng)
    since = position()
    begin_and_send(transactional_world, campaign, people, rng, hours, with_token=with_token)
    fresh = take("fresh", since)
    until(collect.mix_passes)
    found = ballots_of(people, rng)
    before = attack(found, [replace(fresh, files={}, logged=())])
    after = attack(found, [without_log(take("mixed", since))])
    sys.stdout.write(f"{hours} h, token {with_token}: {told(before)}; mixed: {told(after)}\n")
    assert before.best[1] > before.bound, "the attacker sees what there is to see"
    assert after.best[1] <= after.bound, told(after)


def begin_and_send(
    world: World,
    campaign: Campaign,
    people: list[Person],
    rng: random.Random,
    hours: int,
    *,
    with_token: bool,
) -> None:
    """Everybody starts at some moment and sends three to eight minutes later. Only the order counts."""
    seal = BallotSeal.of(campaign)
    unit = world.unit(campaign, PLACE)
    starts = {one.code: rng.uniform(0, hours * 60) for one in people}
    events = [(starts[one.code], "start", one) for one in people]
    events += [(starts[one.code] + rng.uniform(3, 8), "send", one) for one in people]
    for _moment, what, one in sorted(events, key=lambda event: event[0]):
        if not with_token and what == "send":
            collect.submit(code=one.code, ballot=UUID(one.ballot), sheet=one.sheet, comments={})
        elif with_token:
            with within(world.organization):
                if what == "start":
                    mine = Pass.objects.filter(code_digest=passes.digest(one.code))
                    mine.update(blinded=rng.randbytes(32))
                else:
                    collect.put_in_box(
                        campaign, seal, [(UUID(one.ballot), unit.id, Panel.FRONTLINE, one.sheet)]
                    )


def test_after_a_reminder_nothing_tells_who_was_reminded(
    transactional_world: World, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To be reminded is not to have answered. Until the table is written anew its file tells it."""
    monkeypatch.setattr(settings, "MAIL_PER_MINUTE", 1_000_000)
    world, rng = transactional_world, random.Random(8)
    with_people(world, 200)
    sent(world, asked(world, campaign))
    with within(world.organization):
        seal = BallotSeal.of(campaign)
        invitations = list(Invitation.objects.values_list("id", flat=True))
        answered = set(rng.sample(invitations, 100))
        used = [passes.digest(delivering.code_of(seal, one)) for one in answered]
        Pass.objects.filter(code_digest__in=used).update(spent=True)
    a_day_later(world)
    assert sent(world, asked(world, campaign, MessageKind.REMINDER)).sent == 100
    things = [Traces(raw=(one.bytes,), words=(str(one),)) for one in invitations]
    marked = [one in answered for one in invitations]
    before = told_apart(things, marked, [without_log(take("reminded", position()))])
    until(mailing.mix)
    after = told_apart(things, marked, [without_log(take("mixed", position()))])
    sys.stdout.write(f"who was reminded: {least(before)}; mixed: {least(after)}\n")
    assert least(before)[1] < 1e-9, "the attacker sees what there is to see"
    assert least(after)[1] > 1e-6 / len(after), least(after)


def least(chances: dict[str, float]) -> tuple[str, float]:
    return min(chances.items(), key=lambda entry: entry[1])


def without_log(evidence: Evidence) -> Evidence:
    files = {name: data for name, data in evidence.files.items() if name != "write-ahead log"}
    return replace(evidence, files=files, logged=())


def test_mixing_changes_nothing_else(transactional_world: World) -> None:
    """An answer that comes at the same moment waits for its pass and counts once."""
    world = transactional_world
    campaign = world.open_campaign()
    world.answer(campaign)
    unspent = world.code(campaign)
    with within(world.organization):
        before = sorted(map(str, Pass.objects.values_list("id", "code_digest", "spent", "blinded")))
    collect.mix_passes()
    with within(world.organization):
        assert sorted(map(str, Pass.objects.values_list("id", "code_digest", "spent", "blinded"))) == before
    collect.submit(code=unspent, ballot=uuid4(), sheet=a_sheet(campaign), comments={})
    with pytest.raises(collect.Spent):
        collect.submit(code=unspent, ballot=uuid4(), sheet=a_sheet(campaign), comments={})


def test_nobody_waits_for_a_table_that_is_being_read(transactional_world: World) -> None:
    """A backup reads every table for as long as it takes."""
    with psycopg.connect(worker_conninfo()) as reader:
        reader.execute("SELECT 1 FROM surveys_campaign")
        assert not collect.forget_keys()
    assert collect.forget_keys()


def test_what_somebody_still_looks_at_is_not_called_gone(transactional_world: World) -> None:
    """A view from before keeps the old versions of rows, of any table."""
    with psycopg.connect(worker_conninfo()) as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT 1")
        transactional_world.open_campaign()
        assert not collect.mix_passes()
    until(collect.mix_passes)


def worker_conninfo() -> str:
    database = connection.settings_dict
    return make_conninfo(
        host=database["HOST"], port=database["PORT"], user=database["USER"], dbname=database["NAME"]
    )


# --- The attacker himself -------------------------------------------------------------------------


@pytest.fixture
def planted() -> Iterator[None]:
    """Readable rows while people answer, as most survey programs keep them: random ids, no time, no reference."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE surveys_planted (id uuid, sheet bytea, comment text)")
        yield
        cursor.execute("DROP TABLE surveys_planted")


HOW = {"table files": "file of surveys_pass", "log": "log of surveys_pass"}
SPEND = "UPDATE surveys_pass SET spent = true WHERE code_digest = %s"
WRITE = "INSERT INTO surveys_planted VALUES (gen_random_uuid(), %s, %s)"


@pytest.mark.parametrize("one_transaction", [True, False])
def test_readable_rows_are_linked_at_once(
    transactional_world: World, campaign: Campaign, planted: None, one_transaction: bool
) -> None:
    """With the pass by their transaction, and by the order of arrival where that was avoided."""
    rng = random.Random(3)
    people, tablet = crowd_of_every_way(transactional_world, campaign, rng)
    since = position()
    together = transaction.atomic if one_transaction else nullcontext
    with connection.cursor() as cursor:
        for person in rng.sample(people, PEOPLE):
            with together():
                if person.way is Way.TABLET:
                    tablet.token(person)
                else:
                    cursor.execute(SPEND, [person.mark])
                cursor.execute(WRITE, [person.sheet, person.comment])
    taken = [take("open", since, mail_spool=spool())]
    for what, found in cases_of_every_way(people, rng).items():
        verdict = attack(found, taken)
        assert verdict.best[1] > 0.95, what
        if taken[0].files and " by " not in what:
            thieves = {
                "table files": Evidence(
                    "open", [], {n: d for n, d in taken[0].files.items() if "file of" in n}, {}
                ),
                "log": replace(taken[0], rows=[], texts={}),
            }
            for name, stolen in thieves.items():
                shares = attack(found, [stolen]).shares
                assert max(share for way, share in shares.items() if HOW[name] in way) > 0.5, (what, name)


@pytest.mark.parametrize("line", ["{code} {sheet} {comment}", "spent {code}\nstored {sheet}\nsaid {comment}"])
def test_a_talkative_log_is_read(transactional_world: World, campaign: Campaign, line: str) -> None:
    rng = random.Random(4)
    people = crowd(transactional_world, campaign, rng)
    written = "\n".join(
        line.format(code=person.code, sheet=person.sheet.hex(), comment=person.comment)
        for person in rng.sample(people, PEOPLE)
    )
    for found in case(people, rng).values():
        assert attack(found, [Evidence("open", [], {}, {"log": written})]).best[1] > 0.9


def test_blind_guessing_stays_under_the_bound(transactional_world: World, campaign: Campaign) -> None:
    """Answers that were shuffled and rewritten before anybody looked: the score of pure chance."""
    rng = random.Random(5)
    people = crowd(transactional_world, campaign, rng)
    lines = [person.sheet.hex() for person in people] + [person.code for person in people]
    written = "\n".join(rng.sample(lines, len(lines)))
    verdict = attack(case(people, rng)["sheets"], [Evidence("open", [], {}, {"log": written})])
    assert verdict.best[1] <= verdict.bound < 0.1
