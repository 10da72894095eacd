"""honcho starts, prefixes and stops the processes; here it also learns to bring one back."""

import multiprocessing
import os
import signal
import threading
import time
from contextlib import suppress
from multiprocessing.synchronize import Event
from typing import Any

from honcho.manager import Manager
from honcho.process import Process

QUICK = 10.0  # seconds; a process that dies sooner did not work
QUICK_DEATHS = 5  # so many in a row, and nobody is helped by another try


class Child(Process):  # type: ignore[misc]  # honcho has no types
    """A process that is started again when it dies by itself, and that does not outlive the supervisor."""

    leaving: Event
    pause = 1.0  # seconds; longer with each quick death in a row

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:  # noqa: ARG002
        # Handlers, not SIG_IGN: what is ignored here would be ignored in the started program too.
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: None)
        threading.Thread(target=self._follow_supervisor, daemon=True).start()
        deaths = 0
        while True:
            began = time.monotonic()
            super().run(events)
            deaths = deaths + 1 if time.monotonic() - began < QUICK else 1
            if self.leaving.is_set():
                break
            if deaths > QUICK_DEATHS:
                self._say(f"{self.name} dies at once, {deaths} times in a row: giving up")
                break
            code = self._ended["returncode"]
            self._say(f"{self.name} ended unexpectedly (code {code}) and is started again")
            self.leaving.wait(self.pause * (deaths - 1))
            if self.leaving.is_set():
                break
        super()._send_message(self._ended, type="stop")

    def _send_message(self, data: Any, type: str = "line") -> None:  # noqa: A002  # honcho's word
        if type == "stop":
            self._ended = data  # the manager hears of it only when it is the end
            return
        super()._send_message(data, type)
        if type == "start":
            threading.Thread(target=self._sweep, args=(self._child,), daemon=True).start()

    def _sweep(self, child: Any) -> None:
        """Whatever a dead process leaves of its own (workers of a killed master) dies with it."""
        if self.leaving.is_set():  # asked to leave between two lives
            child.terminate()
        child.wait()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)

    def _follow_supervisor(self) -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            self.leaving.set()
            with suppress(ProcessLookupError):
                self._child.terminate()

    def _say(self, text: str) -> None:
        super()._send_message(text + "\n")


class Family(Manager):  # type: ignore[misc]  # honcho has no types
    def __init__(self) -> None:
        super().__init__()
        self.leaving = multiprocessing.Event()
        self._process_ctor = Child
        self._procmgr = Leaders()

    def add(self, name: str, command: str, environment: dict[str, str]) -> None:
        # exec: the process group's leader is the program itself, not a shell that dies without telling it
        self.add_process(name, f"exec {command}", env=environment).leaving = self.leaving

    def terminate(self) -> None:
        self.leaving.set()
        super().terminate()


class Leaders:
    """Asks the leader, which knows how to end its own; only a kill goes to the whole group."""

    def terminate(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)

    def kill(self, pid: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
