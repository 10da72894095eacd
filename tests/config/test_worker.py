"""A real worker on the real broker: what the queue promises and what it does not."""

from uuid import uuid4

import pytest
from django.db import connection

from config.celery import app
from surveys.jobs import Job, soon
from surveys.tasks import close_campaign, close_due_campaigns
from tests.worker import WorkerProcess

pytestmark = pytest.mark.worker


def messages() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pgmq.q_celery")
        return int(cursor.fetchone()[0])


def test_a_worker_takes_what_waits_and_what_comes_and_throws_old_beats_away(
    celery_worker_process: WorkerProcess,
) -> None:
    close_due_campaigns.delay()
    for _ in range(50):
        app.send_task("surveys.tasks.close_due_campaigns", expires=-1.0)
    assert messages() == 51
    celery_worker_process.start()
    celery_worker_process.wait_until(lambda: messages() == 0)
    close_due_campaigns.delay()
    celery_worker_process.wait_until(lambda: messages() == 0)


def test_a_killed_worker_has_acknowledged_nothing_and_another_goes_on(
    celery_worker_process: WorkerProcess,
) -> None:
    celery_worker_process.start()
    celery_worker_process.kill()
    close_due_campaigns.delay()
    assert messages() == 1
    celery_worker_process.start()
    celery_worker_process.wait_until(lambda: messages() == 0)


def test_arguments_are_written_nowhere(
    celery_worker_process: WorkerProcess, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = str(uuid4())
    monkeypatch.setenv("LATITUDE_LOG_LEVEL", "DEBUG")
    celery_worker_process.start(log_level="DEBUG")
    close_campaign.delay(secret, str(uuid4()))
    app.send_task("surveys.tasks.no_such_task", [secret])
    celery_worker_process.wait_until(lambda: messages() == 0)
    celery_worker_process.stop()
    written = "".join(capfd.readouterr())
    assert "close_campaign" in written
    assert "no_such_task" in written
    assert secret not in written


def test_what_travels_describes_no_arguments(celery_worker_process: WorkerProcess) -> None:
    secret = uuid4()
    close_campaign.delay(str(secret), str(secret))
    soon(Job.CLOSE_CAMPAIGN, secret, secret)
    with connection.cursor() as cursor:
        cursor.execute("SELECT message->'headers' FROM pgmq.q_celery")
        sent = cursor.fetchall()
    assert len(sent) == 2
    for (headers,) in sent:
        assert "surveys.tasks.close_campaign" in str(headers)
        assert str(secret) not in str(headers)
