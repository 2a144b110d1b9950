"""The functions' clients: what botocore does not set by itself."""

import socket
from typing import Any

import pytest

from lambdas.aws.clients import runtime_client
from tests.unit.cloud import Cloud
from tests.unit.models import ModelCall, Models, Response


@pytest.mark.skipif(not hasattr(socket, "TCP_KEEPIDLE"), reason="the system has no such option")
def test_a_connection_that_waits_for_an_answer_is_kept_alive(
    aws: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[socket.socket] = []
    found: list[tuple[int, ...]] = []

    class Noted(socket.socket):
        def connect(self, address: Any) -> None:
            opened.append(self)
            super().connect(address)

    def respond(_: ModelCall) -> Response:
        found.extend(options(each) for each in opened)
        return Response()

    with Models(aws.bedrock_port, respond):
        monkeypatch.setattr(socket, "socket", Noted)
        runtime_client().invoke_model(modelId="amazon.nova-lite-v1:0", body=b"{}")

    # A NAT gateway forgets a connection after 350 s without traffic.
    assert found == [(1, 60, 30, 5)]


def options(connection: socket.socket) -> tuple[int, ...]:
    names = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    on = connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    return (on, *(connection.getsockopt(socket.IPPROTO_TCP, name) for name in names))
