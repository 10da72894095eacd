"""Putting answers into the sealed ballot box, and opening it once.

A pass is spent and its ballot stored by one statement, so that every accepted answer counts exactly once. What
that statement joins to the pass is a ciphertext, and nothing remains after opening that it could be matched with.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID, uuid4

import numpy as np
from django.db import OperationalError, ProgrammingError, connection
from django.db.models import Model
from django.utils import timezone
from psycopg.errors import InsufficientPrivilege

from surveys import passes, statements, tokens
from surveys.instruments.instrument import Panel
from surveys.marking import Roster, marked
from surveys.models import (
    Ballot,
    Campaign,
    Pass,
    Person,
    SigningKey,
    SpentToken,
    State,
    Unit,
)
from surveys.models.ballot import Moderation
from surveys.sealing import BallotSeal, place_of, unpacked
from surveys.tenancy import across_all, within

log = logging.getLogger(__name__)

NOTHING: Mapping[str, str] = {}

# The share lock on the campaign is what keeps a ballot from landing behind the back of an opening: opening holds
# the row FOR UPDATE, a submission that waited for it re-reads the state and finds the campaign closed.
BOX = """
WITH box AS (
    SELECT id FROM surveys_campaign WHERE id = %(campaign)s AND state = 'open' AND closes_at > now() FOR KEY SHARE
), used AS (
"""
STORE = """
)
INSERT INTO surveys_ballot (id, campaign_id, sealed) SELECT %(ballot)s, box.id, %(sealed)s FROM box, used
"""
BY_CODE = """
    UPDATE surveys_pass SET spent = true
    WHERE id = %(right)s AND NOT spent AND blinded IS NULL AND EXISTS (SELECT FROM box) RETURNING id
"""
BY_PROOF = """
    INSERT INTO surveys_spenttoken (digest, campaign_id) SELECT %(right)s, box.id FROM box
    ON CONFLICT DO NOTHING RETURNING digest
"""
TAKE_OUT = """
COPY (DELETE FROM surveys_ballot WHERE campaign_id = %s RETURNING uuid_send(id), sealed) TO STDOUT (FORMAT binary)
"""
STORE_BLOCKS = """
COPY surveys_answerblock (id, unit_id, panel, batch, width, sheets) FROM STDIN (FORMAT binary)
"""
STORE_COMMENTS = """
COPY surveys_comment (id, campaign_id, panel, item, text, moderated, moderation, theme) FROM STDIN (FORMAT binary)
"""
PUT_IN = "COPY surveys_ballot (id, campaign_id, sealed) FROM STDIN (FORMAT binary)"


class Spent(Exception):  # noqa: N818  # an answer, shown as a kind page
    """This pass has answered before."""


class Closed(Exception):  # noqa: N818  # an answer, shown as a kind page
    """The campaign takes no answers now."""


def submit(
    *, code: str, ballot: UUID, sheet: bytes, comments: Mapping[str, str], found: tokens.Right | None = None
) -> None:
    """Accept one complete answer. The same `ballot` sent again is the same answer and is accepted in silence.

    `code` is a pass's code or a blind-signed token; `found` what it was found to be in this
    very request. Raises passes.Unknown, Spent, Closed, and SheetError where the
    sheet is not legal for the campaign.
    """
    found = found or tokens.find(code)
    campaign = found.campaign
    campaign.codec.check(sheet)
    if not takes_answers(campaign) or campaign.wrapped_key is None:
        return _explain_refusal(code, ballot)  # a retry of what was accepted in time is still accepted
    sealed = BallotSeal.of(campaign).seal(
        ballot, unit=found.unit.id, panel=found.panel, sheet=sheet, comments=comments
    )
    spend, right = _spending(found)
    values: dict[str, UUID | bytes] = {"campaign": campaign.id, "right": right}
    values |= {"ballot": ballot, "sealed": sealed}
    if not found.spent and statements.changed(BOX + spend + STORE, values) == 1:
        return None
    return _explain_refusal(code, ballot)


def _spending(found: tokens.Right) -> tuple[str, UUID | bytes]:
    match found:
        case passes.Found(held):
            return BY_CODE, held.id
        case tokens.FoundToken(digest):
            return BY_PROOF, digest


def _explain_refusal(code: str, ballot: UUID) -> None:
    """Why nothing was stored; silence where this very ballot already lies in the box."""
    found = tokens.find(code)
    with within(found.organization):
        if found.spent and Ballot.objects.filter(id=ballot, campaign=found.campaign).exists():
            return
    if found.spent or found.signed:
        raise Spent
    raise Closed


def put_in_box(
    campaign: Campaign,
    seal: BallotSeal,
    sheets: Iterable[tuple[UUID, UUID, Panel, bytes]],
    comments: Mapping[str, str] = NOTHING,
) -> None:
    """Seal many answers at once, (ballot, unit, panel, sheet) each: simulations and benchmarks."""
    with connection.cursor() as cursor, cursor.copy(PUT_IN) as copy:
        copy.set_types(["uuid", "uuid", "bytea"])
        for ballot, unit, panel, sheet in sheets:
            sealed = seal.seal(ballot, unit=unit, panel=panel, sheet=sheet, comments=comments)
            copy.write_row((ballot, campaign.id, sealed))


def takes_answers(campaign: Campaign) -> bool:
    return campaign.state == State.OPEN and campaign.opens_at <= timezone.now() < campaign.closes_at


def open_ballot_box(campaign: Campaign) -> dict[Panel, int]:
    """Ballots become sorted blocks and unordered comments; ballots and key are gone. Counts of sheets per panel.

    Runs inside the caller's transaction, which must hold the campaign row FOR UPDATE: killed anywhere, it is
    either rolled back or done.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A ballot box is opened in one transaction.")
    if campaign.wrapped_key is None:
        raise RuntimeError("This campaign's ballot box was opened before.")
    width = campaign.codec.width
    sheets, comments = _take_out(BallotSeal.of(campaign), campaign.id)
    store_answers(campaign, sheets, comments)
    _forget_rights(campaign)
    return {
        panel: sum(len(block) for (_, whose), block in sheets.items() if whose is panel) // width
        for panel in Panel
    }


def _take_out(
    seal: BallotSeal, campaign: UUID
) -> tuple[dict[tuple[UUID, Panel], bytearray], list[tuple[Panel, str, str]]]:
    """One statement deletes and hands over, so that what is gone is what was opened, and while PostgreSQL deletes
    we decrypt. Nothing is kept of a ballot but its sheet and its words.
    """
    sheets: dict[bytes, bytearray] = defaultdict(bytearray)
    comments: list[tuple[Panel, str, str]] = []
    with connection.cursor() as cursor, cursor.copy(TAKE_OUT, [campaign]) as copy:
        copy.set_types(["bytea", "bytea"])
        for place, sheet, written in seal.contents(copy.rows()):
            sheets[place] += sheet
            if written:
                comments.extend(_comments_of(place, written))
    return {place_of(place): block for place, block in sheets.items()}, comments


def empty_box(campaign: Campaign) -> int:
    """Ballots, tokens and keys go, opened or not. How many ballots there were. The caller saves the campaign."""
    gone: int = Ballot.objects.filter(campaign=campaign)._raw_delete(using=connection.alias)  # noqa: SLF001  # no cascade, no fetch of a million rows
    _forget_rights(campaign)
    return gone


def _forget_rights(campaign: Campaign) -> None:
    SigningKey.objects.filter(unit__campaign=campaign).update(wrapped_private=None)
    SpentToken.objects.filter(campaign=campaign).delete()
    campaign.wrapped_key = None


def _comments_of(place: bytes, written: bytes) -> list[tuple[Panel, str, str]]:
    _unit, panel = place_of(place)
    return [(panel, item, text) for item, text in unpacked(written).items() if text.strip()]


def store_answers(
    campaign: Campaign,
    sheets: Mapping[tuple[UUID, Panel], bytes | bytearray],
    comments: list[tuple[Panel, str, str]],
    *,
    batch: int = 1,
) -> None:
    """Write a function of the multiset of answers: sheets sorted in their block, comments sorted by text."""
    width = campaign.codec.width
    with connection.cursor() as cursor, cursor.copy(STORE_BLOCKS) as copy:
        copy.set_types(["uuid", "uuid", "text", "int2", "int2", "bytea"])
        for (unit, panel), block in sorted(sheets.items()):
            copy.write_row((uuid4(), unit, panel.value, batch, width, sorted_sheets(bytes(block), width)))
    if comments:
        _store_comments(campaign, comments, {panel for panel in Panel if _too_few(campaign, sheets, panel)})


def _too_few(
    campaign: Campaign, sheets: Mapping[tuple[UUID, Panel], bytes | bytearray], panel: Panel
) -> bool:
    """Whether no comment of a panel can ever be released: then nobody is given them to read either."""
    people = sum(len(block) for (_, whose), block in sheets.items() if whose is panel) // campaign.codec.width
    return people < max(campaign.minimum(panel), campaign.min_comments)


def _store_comments(
    campaign: Campaign, comments: list[tuple[Panel, str, str]], unread: Collection[Panel]
) -> None:
    roster = _roster(campaign)
    with connection.cursor() as cursor, cursor.copy(STORE_COMMENTS) as copy:
        copy.set_types(["uuid", "uuid", "text", "text", "text", "text", "text", "text"])
        for panel, item, text in sorted(comments):
            hidden = panel in unread
            moderated = "" if hidden else marked(text, roster) or text
            moderation = Moderation.WITHHELD if hidden else Moderation.PENDING
            copy.write_row((uuid4(), campaign.id, panel.value, item, text, moderated, moderation.value, ""))


def _roster(campaign: Campaign) -> Roster:
    places = [campaign.organization.name, *Unit.objects.values_list("name", flat=True)]
    return Roster.of(places, Person.objects.exclude(name="").values_list("name", flat=True))


def sorted_sheets(block: bytes, width: int) -> bytes:
    return np.sort(np.frombuffer(block, dtype=f"V{width}")).tobytes()


def vacuum() -> None:
    """Dead versions of ballots, passes and tokens leave the tables too. Outside any transaction."""
    with across_all("vacuum is the server's housekeeping"), connection.cursor() as cursor:
        for model in (Ballot, Pass, SpentToken):
            cursor.execute(f"VACUUM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: SLF001
    forget_keys()


def forget_keys() -> bool:
    """A plain vacuum leaves the bytes of a destroyed key in the tables' files."""
    return written_anew(Campaign, SigningKey)


# One by one, because the order in which rows are written stays readable in the table.
MIX = """
DO $do$ DECLARE held uuid; BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('surveys.mix')) THEN RETURN; END IF;
    FOR held IN
        SELECT p.id FROM surveys_pass AS p
        JOIN surveys_campaignunit AS u ON u.id = p.unit_id JOIN surveys_campaign AS c ON c.id = u.campaign_id
        WHERE c.state = 'open' AND (p.spent OR p.blinded IS NOT NULL) ORDER BY random()
    LOOP
        UPDATE surveys_pass SET spent = spent WHERE id = held;
    END LOOP;
END $do$
"""


# What ended before now is kept for those whose view of the tables is from before it ended.
LOOKS_BACK = """
SELECT EXISTS (
    SELECT FROM pg_stat_activity, (SELECT pg_current_xact_id()::xid AS now) AS this
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND age(backend_xmin) > age(this.now)
)
"""


def mix_passes() -> bool:
    """Write all used passes of open campaigns again, in random order and one transaction.

    A row tells a superuser in which transaction it was written: that of a used pass is also its ballot's, or came
    shortly before. After mixing it tells nothing but that the pass was used before now.
    """
    with across_all("order is mixed over all organizations"), connection.cursor() as cursor:
        cursor.execute(MIX)
    return written_anew(Pass)


def written_anew(*models: type[Model]) -> bool:
    """Write whole tables again, in the order of their random ids: nothing stays in their files that is not a row any
    more, and where a row lies tells nothing of when it was written.

    Needs each table for itself, for milliseconds. While a backup reads it there is no waiting, since every page would
    wait behind. False then, and where somebody still looks at what was before: the next hour tries again.
    """
    with across_all("vacuum is the server's housekeeping"), connection.cursor() as cursor:
        cursor.execute(LOOKS_BACK)
        (is_looked_at,) = cursor.fetchone()
        cursor.execute("SET lock_timeout = '2s'")
        try:
            for model in models:
                table = model._meta.db_table  # noqa: SLF001
                names = map(connection.ops.quote_name, (table, f"{table}_pkey"))
                cursor.execute("CLUSTER {} USING {}".format(*names))
        except OperationalError:
            is_looked_at = True
        except ProgrammingError as error:
            if not isinstance(error.__cause__, InsufficientPrivilege):
                raise
            log.warning(
                "traces of what was deleted stay in the tables' files: before PostgreSQL 17 the owner's"
            )
            return False
        finally:
            cursor.execute("RESET lock_timeout")
    if is_looked_at:
        log.warning("traces of what was deleted stay in the tables' files: somebody is reading them")
    return not is_looked_at
