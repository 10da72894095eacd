import socket

import pytest
from pytest_socket import SocketConnectBlockedError

pytestmark = pytest.mark.pure


def test_a_test_cannot_reach_the_network() -> None:
    with pytest.warns(UserWarning, match="192.0.2.1"), pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
