"""A real worker on the real broker: what the queue promises and what it does not."""

import pytest
from django.db import connection

from config.celery import app
from tests.worker import WorkerProcess

pytestmark = pytest.mark.worker


def messages() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pgmq.q_celery")
        return int(cursor.fetchone()[0])


def test_a_worker_takes_what_was_sent_before_it_started(celery_worker_process: WorkerProcess) -> None:
    app.send_task("celery.ping")
    assert messages() == 1
    celery_worker_process.start()
    celery_worker_process.wait_until(lambda: messages() == 0)
