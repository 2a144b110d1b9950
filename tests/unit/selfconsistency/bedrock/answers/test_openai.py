"""Asking an OpenAI-compatible endpoint."""

import json
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.serving import WSGIRequestHandler, make_server

from selfconsistency.bedrock.answers.openai import OpenAiCompatible
from selfconsistency.bedrock.answers.source import AnswerError, Asked, Turn


class Quiet(WSGIRequestHandler):
    """Writes no line per request."""

    def log(self, *args: object) -> None:
        pass


class Endpoint:
    """An endpoint that answers as its reply function says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self.reply: Callable[[dict[str, Any]], Any] = lambda body: chat(body.get("n", 1))

    def complete(self) -> Any:
        body = json.loads(request.get_data())
        self.asked.append(body)
        self.headers.append(dict(request.headers))
        return self.reply(body)


def chat(count: int, **choice: Any) -> dict[str, Any]:
    return {
        "choices": [
            {"message": {"content": f"text {n}"}, "finish_reason": "stop"} | choice
            for n in range(count)
        ],
        "usage": {"completion_tokens": 5},
    }


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    app = Flask("endpoint")
    app.add_url_rule("/v1/chat/completions", view_func=endpoint.complete, methods=["POST"])
    app.add_url_rule("/v1/models", view_func=lambda: {"data": [{"id": "tiny"}]}, endpoint="m")
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.port}"
    yield endpoint
    server.shutdown()
    thread.join()


def asked(count: int = 1) -> Asked:
    turns = (Turn("system", "Be brief."), Turn("user", "Q: a"))
    return Asked("r", turns, 0.7, count, 64)


def answers(source: OpenAiCompatible, count: int = 1) -> list[str]:
    ask = asked(count)
    return [each.text for each in source.answers(ask, source.reserve("run", ask))]


def test_a_conversation_is_passed_on(endpoint):
    source = OpenAiCompatible(endpoint.url, "small", api_key="secret")

    assert answers(source) == ["text 0"]
    assert endpoint.asked == [
        {
            "model": "small",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Q: a"},
            ],
            "max_tokens": 64,
            "temperature": 0.7,
        }
    ]
    assert endpoint.headers[0]["Authorization"] == "Bearer secret"


@pytest.mark.parametrize("tail", ["", "/", "/v1", "/v1/"])
def test_the_url_may_be_written_in_several_ways(endpoint, tail):
    assert answers(OpenAiCompatible(endpoint.url + tail, "small")) == ["text 0"]


def test_without_a_name_the_first_model_listed_is_asked(endpoint):
    answers(OpenAiCompatible(endpoint.url))

    assert endpoint.asked[0]["model"] == "tiny"


def test_several_generations_are_asked_for_at_once(endpoint):
    assert answers(OpenAiCompatible(endpoint.url, "small"), 3) == ["text 0", "text 1", "text 2"]
    assert [body["n"] for body in endpoint.asked] == [3]


def test_an_endpoint_that_ignores_n_is_asked_again(endpoint):
    endpoint.reply = lambda body: chat(1)

    assert answers(OpenAiCompatible(endpoint.url, "small"), 3) == ["text 0"] * 3
    assert len(endpoint.asked) == 3


def test_an_endpoint_that_refuses_n_is_asked_one_by_one_from_then_on(endpoint):
    endpoint.reply = lambda body: ("n is unknown", 400) if "n" in body else chat(1)
    source = OpenAiCompatible(endpoint.url, "small")

    assert answers(source, 3) == ["text 0"] * 3
    assert answers(source, 2) == ["text 0"] * 2
    assert sum("n" in body for body in endpoint.asked) == 1


def test_a_text_cut_off_is_marked_and_tokens_are_taken_over(endpoint):
    endpoint.reply = lambda body: chat(1, finish_reason="length")
    source = OpenAiCompatible(endpoint.url, "small")

    (completion,) = source.answers(asked(), source.reserve("run", asked()))

    assert not completion.finished
    assert completion.tokens == 5


@pytest.mark.parametrize(
    "reply",
    [
        ("overloaded", 500),
        ("unknown model", 404),
        ("bad request", 400),
        ("not json", 200),
        ({"choices": []}, 200),
        ({"choices": [{"text": "old form"}]}, 200),
    ],
    ids=str,
)
def test_a_failure_is_an_error_of_code_500(endpoint, reply):
    endpoint.reply = lambda body: reply

    with pytest.raises(AnswerError) as error:
        answers(OpenAiCompatible(endpoint.url, "small"))

    assert error.value.code == 500


def test_an_endpoint_that_is_not_there_is_an_error_of_code_500():
    with pytest.raises(AnswerError, match="failed") as error:
        answers(OpenAiCompatible("http://127.0.0.1:9", "small"))

    assert error.value.code == 500


def test_failures_are_error_rows_of_a_completed_job(serve, endpoint):
    endpoint.reply = lambda body: ("overloaded", 500)
    bedrock = serve(OpenAiCompatible(endpoint.url, "small"))

    job = bedrock.run()

    assert (job["status"], job["errorRecordCount"]) == ("Completed", 3)
    assert {row["error"]["errorCode"] for row in bedrock.output(job)} == {500}
