"""Local runs against an endpoint that are cut short, and the same command again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.unit.selfconsistency.loopback import Loopback, chat, serving

# Four questions, greedy and three paths each.
SAMPLES = 16
AT_ONCE = 2
# Batch jobs, or calls on demand because they are too few.
WAYS = [
    pytest.param(["-c", "min_records=1"], id="batch"),
    pytest.param([], id="on demand"),
]
# Guards against hanging.
LONGEST_S = 1800


@pytest.fixture
def endpoint() -> Iterator[Loopback]:
    with serving() as endpoint:
        yield endpoint


class Commands:
    """The command for one dataset, endpoint and folder, as often as a test likes."""

    def __init__(self, folder: Path, endpoint: Loopback) -> None:
        self.out = folder / "out"
        self._endpoint = endpoint
        self._questions = folder / "q.jsonl"
        rows = ({"question": f"How many are {n} and {n}?", "answer": 2 * n} for n in range(4))
        self._questions.write_text("".join(json.dumps(row) + "\n" for row in rows))

    def start(self, *more: str, model: str = "") -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "local", "run", str(self._questions), "--out"]
        command += [str(self.out), "--answers-from", f"openai:{self._endpoint.url}"]
        command += ["--temperatures", "0.7", "--paths", "3", "--at-once", str(AT_ONCE), *more]
        return subprocess.Popen(
            command,
            env={**os.environ, "OPENAI_MODEL": model, "OPENAI_API_KEY": ""},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *more: str, model: str = "") -> subprocess.CompletedProcess[str]:
        with self.start(*more, model=model) as process:
            output, errors = process.communicate(timeout=LONGEST_S)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    @property
    def kept(self) -> list[dict[str, Any]]:
        file = self.out / "kept.jsonl"
        whole = file.read_bytes().rpartition(b"\n")[0] if file.exists() else b""
        return [json.loads(line) for line in whole.splitlines()]

    def report(self) -> Any:
        return json.loads((self.out / "report.json").read_bytes())


@pytest.fixture
def commands(tmp_path: Path, endpoint: Loopback) -> Commands:
    return Commands(tmp_path, endpoint)


class Held:
    """Lets an endpoint answer so many requests, and holds all later ones."""

    def __init__(self, endpoint: Loopback, answered: int) -> None:
        self._endpoint = endpoint
        self._answered = answered
        self._gate = Event()
        endpoint.reply = self._reply

    def _reply(self, body: dict[str, Any]) -> Any:
        if len(self._endpoint.asked) > self._answered:
            self._gate.wait(LONGEST_S)
        return answer(body)

    def open(self) -> None:
        self._endpoint.reply = answer
        self._gate.set()


def answer(body: dict[str, Any]) -> Any:
    return chat(body.get("n", 1), message={"content": "The answer is 2."})


def until(holds: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Look until something holds; the process must be alive."""
    end = time.monotonic() + LONGEST_S
    while not holds():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("way", WAYS)
def test_a_run_that_is_killed_is_asked_for_the_rest_only(
    commands: Commands, endpoint: Loopback, way: Sequence[str]
) -> None:
    held = Held(endpoint, answered=5)
    with commands.start(*way) as process:
        until(lambda: len(commands.kept) == 5 and len(endpoint.asked) == 5 + AT_ONCE, process)
        process.kill()
    held.open()

    again = commands.run(*way)

    assert again.returncode == 0, again.stderr
    assert f"5 of {SAMPLES} answers kept from before" in again.stdout
    assert len(endpoint.asked) == SAMPLES + AT_ONCE
    assert len(commands.kept) == SAMPLES
    report = commands.report()
    assert report["answered_by"] == [{"model": "tiny", "source": endpoint.url}]
    assert report["totals"]["generations"] == SAMPLES


def test_nothing_is_taken_over_from_a_run_of_another_model(
    commands: Commands, endpoint: Loopback
) -> None:
    held = Held(endpoint, answered=5)
    with commands.start() as process:
        until(lambda: len(commands.kept) == 5, process)
        process.kill()
    held.open()
    endpoint.asked.clear()

    other = commands.run(model="large")

    assert other.returncode == 0, other.stderr
    assert "kept from before" not in other.stdout
    assert [body["model"] for body in endpoint.asked] == ["large"] * SAMPLES


def test_an_interrupted_run_ends_though_its_endpoint_does_not_answer(
    commands: Commands, endpoint: Loopback
) -> None:
    held = Held(endpoint, answered=5)
    with commands.start() as process:
        until(lambda: len(commands.kept) == 5 and len(endpoint.asked) == 5 + AT_ONCE, process)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=LONGEST_S)
    held.open()

    assert process.returncode == 130
    assert errors.startswith("error: interrupted; the same command continues with the answers kept")
    assert len(errors.splitlines()) == 1
    assert len(commands.kept) == 5


def test_a_key_that_is_refused_in_the_middle_ends_the_run_in_one_line(
    commands: Commands, endpoint: Loopback
) -> None:
    endpoint.reply = lambda body: (
        answer(body) if len(endpoint.asked) <= 5 else (401, {"error": "key expired"})
    )

    ended = commands.run("-c", "min_records=1")

    assert ended.returncode == 1
    assert "key expired" in ended.stderr
    assert "OPENAI_API_KEY" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert len(endpoint.asked) <= 5 + AT_ONCE
    assert len(commands.kept) == 5


def test_a_second_run_into_the_folder_is_refused_in_one_line(
    commands: Commands, endpoint: Loopback
) -> None:
    held = Held(endpoint, answered=0)
    with commands.start() as process:
        until(lambda: len(endpoint.asked) == AT_ONCE, process)

        second = commands.run()

        process.kill()
    held.open()
    assert (second.returncode, len(endpoint.asked)) == (1, AT_ONCE)
    assert second.stderr.startswith("error: another run writes into")
    assert len(second.stderr.splitlines()) == 1


def test_an_endpoint_that_is_not_there_is_one_line(commands: Commands) -> None:
    with serving() as gone:
        commands_of_gone = Commands(commands.out.parent, gone)

    ended = commands_of_gone.run()

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"error: nothing answers at {gone.url}")
    assert len(ended.stderr.splitlines()) == 1
    assert not commands.out.exists()
