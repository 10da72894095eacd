"""The local PostgreSQL: made, reused, shared, recovered. Each test has a server of its own under /tmp."""

import os
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from config.embedded import Cluster, place, server

pytestmark = pytest.mark.pure

HOLD_AND_TELL = """
import sys
from contextlib import suppress
from pathlib import Path
from config.embedded import Cluster, server
hold = server.hold(Cluster(Path(sys.argv[1]), durable=False))
print("started" if hold.started else "found")
sys.stdin.read()
hold.release(stop=True)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not tmp_path: as root another pytest at the same time would close the way to it again."""
    with tempfile.TemporaryDirectory(prefix="latitude test ", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def made_before() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="latitude-test-", dir="/tmp") as name:
        cluster = Cluster(Path(name) / "postgres", durable=False)
        server.hold(cluster).release(stop=True)
        yield cluster.data


@pytest.fixture
def nothing(folder: Path) -> Iterator[Cluster]:
    """A place where no server has ever been."""
    cluster = Cluster(folder / "postgres", durable=False)
    yield cluster
    server.stop(cluster)


@pytest.fixture
def cluster(nothing: Cluster, made_before: Path) -> Cluster:
    """A server that ran and was stopped."""
    subprocess.run(["cp", "-a", made_before, nothing.data], check=True)
    return nothing


def ask(cluster: Cluster, question: str) -> object:
    with psycopg.connect(
        host=str(cluster.socket_dir), port=place.PORT, user=place.USER, dbname="latitude", autocommit=True
    ) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def postmaster(cluster: Cluster) -> psutil.Process:
    process = psutil.Process(int((cluster.data / "postmaster.pid").read_text().split("\n")[0]))
    assert (process.name(), Path(process.cwd())) == ("postgres", cluster.data), "never kill a stranger"
    return process


def kill(process: psutil.Process) -> None:
    process.kill()
    with suppress(psutil.NoSuchProcess):
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)


def test_a_fresh_start_is_postgresql_18_behind_an_owner_only_socket_and_no_port(nothing: Cluster) -> None:
    cluster = nothing
    hold = server.hold(cluster)
    assert hold.started
    assert str(ask(cluster, "SHOW server_version")).startswith("18.")
    assert ask(cluster, "SHOW listen_addresses") == ""
    assert not [c for c in postmaster(cluster).net_connections() if c.family.name != "AF_UNIX"]
    assert stat.S_IMODE(cluster.socket_dir.stat().st_mode) == 0o700
    assert postmaster(cluster).uids().real != 0
    hold.release()


def test_a_second_start_reuses_the_server_and_the_last_one_out_stops_it(cluster: Cluster) -> None:
    first, second = server.hold(cluster), server.hold(cluster)
    assert (first.started, second.started) == (True, False)
    assert not first.release(stop=True), "the second still uses it"
    assert ask(cluster, "SELECT 1") == 1
    assert second.release(stop=True)
    assert not (cluster.data / "postmaster.pid").exists()


def test_a_killed_server_is_recovered_with_its_data(cluster: Cluster) -> None:
    hold = server.hold(cluster)
    with psycopg.connect(host=str(cluster.socket_dir), user=place.USER, dbname="latitude") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    kill(postmaster(cluster))
    assert hold.revive()
    assert not hold.revive(), "it runs again"
    assert ask(cluster, "SELECT seven FROM kept") == 7
    hold.release(stop=True)


def test_a_released_hold_revives_nothing(cluster: Cluster) -> None:
    hold = server.hold(cluster)
    assert hold.release(stop=True)
    assert not hold.revive()
    assert not (cluster.data / "postmaster.pid").exists()


def test_a_stale_lock_that_names_a_living_stranger_is_removed(cluster: Cluster) -> None:
    stranger = f"{os.getpid()}\n{cluster.data}\n1\n5432\n{cluster.socket_dir}\n\n1 1\nready\n"
    (cluster.data / "postmaster.pid").write_text(stranger)
    (cluster.socket_dir / ".s.PGSQL.5432.lock").write_text(stranger)
    hold = server.hold(cluster)
    assert hold.started
    hold.release(stop=True)


def test_a_start_that_was_killed_while_it_made_the_directory_begins_again(nothing: Cluster) -> None:
    half = nothing.beside(".new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    server.hold(nothing).release(stop=True)
    assert not half.exists()


def test_two_processes_that_start_at_the_same_time_share_one_server(nothing: Cluster) -> None:
    command = [sys.executable, "-c", HOLD_AND_TELL, str(nothing.data)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": place.ROOT}
    both = [subprocess.Popen(command, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    said = sorted(process.stdout.readline().strip() for process in both)
    assert said == ["found", "started"]
    for process in both:
        process.communicate("")
    assert not (nothing.data / "postmaster.pid").exists()


def test_a_deep_folder_gets_a_short_socket_that_is_the_owners_alone(folder: Path) -> None:
    deep = Cluster(folder.joinpath(*["deep" * 12] * 3) / "postgres", durable=False)
    assert len(os.fsencode(deep.socket_dir / ".s.PGSQL.5432")) <= place.LONGEST_SOCKET
    hold = server.hold(deep)
    try:
        assert ask(deep, "SELECT 1") == 1
        found = deep.socket_dir.stat()
        assert (stat.S_IMODE(found.st_mode), found.st_uid) == (0o700, deep.data.stat().st_uid)
    finally:
        hold.release(stop=True)
    deep.socket_dir.chmod(0o777)
    with pytest.raises(server.EmbeddedError, match=r"is not a folder of .* alone"):
        server.hold(deep)
    deep.socket_dir.rmdir()


def test_a_failing_statement_leaves_no_values_in_the_log(cluster: Cluster) -> None:
    hold = server.hold(cluster)
    with psycopg.connect(
        host=str(cluster.socket_dir), user=place.USER, dbname="latitude", cursor_factory=psycopg.ClientCursor
    ) as connection:
        connection.execute("CREATE TABLE spent (token text PRIMARY KEY)")
        connection.execute("INSERT INTO spent VALUES (%s)", ["sesame"])
        with pytest.raises(psycopg.errors.UniqueViolation, match="sesame"):
            connection.execute("INSERT INTO spent VALUES (%s)", ["sesame"])
    log = (cluster.data / "server.log").read_text()
    assert "duplicate key" in log
    assert "sesame" not in log
    hold.release(stop=True)


def test_a_local_secret_is_made_once_by_however_many_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "VAR", tmp_path)
    with ThreadPoolExecutor(16) as pool:
        secrets = set(pool.map(place.local_secret, ["key"] * 64))
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 40
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["key"]
