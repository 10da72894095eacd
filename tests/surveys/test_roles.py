"""The real flows under the roles they run as in production, on the real server: what it refuses, it refuses."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from assessment.models import ReportSnapshot
from assessment.snapshot.build import build, build_once
from config import roles
from surveys import campaigns, collect, comments, keys, kiosks, mailing, passes, retention
from surveys.instruments.instrument import Panel
from surveys.models import AnswerBlock, Campaign, Comment, Kiosk, Pass, SpentToken, State
from surveys.tenancy import across_all, within
from tests.asked import Asked
from tests.surveys.test_kiosks import message as blinded_message
from tests.surveys.test_retention import answered, later
from tests.surveys.test_tokens import a_token
from tests.world import World, a_sheet, sign_in


@pytest.fixture(autouse=True)
def both_roles(db: None) -> None:
    call_command("database_roles", verbosity=0)


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """What this connection may do is what the role may do, until the end of the block."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return "permission denied" in str(error)
    return False


def test_every_table_has_its_line(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
        )
        assert {name for (name,) in cursor.fetchall()} == set(roles.TABLES)


@pytest.mark.parametrize(
    ("model", "weighed"),
    [
        (Pass, {*roles.PASS}),
        (Comment, {*roles.COMMENT, "text"}),
        (SpentToken, {*roles.TOKEN}),
        (Kiosk, {*roles.KIOSK}),
    ],
)
def test_every_column_is_weighed(model: type[Model], weighed: set[str]) -> None:
    """A new column is closed to the web until somebody decides about it."""
    assert {field.column for field in model._meta.concrete_fields} == weighed


# --- Web ------------------------------------------------------------------------------------------


def test_the_web_takes_an_answer_and_a_retried_one(world: World) -> None:
    campaign = world.open_campaign()
    code, ballot = world.code(campaign), uuid4()
    with acting_as(roles.WEB):
        for _ in range(2):
            collect.submit(
                code=code, ballot=ballot, sheet=a_sheet(campaign), comments={"open": "Planted words"}
            )
        with pytest.raises(collect.Spent):
            collect.submit(code=code, ballot=uuid4(), sheet=a_sheet(campaign), comments={})


def test_the_web_serves_the_walk_of_a_respondent(world: World) -> None:
    code = world.code(world.open_campaign())
    phone = Client()
    with acting_as(roles.WEB):
        assert phone.post(reverse("answer-enter"), {"code": code}).status_code == 200
        assert phone.post(reverse("answer-questions"), {"code": code}).status_code == 200
        checked = phone.post(reverse("answer-check"), {"code": code, "b-tenure": "1"})
        ballot = re.search(r'name="ballot" value="([^"]+)"', checked.content.decode())
        assert ballot
        sent = phone.post(reverse("answer-send"), {"code": code, "ballot": ballot[1], "b-tenure": "1"})
        assert sent.status_code == 303


def test_the_web_serves_tokens_and_tablets(world: World) -> None:
    campaign = world.open_campaign()
    code = world.code(campaign)
    consultant = Client()
    with acting_as(roles.WEB):
        token = a_token(world, code)
        for ballot in (first := uuid4(), first):
            collect.submit(code=token, ballot=ballot, sheet=a_sheet(campaign), comments={})
        with pytest.raises(collect.Spent):
            collect.submit(code=token, ballot=uuid4(), sheet=a_sheet(campaign), comments={})
        sign_in(consultant, world.consultant)
        address = reverse("tablets", args=[campaign.id])
        asked = {"unit": str(world.unit(campaign).id), "name": "Room", "allowance": "1"}
        bound = consultant.post(address, asked).content.decode()
        secret = re.search(r"/a/kiosk#([\w-]+)", bound)
        assert secret
        assert Client().post(reverse("kiosk"), {"secret": secret[1]}).status_code == 200
        assert kiosks.sign(secret[1], blinded_message(world, campaign), "")
        with within(world.organization):
            tablet = str(Kiosk.objects.get().id)
        consultant.post(reverse("tablet-revoke", args=[campaign.id, tablet]))
        assert "/a/kiosk#" in consultant.post(address, {"again": tablet}).content.decode()


def test_the_web_serves_consultants_and_executives(world: World, asked: Asked) -> None:
    running = world.open_campaign("Running")
    finished = world.closed(answered(world, "Finished"))
    with within(world.organization):
        build(finished)
    client = Client()
    with acting_as(roles.WEB):
        sign_in(client, world.consultant)
        assert client.get(reverse("home")).status_code == 200
        for name in ("campaign", "report"):
            assert client.get(reverse(name, args=[finished.id])).status_code == 200
        assert client.post(reverse("campaign-close", args=[running.id])).status_code == 302
        assert client.post(reverse("sign-out")).status_code == 302
    assert asked == [("surveys.tasks.close_campaign", str(running.id), str(world.organization.id))]


def test_the_web_sets_up_and_opens_a_wave_and_hands_out_passes(world: World) -> None:
    with acting_as(roles.WEB):
        campaign = world.open_campaign()
        unit = world.unit(campaign)
        with within(world.organization):
            assert len(passes.issue(unit, Panel.FRONTLINE, 3)) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT sheets FROM surveys_answerblock",
        "SELECT count(*) FROM surveys_answerblock",
        "SELECT value FROM surveys_sheets_unpacked",
        "SELECT text FROM surveys_comment",
        "SELECT * FROM surveys_comment",
        "SELECT sealed FROM surveys_ballot",
        "SELECT length(sealed) FROM surveys_ballot",
        "SELECT id FROM surveys_ballot WHERE sealed IS NOT NULL",
        "SELECT xmin, id FROM surveys_ballot",
        "SELECT ctid, id FROM surveys_ballot",
        "SELECT xmin, id FROM surveys_pass WHERE spent",
        "SELECT ctid FROM surveys_pass",
        "SELECT campaign_id FROM surveys_spenttoken",
        "SELECT * FROM surveys_spenttoken",
        "SELECT xmin, digest FROM surveys_spenttoken",
        "SELECT ctid FROM surveys_spenttoken",
        "DELETE FROM surveys_spenttoken",
        "UPDATE surveys_spenttoken SET digest = ''",
        "SELECT xmin, issued FROM surveys_kiosk",
        "SELECT ctid FROM surveys_kiosk",
        "DELETE FROM surveys_kiosk",
        "UPDATE surveys_kiosk SET allowance = 1000",
        "DELETE FROM surveys_ballot",
        "UPDATE surveys_ballot SET sealed = ''",
        "UPDATE surveys_comment SET text = ''",
        "INSERT INTO surveys_ballot (id, campaign_id, sealed) SELECT id, campaign_id, sealed FROM surveys_ballot",
        "COPY surveys_answerblock TO STDOUT",
        "DELETE FROM surveys_pass",
        "UPDATE surveys_pass SET code_digest = ''",
        "DELETE FROM surveys_campaign",
        "UPDATE surveys_event SET at = now()",
        "DELETE FROM surveys_event",
        "INSERT INTO surveys_certificate SELECT * FROM surveys_certificate",
        "INSERT INTO assessment_reportsnapshot (id, document) SELECT id, document FROM assessment_reportsnapshot",
        "CREATE TABLE surveys_mine (id int)",
        "CREATE VIEW mine AS SELECT sheets FROM surveys_answerblock",
        "SELECT pg_read_file('PG_VERSION')",
        f"SET ROLE {roles.WORKER}",
        "SET ROLE postgres",
    ],
)
def test_the_server_refuses_the_web(world: World, statement: str) -> None:
    """`SET ROLE` is asked as the session itself would: the test connection is a superuser underneath."""
    if statement.startswith("SET ROLE"):
        with connection.cursor() as cursor:
            target = statement.rsplit(maxsplit=1)[-1]
            cursor.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [roles.WEB, target])
            assert cursor.fetchone() == (False,)
        return
    with acting_as(roles.WEB):
        assert refused(statement)


def test_what_is_allowed_is_not_called_refused(world: World) -> None:
    with acting_as(roles.WEB):
        assert not refused("SELECT id FROM surveys_ballot")
        assert not refused("SELECT moderated FROM surveys_comment")
        assert not refused("SELECT digest FROM surveys_spenttoken")
        assert not refused("SELECT issued FROM surveys_kiosk FOR UPDATE")


# --- Worker ---------------------------------------------------------------------------------------


def test_the_worker_closes_builds_releases_and_purges(world: World) -> None:
    campaign = world.over(answered(world, min_comments=5))
    with acting_as(roles.WORKER):
        assert keys.rehearse().problems == ()
        with within(world.organization):
            assert campaigns.close(campaign)
            for comment in Comment.objects.all():
                comments.decide(comment.id, wording="Moderated")
            assert build_once(campaign.id) is not None
            assert AnswerBlock.objects.count() == 2
    later(world, campaign, days=400)
    with acting_as(roles.WORKER), within(world.organization):
        assert len(retention.purge(campaign.id)) == 3
    with across_all("a test looks"):
        assert Campaign.objects.get(id=campaign.id).state == State.PURGED
        assert ReportSnapshot.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_vacuums(transactional_world: World) -> None:
    """Without the right to, PostgreSQL only warns, and what was deleted stays in the file."""
    call_command("database_roles", verbosity=0)
    answered(transactional_world)
    said: list[str] = []
    connection.ensure_connection()
    connection.connection.add_notice_handler(lambda notice: said.append(notice.message_primary or ""))
    with acting_as(roles.WORKER):
        collect.vacuum()
        retention.vacuum()
        assert collect.mix_passes()
        assert mailing.mix()
    assert said == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", [roles.WEB, roles.WORKER])
def test_both_send_tasks(transactional_world: World, role: str) -> None:
    """kombu declares the queue before it sends, which takes an owner's rights."""
    call_command("database_roles", verbosity=0)
    with acting_as(role), connection.cursor() as cursor:
        cursor.execute("SELECT pgmq.create('celery'), pgmq.enable_notify_insert('celery', 0)")
        cursor.execute("SELECT pgmq.send('celery', '{}')")
        cursor.execute("SELECT pgmq.purge_queue('celery')")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT password FROM surveys_user",
        "SELECT * FROM django_session",
        "SELECT value FROM surveys_sheets_unpacked",
        "UPDATE surveys_answerblock SET sheets = ''",
        "INSERT INTO surveys_ballot (id, campaign_id, sealed) SELECT id, campaign_id, sealed FROM surveys_ballot",
        "UPDATE assessment_reportsnapshot SET document = '{}'",
        "DELETE FROM assessment_reportsnapshot",
        "DELETE FROM surveys_certificate",
        "DELETE FROM surveys_event",
    ],
)
def test_the_server_refuses_the_worker(world: World, statement: str) -> None:
    with acting_as(roles.WORKER):
        assert refused(statement)


# --- The command ----------------------------------------------------------------------------------


def test_renewing_takes_back_what_was_given_since(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT ON surveys_answerblock TO {roles.WEB}")
        cursor.execute(f"GRANT SELECT (text) ON surveys_comment TO {roles.WEB}")
        cursor.execute("GRANT SELECT ON surveys_answerblock TO PUBLIC")
    call_command("database_roles", verbosity=0)
    with acting_as(roles.WEB):
        assert refused("SELECT sheets FROM surveys_answerblock")
        assert refused("SELECT text FROM surveys_comment")


def test_the_sql_can_be_read_first_and_holds_no_password(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATITUDE_WEB_PASSWORD", "correct horse battery")
    call_command("database_roles", "--print", "--web", "kestrel_web")
    printed = capsys.readouterr().out
    assert 'GRANT INSERT ("id", "campaign_id", "sealed") ON "surveys_ballot" TO "kestrel_web"' in printed
    assert "SCRAM-SHA-256$" in printed
    assert "correct horse" not in printed
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'kestrel_web'")
        assert cursor.fetchone() is None


def test_a_role_that_can_do_more_by_another_way_is_not_taken(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT pg_read_all_data TO {roles.WEB}")
    with pytest.raises(DatabaseError, match="beyond its grants"), transaction.atomic():
        call_command("database_roles", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE pg_read_all_data FROM {roles.WEB}")
