"""Starting and stopping the server."""

import socket
import threading

import pytest
import urllib3

from selfconsistency.bedrock.emulator import BedrockEmulator
from selfconsistency.bedrock.settings import Delays
from tests.unit.selfconsistency.bedrock.world import (
    AT_ONCE,
    FEW,
    Allowing,
    Bedrock,
    Echo,
    NoCallers,
    converse_lines,
)


def bedrock_emulator(edge, **settings):
    chosen = {"quotas": FEW, "delays": AT_ONCE} | settings
    return BedrockEmulator(Echo(), edge=edge, permissions=Allowing(), callers=NoCallers(), **chosen)


def port_of(url):
    return int(url.rpartition(":")[2])


@pytest.fixture
def new_threads():
    """Which threads of Bedrock emulators there are that were not there before the test."""
    before = set(threading.enumerate())

    def new() -> list[str]:
        names = (thread.name for thread in threading.enumerate() if thread not in before)
        return [name for name in names if name.startswith("bedrock-")]

    return new


def test_it_listens_on_loopback_alone(edge):
    with bedrock_emulator(edge) as url:
        assert url.startswith("http://127.0.0.1:")
        own_address = socket.gethostbyname(socket.gethostname())
        if own_address.startswith("127."):
            pytest.skip("this machine has no other address")
        with pytest.raises(OSError, match=r"refused|timed out"):
            socket.create_connection((own_address, port_of(url)), timeout=1)


def test_a_stopped_emulator_has_closed_its_socket_and_ended_its_threads(edge, new_threads):
    server = bedrock_emulator(edge)
    url = server.start()
    server.stop()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port_of(url)), timeout=1)
    assert new_threads() == []


def test_it_stops_at_once_with_jobs_alive_and_a_client_that_stays_connected(
    edge, session, role_arn, new_threads
):
    # Whoever waited for the job would wait for an hour.
    server = bedrock_emulator(edge, delays=Delays(0, 0, 3600, 0))
    with server as url, urllib3.PoolManager() as pool:
        client = session.client("bedrock", endpoint_url=url)
        bedrock = Bedrock(client, edge.s3, role_arn, url, server)
        bedrock.put_records(converse_lines(3))
        bedrock.until(bedrock.create(), "Scheduled")
        pool.request("GET", f"{url}/model-invocation-jobs")

    assert new_threads() == []


def test_it_stops_when_the_body_of_the_with_statement_fails(edge, new_threads):
    def failing():
        with bedrock_emulator(edge):
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert new_threads() == []


def test_it_may_be_stopped_twice_and_without_a_start(edge):
    server = bedrock_emulator(edge)

    server.stop()
    server.stop()


def test_a_port_that_is_taken_is_an_error(edge):
    with bedrock_emulator(edge) as url, pytest.raises(OSError, match="in use"):
        bedrock_emulator(edge, port=port_of(url)).start()


def test_two_emulators_know_nothing_of_each_other(serve):
    one, other = serve(), serve()
    arn = one.create()

    with pytest.raises(other.client.exceptions.ResourceNotFoundException):
        other.get(arn)
