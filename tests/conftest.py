"""One PostgreSQL for the session, started by the first test that wants a database, with its broker."""

import gc
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count

import psutil
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings
from kombu import pools

from config.celery import app
from config.embedded import local_cluster, server
from surveys.blind import keys
from tests.asked import Asked
from tests.browser import Chromium, WebProcess
from tests.mailbox import Mailbox, MailServer
from tests.worker import WorkerProcess
from tests.world import World, make_world


def pytest_collection_finish() -> None:
    """What was imported stays: looking through all of it for garbage was a tenth of the suite's time."""
    gc.freeze()


@pytest.fixture(scope="session")
def embedded_server() -> Iterator[None]:
    if settings.DATABASE_URL:
        yield
        return
    hold = server.hold(local_cluster("test"))
    drop_databases_of_killed_runs(str(hold.cluster.socket_dir))
    yield
    hold.release(stop=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(embedded_server: None) -> None:
    """pytest-django asks for this before it makes the test database."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    yield
    pools.reset()  # the queue's connections, before the database under them is dropped


def drop_databases_of_killed_runs(host: str) -> None:
    with psycopg.connect(
        host=host, port=5432, user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^test_latitude_[0-9]+$'")
        for (name,) in rows.fetchall():
            if not psutil.pid_exists(int(name.rpartition("_")[2])):
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What was to go to the queue, which is kept out of it."""
    messages: Asked = []

    def keep(name: str, ids: Sequence[str] = (), *_: object, **_options: object) -> None:
        messages.append((name, *ids))

    monkeypatch.setattr(app, "send_task", keep)
    return messages


@pytest.fixture(autouse=True)
def nothing_is_queued_of_what_is_never_committed(request: pytest.FixtureRequest) -> None:
    """The queue is another connection: it would tell of rows nobody sees, and may wait for our locks for ever."""
    mark = request.node.get_closest_marker("django_db")
    if "transactional_db" not in request.fixturenames and not (mark and mark.kwargs.get("transaction")):
        request.getfixturevalue("asked")


@pytest.fixture
def celery_worker_process(transactional_db: None) -> Iterator[WorkerProcess]:
    """A real worker on the test database, not started yet: call `start()`, `kill()` (-9) and `start()` again."""
    worker = WorkerProcess()
    worker.empty_queue()
    yield worker
    worker.kill()
    worker.empty_queue()


@pytest.fixture(scope="session")
def started_post() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def post(started_post: MailServer, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """Mail of the web process, and of processes that this test starts."""
    for name, value in started_post.environment.items():
        monkeypatch.setenv(name, value)
    started_post.box.came.clear()
    return started_post.box


@pytest.fixture(scope="session")
def started_web(django_db_setup: None, started_post: MailServer) -> Iterator[WebProcess]:
    web = WebProcess(started_post.environment)
    try:
        web.start()
        yield web
    finally:
        web.stop()


@pytest.fixture
def web_process(started_web: WebProcess, transactional_db: None) -> Iterator[WebProcess]:
    """A real web server on the test database, one for all tests: it takes seconds to start."""
    yield started_web
    started_web.rest()


@pytest.fixture(scope="session")
def started_chromium() -> Iterator[Chromium]:
    browser = Chromium()
    try:
        browser.start()
        yield browser
    finally:
        browser.stop()


@pytest.fixture
def chromium(started_chromium: Chromium, web_process: WebProcess) -> Iterator[Chromium]:
    """A real browser in front of it."""
    with started_chromium.at(web_process.address) as browser:
        yield browser


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def transactional_world(transactional_db: None) -> World:
    return make_world()


@cache
def _signing_key(number: int) -> RSAPrivateKey:
    return keys.new_private()


@pytest.fixture(autouse=True)
def signing_keys_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real keys, the same ones in every test: making six a campaign would take a third of the suite's time."""
    monkeypatch.setattr("surveys.tokens.new_private", map(_signing_key, count()).__next__)
