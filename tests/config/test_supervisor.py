"""The supervisor brings back what dies, gives up on what cannot live, and leaves nobody behind."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from config.embedded import place
from config.supervisor import ports

FAMILY = """
import os, sys
from config.supervisor.children import Child, Family
Child.pause = 0
family = Family()
for name, command in zip(sys.argv[1::2], sys.argv[2::2]):
    family.add(name, command, dict(os.environ))
family.loop()
print("left with", family.returncode, flush=True)
"""
pytestmark = pytest.mark.pure


class Running:
    def __init__(self, **commands: str) -> None:
        words = [word for pair in commands.items() for word in pair]
        self.process = subprocess.Popen(
            [sys.executable, "-c", FAMILY, *words], cwd=place.ROOT, stdout=subprocess.PIPE, text=True
        )
        self.lines: list[str] = []

    def line(self, wanted: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if wanted in line:
                return line
        raise AssertionError(f"{wanted!r} was never said: {self.lines}")

    def pid(self) -> int:
        return int(self.line("started (pid=").rpartition("pid=")[2].strip(")\n"))


@pytest.fixture
def start() -> Iterator[type[Running]]:
    made: list[Running] = []

    def run(**commands: str) -> Running:
        made.append(Running(**commands))
        return made[-1]

    yield run  # type: ignore[misc]
    for running in made:
        if running.process.poll() is None:
            running.process.kill()
        running.process.communicate()


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def test_a_killed_child_comes_back_and_its_own_children_do_not_stay(start: type[Running]) -> None:
    running = start(worker="sh -c 'sleep 300 & echo nephew $!; wait'")
    first, nephew = running.pid(), int(running.line("nephew").split()[-1])
    psutil.Process(first).kill()
    running.line("worker ended unexpectedly (code -9) and is started again")
    second = running.pid()
    assert gone(nephew)
    running.process.send_signal(signal.SIGINT)
    running.line("left with 130")
    assert gone(first)
    assert gone(second)


def test_what_dies_at_once_is_given_up_and_the_others_stop(
    start: type[Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    running = start(web="sleep 300", beat="false")
    running.line("giving up")
    running.line("web stopped")
    running.line("left with 1")


def test_children_do_not_outlive_a_killed_supervisor(start: type[Running]) -> None:
    running = start(worker="sleep 300")
    child = running.pid()
    running.process.kill()
    assert gone(child)


@pytest.mark.enable_socket
def test_a_taken_port_is_passed_over_unless_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATITUDE_PORT", raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(ports, "FIRST", port)
        with ports.reserve("127.0.0.1") as first, ports.reserve("127.0.0.1") as second:
            assert len({port, first.getsockname()[1], second.getsockname()[1]}) == 3
        monkeypatch.setenv("LATITUDE_PORT", str(port))
        with pytest.raises(SystemExit, match="LATITUDE_PORT"):
            ports.reserve("127.0.0.1")


@pytest.mark.parametrize("wrong", ["http", "0", "70000", "-1"])
def test_a_wrong_port_is_named(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATITUDE_PORT", wrong)
    with pytest.raises(SystemExit, match="LATITUDE_PORT"):
        ports.reserve("127.0.0.1")
