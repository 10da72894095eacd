"""A Celery worker in a process of its own, which sees the test database as its DATABASE_URL."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

from config.celery import app


def database_url(database: dict[str, Any]) -> str:
    """The inverse of dj_database_url for the sites tests run on; a socket's folder goes into the query."""
    options = {str(key): str(value) for key, value in database.get("OPTIONS", {}).items()}
    host = database["HOST"]
    if host.startswith("/"):
        options["host"], host = host, ""
    user = quote(database["USER"], safe="") + (
        f":{quote(database['PASSWORD'], safe='')}" if database["PASSWORD"] else ""
    )
    port = f":{database['PORT']}" if database["PORT"] and host else ""
    return f"postgresql://{user}@{host}{port}/{database['NAME']}?{urlencode(options)}"


class WorkerProcess:
    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True, log_level: str = "WARNING") -> None:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(connection.settings_dict),
        }
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "--pool",
            "solo",
            "--loglevel",
            log_level,
        ]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        self.process = subprocess.Popen(command, cwd=settings.ROOT, env=environment)
        if wait:
            self.wait_until(self.listens)

    def listens(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'"
            )
            return cursor.fetchone() is not None

    def kill(self) -> None:
        """Kill -9: nothing is acknowledged, nothing is cleaned up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, sign: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(sign)
            self.process.wait(20)
            self.process = None

    def wait_until(self, condition: Callable[[], object], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"the worker ended with {self.process.returncode}")
            if time.monotonic() > deadline:
                raise AssertionError(f"{condition} did not become true in {seconds} seconds")
            time.sleep(0.02)

    @staticmethod
    def empty_queue() -> None:
        with app.connection_for_write() as broker, broker.channel() as channel:
            app.amqp.queues["celery"](channel).declare()
            channel.queue_purge("celery")  # type: ignore[attr-defined]  # celery-types knows the base class only
