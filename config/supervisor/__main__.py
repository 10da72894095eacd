"""`make demo` and `make run`: database, web, worker and beat under one roof, until Ctrl-C."""

import argparse
import fcntl
import http.client
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path

from config import roles
from config.embedded import VAR, local_cluster, server
from config.supervisor import ports
from config.supervisor.children import Family

ROOT = Path(__file__).resolve().parent.parent.parent
ADDRESS = VAR / "address"
PATIENCE = 120.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--demo", action="store_true", help="with simulated clients to look at")
    demo: bool = parser.parse_args().demo
    VAR.mkdir(parents=True, exist_ok=True)
    roof = os.open(VAR / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(roof, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return point_at_the_first()
    ADDRESS.unlink(missing_ok=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return with_database(demo=demo)
    except KeyboardInterrupt:
        return 0
    except server.EmbeddedError as error:
        say(str(error))
        return 1
    finally:
        ADDRESS.unlink(missing_ok=True)


def point_at_the_first() -> int:
    deadline = time.monotonic() + PATIENCE
    while not ADDRESS.exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    where = ADDRESS.read_text("utf-8") if ADDRESS.exists() else "an address it has not said yet"
    box([f"Latitude already runs from this folder: {where}", "Stop it with Ctrl-C in its own window."])
    return 0


def with_database(*, demo: bool) -> int:
    if os.environ.get("DATABASE_URL"):
        return run(demo=demo, watch=lambda: None)
    hold = server.hold(local_cluster(os.environ.get("LATITUDE_MODE") or "local"))

    def watch() -> None:
        if hold.revive():
            say("PostgreSQL had died and was started again")

    try:
        return run(demo=demo, watch=watch)
    finally:
        if not hold.release(stop=True):
            say("PostgreSQL stays up: another command is using it. `make clean` stops it.")


def run(*, demo: bool, watch: Callable[[], None]) -> int:
    host = os.environ.get("LATITUDE_HOST") or "127.0.0.1"
    with ports.reserve(host) as reservation:
        port = reservation.getsockname()[1]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        environment.setdefault("LATITUDE_SITE_URL", f"http://localhost:{port}")
        lines = prepare(environment, demo=demo)
        family = Family()
        for name, command in commands(host, port).items():
            family.add(name, shlex.join(command), {**environment, **role_of(name)})
        lines = [f"Latitude is ready: {environment['LATITUDE_SITE_URL']}", *lines, "Stop with Ctrl-C."]
        threading.Thread(target=attend, args=(host, port, lines, watch, family.leaving), daemon=True).start()
        family.loop()
    return 0 if family.returncode in {0, 130, 143} else 1  # 130, 143: we were asked to stop


def prepare(environment: dict[str, str], *, demo: bool) -> list[str]:
    """Tables, static files and, in the demo, its clients. Returns what the seeding says to the reader."""
    say("preparing the database and the static files")
    manage(environment, "migrate", "--verbosity", "0")
    if not os.environ.get("DATABASE_URL"):
        manage(environment, "database_roles")
    manage(environment, "collectstatic", "--no-input", "--verbosity", "0")
    if not demo:
        return []
    if not list(ROOT.glob("*/management/commands/seed_demo.py")):
        return ["There are no demo clients in this version."]
    say("making the demo's clients; the first time this takes a moment")
    return manage(environment, "seed_demo").splitlines()


def role_of(child: str) -> dict[str, str]:
    """On the local database each process has no more rights than in production; a site's own is told by its URL."""
    if os.environ.get("DATABASE_URL"):
        return {}
    return {"LATITUDE_DATABASE_ROLE": roles.WEB if child == "web" else roles.WORKER}


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(  # noqa: S603
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode in {-signal.SIGINT, -signal.SIGTERM, 130}:
        raise KeyboardInterrupt
    if done.returncode:
        sys.exit(f"{done.stdout}latitude: `manage.py {arguments[0]}` failed; the reason is above.")
    return done.stdout


def commands(host: str, port: int) -> dict[str, list[str]]:
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser"]
    celery = [*python, "-m", "celery", "--quiet", "--app", "config"]
    workers = os.environ.get("LATITUDE_WEB_WORKERS") or "2"
    web = [*python, "-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--host", host]
    # A phone keeps its connection open when it is done, and each takes one of these places: of people, not of threads.
    web += ["--port", str(port), "--workers", workers, "--blocking-threads", "4", "--backpressure", "2048"]
    web += ["--no-access-log", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "3"]
    concurrency = ["--concurrency", os.environ.get("LATITUDE_TASK_WORKERS") or "2"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return {
        "web": [*web, "--log-level", "warning"],
        "worker": [*celery, "worker", "--pool", "prefork", *concurrency, *quiet],
        "beat": [*celery, "beat"],
    }


def attend(host: str, port: int, lines: list[str], watch: Callable[[], None], leaving: Event) -> None:
    """Say so when the web answers; from then on look after the database."""
    while not answers(host, port):
        if leaving.wait(0.1):
            return
    ADDRESS.write_text(lines[0].rpartition(" ")[2], "utf-8")
    box(lines)
    while not leaving.wait(1):
        watch()


def answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/health")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def box(lines: list[str]) -> None:
    width = max(map(len, lines))
    rule = "+-" + "-" * width + "-+"
    print("", rule, *(f"| {line.ljust(width)} |" for line in lines), rule, "", sep="\n", flush=True)  # noqa: T201


def say(text: str) -> None:
    print(f"latitude: {text}", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
