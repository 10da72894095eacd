"""The app's promises that need no worker to be checked."""

import logging
from typing import Any

import pytest
from django.conf import settings
from kombu import Connection
from pgmq.base import PGMQConfig
from psycopg.conninfo import conninfo_to_dict

from config.celery import app, broker, queue_connection
from config.logs import Discreet

pytestmark = pytest.mark.pure


def database(**parts: Any) -> dict[str, Any]:
    return {"HOST": "", "PORT": "", "USER": "u", "PASSWORD": "", "NAME": "d", "OPTIONS": {}, **parts}


def as_libpq_sees_it(url: str, parts: dict[str, Any]) -> dict[str, Any]:
    """Through pgmq's own parser and back to a connection string, as the transport does it."""
    return conninfo_to_dict(PGMQConfig(conn_string=queue_connection(url, parts)).dsn)


@pytest.mark.parametrize("awkward", ["/a b/it's", r"back\slash", "p@ss w:rd/'\\ '", "ünï"])
def test_awkward_folders_and_passwords_survive_the_way_through_pgmq(awkward: str) -> None:
    seen = as_libpq_sees_it("", database(HOST=awkward, PASSWORD=awkward, PORT=5432))
    assert (seen["host"], seen["password"], seen["dbname"], seen["user"]) == (awkward, awkward, "d", "u")


def test_options_that_pgmq_drops_are_carried_along() -> None:
    seen = as_libpq_sees_it(
        "", database(HOST="db", OPTIONS={"sslmode": "verify-full", "sslrootcert": "/a b/ca"})
    )
    assert (seen["sslmode"], seen["sslrootcert"], seen["dbname"]) == ("verify-full", "/a b/ca", "d")
    seen = as_libpq_sees_it("pgmq://other:pa%20ss@queue:5433/jobs?sslmode=require", database(HOST="db"))
    assert (seen["host"], seen["port"], seen["user"]) == ("queue", "5433", "other")
    assert (seen["password"], seen["dbname"], seen["sslmode"]) == ("pa ss", "jobs", "require")


def test_a_socket_folder_in_the_query_of_database_url_is_found() -> None:
    assert as_libpq_sees_it("", database(OPTIONS={"host": "/run/pg"}))["host"] == "/run/pg"


def test_a_broker_that_was_asked_for_is_the_broker() -> None:
    asked = broker("amqp://u@rabbit//", database())
    assert asked == {"broker_url": "amqp://u@rabbit//"}
    assert Connection(asked["broker_url"]).transport_cls == "amqp"


def test_json_only_no_results_and_nothing_acknowledged_early() -> None:
    conf = app.conf
    assert (conf.accept_content, conf.task_serializer) == (["json"], "json")
    assert not conf.result_backend
    assert conf.task_ignore_result
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert str(conf.timezone) == "UTC"


def test_beat_asks_for_what_is_due_and_a_late_message_is_void() -> None:
    schedule = app.conf.beat_schedule
    assert {entry["task"]: entry["schedule"] for entry in schedule.values()} == {
        "surveys.tasks.close_due_campaigns": settings.BEAT_SECONDS,
        "surveys.tasks.delete_doomed_clients": settings.BEAT_SECONDS,
        "assessment.tasks.build_due_reports": settings.BEAT_SECONDS,
        "surveys.tasks.open_due_campaigns": settings.BEAT_SECONDS,
        "surveys.tasks.run_due_imports": settings.BEAT_SECONDS,
        "surveys.tasks.send_due_mail": settings.BEAT_SECONDS,
        "assessment.tasks.release_due_reports": settings.BEAT_SECONDS,
        "assessment.tasks.make_due_take_aways": settings.BEAT_SECONDS,
        "assessment.tasks.send_due_notices": settings.BEAT_SECONDS,
        "assessment.tasks.write_due_exports": settings.BEAT_SECONDS,
        "surveys.tasks.purge_due": 3600,
        "surveys.tasks.purge_people_due": 3600,
        "surveys.tasks.mix_passes": 3600,
        "surveys.tasks.check_keys": 3600,
        "surveys.tasks.count_participation": 3600,
    }
    for entry in schedule.values():
        assert entry["schedule"] == entry["options"]["expires"]


def test_every_task_of_the_schedule_exists() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_the_log_keeps_passes_and_messages_to_itself() -> None:
    def written(name: str, text: str, *args: object) -> str:
        record = logging.LogRecord(name, logging.WARNING, "", 0, text, args, None)
        assert Discreet().filter(record)
        return record.getMessage()

    assert written("django.request", "%s: %s", "Not Found", "/a/jdqxs9vs1g1ad61s") == "Not Found: /a/..."
    assert written("django.request", "Not Found: %s", "/es/a/x?y=1") == "Not Found: /es/a/...?y=1"
    assert written("django.request", "Not Found: %s", "/campaigns/7") == "Not Found: /campaigns/7"
    assert (
        written("celery.worker.consumer.consumer", "Received %r.\nThe body was: %s", "t", "secret")
        == "Received 't'."
    )
