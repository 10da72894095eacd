"""The Celery app. Rows say what is due, Celery only runs it: what the queue loses, the next beat finds."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery, Task, signals
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict, make_conninfo

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class QuietTask(Task):  # type: ignore[type-arg]  # Celery's class takes no parameters at run time
    """A task whose arguments are nobody's business: they travel in the message and are described nowhere."""

    def apply_async(self, *args: Any, **options: Any) -> Any:
        return super().apply_async(*args, **{**options, "argsrepr": "(...)", "kwargsrepr": "{...}"})


def queue_connection(url: str, database: dict[str, Any]) -> str:
    """PostgreSQL's address in the form that survives pgmq's parser.

    pgmq keeps host, port, user, password and dbname, drops every other option (also sslmode) and joins what
    it kept without quotes. So each value is escaped once more, and the other options ride behind dbname.
    """
    if url.startswith("pgmq://"):
        parts = conninfo_to_dict("postgresql" + url.removeprefix("pgmq"))
    else:
        named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
        parts = {**database.get("OPTIONS", {}), **{key: database.get(name) for key, name in named.items()}}
        parts["host"] = parts["host"] or database.get("OPTIONS", {}).get("host")
    escaped = {key: _escape(str(value)) for key, value in parts.items() if value not in {None, ""}}
    kept = {key: escaped.pop(key) for key in ("host", "port", "user", "password", "dbname") if key in escaped}
    kept["dbname"] = " ".join([kept["dbname"], *(f"{key}={value}" for key, value in escaped.items())])
    return make_conninfo(**kept)


def _escape(value: str) -> str:
    return value.replace("\\", r"\\").replace("'", r"\'").replace(" ", r"\ ")


def broker(url: str, database: dict[str, Any]) -> dict[str, Any]:
    """The broker that was asked for, or else the database itself."""
    if url and not url.startswith("pgmq://"):
        return {"broker_url": url}
    return {
        "broker_url": "pgmq://localhost",  # names no place: the connection string below does
        "broker_pool_limit": 2,
        "broker_transport_options": {
            "conn_string": queue_connection(url, database),
            "init_extension": False,  # the migration config.0001 installs the SQL
            "use_notify": True,
            "notify_throttle_interval_ms": 0,
            "wait_time_seconds": 0,  # NOTIFY wakes the worker; a poll that blocks would only be in its way
            "pool_size": 2,
        },
    }


def schedule() -> dict[str, Any]:
    """A message is worth one period: what a stopped worker missed, the rows still say."""
    hour = 3600
    often = dict.fromkeys(
        (
            "surveys.tasks.close_due_campaigns",
            "surveys.tasks.delete_doomed_clients",
            "assessment.tasks.build_due_reports",
            "assessment.tasks.release_due_reports",
            "assessment.tasks.make_due_take_aways",
            "assessment.tasks.send_due_notices",
            "assessment.tasks.write_due_exports",
            "surveys.tasks.open_due_campaigns",
            "surveys.tasks.run_due_imports",
            "surveys.tasks.send_due_mail",
        ),
        settings.BEAT_SECONDS,
    )
    hourly = dict.fromkeys(
        (
            "surveys.tasks.count_participation",
            "surveys.tasks.purge_due",
            "surveys.tasks.purge_people_due",
            "surveys.tasks.mix_passes",
            "surveys.tasks.check_keys",
        ),
        hour,
    )
    return {
        name: {"task": name, "schedule": float(period), "options": {"expires": float(period)}}
        for name, period in {**often, **hourly}.items()
    }


def configuration() -> dict[str, Any]:
    return {
        **broker(settings.CELERY_BROKER_URL, settings.DATABASES["default"]),
        "broker_connection_retry_on_startup": True,
        "accept_content": ["json"],
        "task_serializer": "json",
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_enable_remote_control": False,  # with pgmq every worker's mailbox would be a table
        "worker_send_task_events": False,
        "timezone": "UTC",
        "enable_utc": True,
        "beat_schedule_filename": str(settings.VAR / "celerybeat-schedule"),
        "beat_schedule": schedule(),
    }


app = Celery("latitude", task_cls=QuietTask)
app.add_defaults(configuration)  # called on first use: settings import this package before they exist
app.autodiscover_tasks(["surveys", "assessment"])


@signals.setup_logging.connect
def log_as_django_does(**_: object) -> None:
    dictConfig(settings.LOGGING)


@signals.worker_init.connect
def forget_what_expired(**_: object) -> None:
    """A worker that was away for a week begins with what is due, not with a week of old beats."""
    with app.connection_for_write() as connection:
        queue: Any = connection.default_channel
        if connection.transport.driver_name != "pgmq":
            return
        with queue.pgmq.pool.connection() as database:
            if database.execute("SELECT to_regclass('pgmq.q_celery')").fetchone() != (None,):
                database.execute(
                    "DELETE FROM pgmq.q_celery WHERE (message->'headers'->>'expires')::timestamptz < now()"
                )
