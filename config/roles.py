"""Two roles in the database: the web puts ballots in and reads no answer, the worker opens boxes and counts.

Rights are data, a line a table. A table that is not named here is closed to both, and a test asks for its line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from psycopg import sql

WEB, WORKER, QUEUE = "latitude_web", "latitude_worker", "latitude_queue"

ALL: tuple[str, ...] = ()
"""Every column."""

Right = str | tuple[str, tuple[str, ...]]
"""A privilege on the whole table, or on the columns named only."""

READ: tuple[Right, ...] = ("SELECT",)
APPEND: tuple[Right, ...] = ("SELECT", "INSERT")
KEEP: tuple[Right, ...] = ("SELECT", "INSERT", "UPDATE")
EDIT: tuple[Right, ...] = ("SELECT", "INSERT", "UPDATE", "DELETE")
NONE: tuple[Right, ...] = ()


@dataclass(frozen=True)
class Rights:
    web: tuple[Right, ...]
    worker: tuple[Right, ...]


# Column rights give no system columns: the web cannot ask in which transaction (`xmin`) a ballot came, a token was
# spent or a tablet handed one out.
BALLOT = ("id", "campaign_id")
PASS = ("id", "unit_id", "panel", "code_digest", "language", "spent", "blinded")
TOKEN = ("digest", "campaign_id")
KIOSK = ("id", "unit_id", "name", "secret_digest", "allowance", "issued", "revoked")
INVITATION = ("id", "campaign_id", "person_id", "state", "due_at", "attempts", "interrupted")
COMMENT = ("id", "campaign_id", "panel", "item", "moderated", "moderation", "theme")

TABLES: Mapping[str, Rights] = {
    # answers
    "surveys_ballot": Rights(
        web=(("INSERT", (*BALLOT, "sealed")), ("SELECT", BALLOT)), worker=("SELECT", "DELETE", "MAINTAIN")
    ),
    "surveys_answerblock": Rights(web=NONE, worker=("SELECT", "INSERT", "DELETE", "MAINTAIN")),
    "surveys_sheets_unpacked": Rights(web=NONE, worker=NONE),
    "surveys_comment": Rights(
        web=(("SELECT", COMMENT), ("UPDATE", ("moderated", "moderation", "theme"))),
        worker=(*EDIT, "MAINTAIN"),
    ),
    "surveys_pass": Rights(
        web=(("SELECT", PASS), ("INSERT", PASS), ("UPDATE", ("spent", "blinded"))),
        worker=("SELECT", ("INSERT", PASS), "UPDATE", "DELETE", "MAINTAIN"),
    ),
    "surveys_signingkey": Rights(web=APPEND, worker=("SELECT", ("UPDATE", ("wrapped_private",)), "MAINTAIN")),
    "surveys_spenttoken": Rights(
        web=(("INSERT", TOKEN), ("SELECT", ("digest",))), worker=("SELECT", "DELETE", "MAINTAIN")
    ),
    # reaching people: who has answered can be worked out from an invitation's id and the campaign's key, so ids are
    # the worker's alone. The web adds invitations for a list of phone numbers, and sees who has one already.
    "surveys_invitation": Rights(
        web=(("INSERT", INVITATION), ("SELECT", ("campaign_id", "person_id"))), worker=(*EDIT, "MAINTAIN")
    ),
    "surveys_gateway": Rights(web=EDIT, worker=READ),
    "surveys_mailing": Rights(web=KEEP, worker=("SELECT", "UPDATE")),
    "surveys_message": Rights(web=EDIT, worker=READ),
    "surveys_unreachable": Rights(web=APPEND, worker=APPEND),
    "surveys_codesheet": Rights(web=APPEND, worker=READ),
    # clients and waves
    "surveys_firm": Rights(web=APPEND, worker=READ),
    "surveys_firmevent": Rights(web=APPEND, worker=APPEND),
    "surveys_firmdeck": Rights(web=KEEP, worker=READ),
    "surveys_organization": Rights(web=KEEP, worker=("SELECT", "UPDATE")),
    "surveys_unit": Rights(web=EDIT, worker=EDIT),
    "surveys_participationcount": Rights(web=READ, worker=EDIT),
    "surveys_person": Rights(web=EDIT, worker=EDIT),
    "surveys_import": Rights(web=EDIT, worker=EDIT),
    "surveys_kiosk": Rights(
        web=(("SELECT", KIOSK), ("INSERT", KIOSK), ("UPDATE", ("issued", "revoked", "secret_digest"))),
        worker=("SELECT", "DELETE"),
    ),
    "surveys_campaign": Rights(web=KEEP, worker=("SELECT", "UPDATE", "MAINTAIN")),
    "surveys_campaignunit": Rights(web=KEEP, worker=READ),
    "surveys_instrumentversion": Rights(web=APPEND, worker=READ),
    "surveys_proofkey": Rights(web=NONE, worker=("SELECT", "INSERT", "DELETE", "MAINTAIN")),
    "surveys_keyprobe": Rights(web=APPEND, worker=READ),
    "surveys_event": Rights(web=APPEND, worker=APPEND),
    "surveys_certificate": Rights(web=READ, worker=APPEND),
    "surveys_export": Rights(web=EDIT, worker=EDIT),
    "surveys_exportpiece": Rights(web=READ, worker=EDIT),
    # results
    "assessment_reportsnapshot": Rights(web=READ, worker=APPEND),
    "assessment_reportbuild": Rights(web=READ, worker=KEEP),
    "assessment_preface": Rights(web=KEEP, worker=("SELECT", "UPDATE", "DELETE")),
    "assessment_release": Rights(
        web=("SELECT", ("UPDATE", ("withdrawn_at", "withdrawn_by_id", "reason"))), worker=APPEND
    ),
    "assessment_notice": Rights(web=("SELECT", "INSERT", "DELETE"), worker=("SELECT", "UPDATE", "DELETE")),
    "assessment_takeaway": Rights(web=APPEND, worker=EDIT),
    "assessment_action": Rights(web=EDIT, worker=("SELECT", "DELETE")),
    "assessment_playback": Rights(web=KEEP, worker=("SELECT", "DELETE")),
    "assessment_apitoken": Rights(web=KEEP, worker=("SELECT", "DELETE")),
    # people who sign in
    "surveys_user": Rights(web=KEEP, worker=NONE),
    "surveys_user_groups": Rights(web=READ, worker=NONE),
    "surveys_user_user_permissions": Rights(web=READ, worker=NONE),
    "surveys_membership": Rights(web=EDIT, worker=NONE),
    "surveys_membership_clients": Rights(web=EDIT, worker=NONE),
    "surveys_accessinvite": Rights(web=EDIT, worker=NONE),
    "surveys_accessinvite_clients": Rights(web=EDIT, worker=NONE),
    "account_emailaddress": Rights(web=EDIT, worker=NONE),
    "account_emailconfirmation": Rights(web=EDIT, worker=NONE),
    "mfa_authenticator": Rights(web=EDIT, worker=NONE),
    "usersessions_usersession": Rights(web=EDIT, worker=NONE),
    "surveys_cache": Rights(web=EDIT, worker=NONE),
    "auth_group": Rights(web=READ, worker=NONE),
    "auth_group_permissions": Rights(web=READ, worker=NONE),
    "auth_permission": Rights(web=READ, worker=NONE),
    "django_content_type": Rights(web=READ, worker=NONE),
    "django_session": Rights(web=EDIT, worker=NONE),
    "django_migrations": Rights(web=READ, worker=READ),
}

# What the owner of the tables does for a role, within what the function itself allows.
FUNCTIONS: Mapping[str, str] = {"surveys_delete_client(uuid)": WORKER}

MAINTAIN_SINCE = 170000  # PostgreSQL 17. Before it only an owner vacuums, and autovacuum does it for us.


@dataclass(frozen=True)
class Login:
    """A role's name here, and the SCRAM verifier of its password; without one it enters by the server's own rules."""

    name: str
    verifier: str | None = None


def statements(database: str, web: Login, worker: Login, version: int) -> Iterator[sql.Composed]:
    """Everything that makes the two roles what they are, whatever they were before. For one transaction."""
    for login in (web, worker, Login(QUEUE)):
        yield from _role(login, can_log_in=login.name != QUEUE)
    names = sql.SQL(", ").join(sql.Identifier(login.name) for login in (web, worker))
    yield sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC").format()
    yield sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {}").format(names)
    yield sql.SQL("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {}").format(names)
    yield sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), names)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(names)
    for table, rights in TABLES.items():
        for login, given in ((web, rights.web), (worker, rights.worker)):
            yield from _grants(table, login.name, given, version)
    for function, role in FUNCTIONS.items():
        name = web.name if role == WEB else worker.name
        yield sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(function), sql.Identifier(name))
    yield sql.SQL("GRANT {} TO {}").format(sql.Identifier(QUEUE), names)
    yield sql.SQL(NO_OTHER_WAY).format(
        roles=sql.SQL(", ").join(sql.Literal(name) for name in (web.name, worker.name, QUEUE)),
        queue=sql.Literal(QUEUE),
    )


# Rights that come with a role's attributes or with another role's membership would pass the grants by.
NO_OTHER_WAY = """
DO $do$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname IN ({roles}) AND (rolsuper OR rolcreaterole OR rolbypassrls))
    OR EXISTS (
        SELECT FROM pg_auth_members AS m JOIN pg_roles AS r ON r.oid = m.member JOIN pg_roles AS g ON g.oid = m.roleid
        WHERE r.rolname IN ({roles}) AND g.rolname <> {queue}
    )
    THEN RAISE EXCEPTION 'One of the roles {{web, worker, queue}} has rights beyond its grants; use fresh roles.';
    END IF;
END $do$
"""


def _role(login: Login, *, can_log_in: bool) -> Iterator[sql.Composed]:
    name = sql.Identifier(login.name)
    yield sql.SQL(
        "DO $do$ BEGIN CREATE ROLE {};"
        " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $do$"
    ).format(name)
    yield sql.SQL("ALTER ROLE {} WITH {} INHERIT").format(name, sql.SQL("LOGIN" if can_log_in else "NOLOGIN"))
    if login.verifier:
        yield sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(login.verifier))


def _grants(table: str, role: str, given: tuple[Right, ...], version: int) -> Iterator[sql.Composed]:
    for right in given:
        privilege, columns = (right, ALL) if isinstance(right, str) else right
        if privilege == "MAINTAIN" and version < MAINTAIN_SINCE:
            continue
        named = sql.SQL(" ({})").format(sql.SQL(", ").join(map(sql.Identifier, columns)))
        yield sql.SQL("GRANT {}{} ON {} TO {}").format(
            sql.SQL(privilege),
            named if columns else sql.SQL(""),
            sql.Identifier(table),
            sql.Identifier(role),
        )


QUEUE_OWNED = """
DO $do$ DECLARE thing record; BEGIN
    IF to_regclass('pgmq.q_celery') IS NULL THEN PERFORM pgmq.create('celery'); END IF;
    FOR thing IN SELECT format('%s', oid::regclass) AS name FROM pg_class
        WHERE relnamespace = 'pgmq'::regnamespace AND relkind IN ('r', 'p') LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO {queue}', thing.name);
    END LOOP;
    ALTER SCHEMA pgmq OWNER TO {queue};
END $do$
"""


def queue_statement() -> sql.Composed:
    """Both roles declare the queue and send to it, which takes its owner. It holds the ids of campaigns only."""
    return sql.SQL(QUEUE_OWNED).format(queue=sql.Identifier(QUEUE))
