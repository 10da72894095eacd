"""A line to the server that can be cut, or lose what the server answers: what a phone without signal sees."""

import socket
import threading
from enum import Enum, auto
from types import TracebackType
from typing import Self


class Line(Enum):
    UP = auto()
    DOWN = auto()
    LOSES_REPLIES = auto()


class Signal:
    def __init__(self, port: int) -> None:
        self.target = ("127.0.0.1", port)
        self.line = Line.UP
        self.posted: list[
            bytes
        ] = []  # first lines of requests that reached the server while replies were lost
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.line = Line.DOWN
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            if self.line is Line.DOWN:
                return
            with socket.create_connection(self.target) as server:
                back = threading.Thread(target=self._answer, args=(server, client), daemon=True)
                back.start()
                self._ask(client, server)
                back.join()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while data := client.recv(65536):
                if self.line is Line.DOWN:
                    break
                if self.line is Line.LOSES_REPLIES and data.startswith(b"POST"):
                    self.posted.append(data.partition(b"\r\n")[0])
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        try:
            while data := server.recv(65536):
                if self.line is not Line.UP:
                    break
                client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
