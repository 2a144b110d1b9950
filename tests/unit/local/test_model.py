"""The demo with a real model: its server, its command, and the model itself where there is one."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from local.__main__ import main, parser
from local.errors import LocalError
from local.model.demo import PYTHON, Served, installed_server, model_server, run_demo
from selfconsistency.answers_from import AnswersFrom
from selfconsistency.bedrock.answers.openai import OpenAiCompatible

# Guards against hanging.
LONGEST_S = 300
READY = """
import json, os, sys
print(json.dumps({"url": f"pid:{os.getpid()}", "server": "stand-in 1"}), flush=True)
sys.stdin.read()
"""
# Answers each question alike on a free port, and logs each request.
ANSWERS = """
import json, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        print("asked", file=sys.stderr, flush=True)

    def do_GET(self):
        self.answer({"data": [{"id": "tiny"}]})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        choice = {"message": {"content": "The answer is 7."}, "finish_reason": "stop"}
        self.answer({"choices": [choice], "usage": {"completion_tokens": 5}})

    def answer(self, body):
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
line = {"url": f"http://127.0.0.1:{server.server_port}", "server": "stand-in 1"}
print(json.dumps(line), flush=True)
sys.stdin.read()
"""


def script(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def pid_of(served: Served) -> int:
    return int(served.url.removeprefix("pid:"))


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not reaped does not."""
    command = ["ps", "-o", "stat=", "-p", str(pid)]
    shown = subprocess.run(command, check=False, capture_output=True, text=True)
    return bool(shown.stdout.strip()) and not shown.stdout.startswith("Z")


def ends(pid: int) -> bool:
    end = time.monotonic() + LONGEST_S
    while lives(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not lives(pid)


def test_the_server_runs_while_it_is_needed_and_no_longer(tmp_path: Path) -> None:
    with model_server(script(READY), tmp_path / "log") as served:
        ran = lives(pid_of(served))

    assert (served.server, ran, lives(pid_of(served))) == ("stand-in 1", True, False)


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_the_server_is_stopped_when_the_run_fails(
    failure: type[BaseException], tmp_path: Path
) -> None:
    pids = []

    def fail() -> None:
        with model_server(script(READY), tmp_path / "log") as served:
            pids.append(pid_of(served))
            raise failure

    with pytest.raises(failure):
        fail()

    assert not lives(pids[0])


def test_the_server_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = f"""
from pathlib import Path
from local.model.demo import model_server
with model_server({script(READY)!r}, Path({str(tmp_path / "log")!r})) as served:
    print(served.url, flush=True)
    input()
"""
    with subprocess.Popen(
        script(parent), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        pid = int(process.stdout.readline().strip().removeprefix("pid:"))
        process.send_signal(signal.SIGKILL)

    assert ends(pid)


def test_a_server_that_does_not_start_is_one_line_with_its_reason(tmp_path: Path) -> None:
    broken = script("import sys; sys.exit('no such file: model.gguf')")

    with (
        pytest.raises(LocalError, match=r"did not start: no such file: model\.gguf"),
        model_server(broken, tmp_path / "log"),
    ):
        pytest.fail("it is not ready")


def test_the_server_gets_no_keys_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    shows = READY.replace('"stand-in 1"', 'os.environ.get("OPENAI_API_KEY", "none")')

    with model_server(script(shows), tmp_path / "log") as served:
        assert served.server == "none"


def test_the_run_says_who_answered_and_no_prices_and_goes_on_from_kept_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Both are of another endpoint.
    monkeypatch.setenv("OPENAI_MODEL", "gpt-x")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    log = tmp_path / "model.log"
    console = Console(file=(tmp_path / "shown").open("w"), width=100)

    run_demo(tmp_path, console, script(ANSWERS))
    first = log.read_text().count("asked")
    run_demo(tmp_path, console, script(ANSWERS))

    console.file.close()
    report = json.loads((tmp_path / "report.json").read_bytes())
    assert report["answered_by"] == [{"model": "tiny", "source": "stand-in 1"}]
    assert report["totals"]["generations"] == 40 * (1 + 5)
    assert first == 1 + 40 * (1 + 5)
    assert log.read_text().count("asked") == 1
    shown = (tmp_path / "shown").read_text()
    assert "240 of 240 answers kept from before" in shown
    assert "tiny" in shown
    assert "$" not in shown
    assert "USD" not in shown


def test_the_command_needs_a_folder_alone(tmp_path: Path) -> None:
    parsed = parser().parse_args(["model", "--out", str(tmp_path)])

    assert (parsed.command, parsed.out) == ("model", tmp_path)


@pytest.mark.skipif(PYTHON.exists(), reason="the model is installed here")
def test_without_the_model_the_command_says_how_to_install_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["model", "--out", str(tmp_path / "out")])

    assert status == 1
    assert "make demo-model" in capsys.readouterr().err


@pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-model: `make demo-model` installs it")
def test_the_installed_model_answers_under_its_own_name(tmp_path: Path) -> None:
    with model_server(installed_server(), tmp_path / "log") as served:
        source = AnswersFrom("openai", served.url, name=served.server).source(None, seed=0)

    assert isinstance(source, OpenAiCompatible)
    assert source.model == "SmolLM2-135M-Instruct.Q4_1"
    assert served.server.startswith("xllamacpp ")
