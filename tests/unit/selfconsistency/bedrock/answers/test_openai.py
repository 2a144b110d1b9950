"""Asking an OpenAI-compatible endpoint."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Event, Semaphore, Thread
from typing import Any

import pytest

from selfconsistency.bedrock.answers.endpoint import (
    CONNECT_TIMEOUT_S,
    FAILED_IN_A_ROW,
    LONGEST_WAIT_S,
    RATE_WAITS_S,
    WAITS_S,
    EndpointError,
    retry_after_s,
)
from selfconsistency.bedrock.answers.openai import OpenAiCompatible
from selfconsistency.bedrock.answers.source import AnswerError, Asked, Turn
from tests.unit.selfconsistency.loopback import DROPPED, HALF, Loopback, chat, serving


@pytest.fixture
def endpoint() -> Iterator[Loopback]:
    with serving() as endpoint:
        yield endpoint


def asked(count: int = 1, top_p: float | None = None) -> Asked:
    turns = (Turn("system", "Be brief."), Turn("user", "Q: a"))
    return Asked("r", turns, 0.7, count, 64, top_p=top_p)


def answers(source: OpenAiCompatible, count: int = 1) -> list[str]:
    ask = asked(count)
    return [each.text for each in source.answers(ask, source.reserve("run", ask))]


class Patient:
    """A source that does not really wait between its tries, but notes for how long it would."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.waited: list[float] = []
        self.source = OpenAiCompatible(url, "small", pause=self.waited.append, **settings)

    def failure(self) -> str:
        with pytest.raises(AnswerError) as error:
            answers(self.source)
        assert error.value.code == 500
        return str(error.value)


def nowhere() -> str:
    """A URL at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}"


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


def test_top_p_is_passed_on_if_the_request_has_it(endpoint):
    source = OpenAiCompatible(endpoint.url, "small")

    source.some(asked(top_p=0.9), 1)

    assert endpoint.asked[0]["top_p"] == 0.9


@pytest.mark.parametrize("tail", ["", "/", "/v1", "/v1/"])
def test_the_url_may_be_written_in_several_ways(endpoint, tail):
    source = OpenAiCompatible(endpoint.url + tail, "small")

    assert answers(source) == ["text 0"]
    assert source.url == endpoint.url


def test_no_proxy_is_asked(endpoint, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, nowhere())

    assert answers(OpenAiCompatible(endpoint.url, "small")) == ["text 0"]


def test_several_generations_are_asked_for_at_once(endpoint):
    assert answers(OpenAiCompatible(endpoint.url, "small"), 3) == ["text 0", "text 1", "text 2"]
    assert [body["n"] for body in endpoint.asked] == [3]


def test_more_generations_than_asked_for_are_left_out(endpoint):
    endpoint.reply = lambda body: chat(9)

    assert answers(OpenAiCompatible(endpoint.url, "small"), 2) == ["text 0", "text 1"]


def test_an_endpoint_that_ignores_n_is_asked_one_by_one_from_then_on(endpoint):
    endpoint.reply = lambda body: chat(1)
    source = OpenAiCompatible(endpoint.url, "small")

    assert answers(source, 3) == ["text 0"] * 3
    assert answers(source, 2) == ["text 0"] * 2
    assert [body.get("n") for body in endpoint.asked] == [3, None, None, None, None]


@pytest.mark.parametrize("status", [400, 422])
def test_an_endpoint_that_refuses_n_is_asked_one_by_one_from_then_on(endpoint, status):
    endpoint.reply = lambda body: (status, "n is unknown") if "n" in body else chat(1)
    source = OpenAiCompatible(endpoint.url, "small")

    assert answers(source, 3) == ["text 0"] * 3
    assert answers(source, 2) == ["text 0"] * 2
    assert sum("n" in body for body in endpoint.asked) == 1
    assert source.broken is None


def test_an_endpoint_that_refuses_the_prompt_may_still_take_n(endpoint):
    endpoint.replies((400, "too long"), (400, "too long"), chat(2))
    source = OpenAiCompatible(endpoint.url, "small")

    with pytest.raises(AnswerError, match="too long"):
        answers(source, 2)

    assert answers(source, 2) == ["text 0", "text 1"]


def test_a_text_cut_off_is_marked_and_tokens_are_taken_over(endpoint):
    endpoint.reply = lambda body: chat(1, finish_reason="length")
    source = OpenAiCompatible(endpoint.url, "small")

    (completion,) = source.answers(asked(), source.reserve("run", asked()))

    assert not completion.finished
    assert completion.tokens == 5


@pytest.mark.parametrize(
    ("message", "text"),
    [
        pytest.param({"content": [{"type": "text", "text": "a"}, {"text": "b"}]}, "ab", id="parts"),
        pytest.param({"content": "18", "reasoning_content": "It is 17."}, "18", id="thoughts"),
        pytest.param({"content": "", "reasoning_content": "18"}, "18", id="thoughts alone"),
        pytest.param({"content": None, "reasoning": "18"}, "18", id="thoughts by another name"),
        pytest.param({"content": None}, "", id="nothing said"),
    ],
)
def test_a_text_is_read_in_whatever_form_it_comes(endpoint, message, text):
    endpoint.reply = lambda body: chat(message=message)

    assert answers(OpenAiCompatible(endpoint.url, "small")) == [text]


def test_requests_in_flight_are_bounded_over_all_jobs(endpoint):
    came, gate = Semaphore(0), Event()

    def held(body: dict[str, Any]) -> Any:
        came.release()
        assert gate.wait(60)
        return chat()

    endpoint.reply = held
    source = OpenAiCompatible(endpoint.url, "small", at_once=2)
    with ThreadPoolExecutor(6) as threads:
        asking = [threads.submit(answers, source) for _ in range(6)]
        came.acquire()
        came.acquire()
        gate.set()
        assert [each.result() for each in asking] == [["text 0"]] * 6

    assert endpoint.most_at_once == 2


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param((500, "oops"), id="500"),
        pytest.param((503, "loading model"), id="503"),
        pytest.param(DROPPED, id="closed without an answer"),
        pytest.param(HALF, id="closed in the middle of an answer"),
        pytest.param(b"not json", id="no JSON"),
        pytest.param((200, b"<html>Sign in</html>", {"Content-Type": "text/html"}), id="HTML"),
        pytest.param({"choices": []}, id="no choices"),
        pytest.param({"error": {"message": "overloaded"}}, id="an error with status 200"),
        pytest.param({"choices": [{"message": None}]}, id="no message"),
        pytest.param({"choices": [{"text": "old form"}]}, id="the old form"),
        pytest.param(b'{"choices":' + b"[" * 100_000, id="nested too deep"),
    ],
)
def test_what_may_pass_is_tried_again(endpoint, reply):
    endpoint.replies(reply, reply, chat())
    patient = Patient(endpoint.url)

    assert answers(patient.source) == ["text 0"]
    assert patient.waited == [*WAITS_S[:2]]
    assert patient.source.broken is None


def test_what_does_not_pass_is_given_up_after_a_few_tries(endpoint):
    endpoint.reply = lambda body: (500, "oops")
    patient = Patient(endpoint.url)

    assert "500" in patient.failure()
    assert patient.waited == [*WAITS_S]
    assert patient.source.broken is None


def test_an_answer_with_an_error_in_it_is_shown(endpoint):
    endpoint.reply = lambda body: {"error": {"message": "overloaded"}}

    assert "overloaded" in Patient(endpoint.url).failure()


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_request_that_is_refused_is_not_repeated(endpoint, status):
    endpoint.reply = lambda body: (status, "too long")
    patient = Patient(endpoint.url)

    assert "too long" in patient.failure()
    assert (len(endpoint.asked), patient.waited) == (1, [])


def test_an_endpoint_that_limits_its_rate_is_waited_for_as_long_as_it_asks(endpoint):
    endpoint.replies((429, "slow down", {"Retry-After": "77"}), (429, "slow down"), chat())
    patient = Patient(endpoint.url)

    assert answers(patient.source) == ["text 0"]
    assert patient.waited == [77, RATE_WAITS_S[1]]


def test_an_endpoint_that_limits_its_rate_for_ever_ends_the_run(endpoint):
    endpoint.reply = lambda body: (429, "quota", {"Retry-After": "1"})
    patient = Patient(endpoint.url)

    patient.failure()

    assert patient.waited == [*RATE_WAITS_S]
    assert '429 "quota"; it asks to wait for 1 s' in str(patient.source.broken)


def test_a_wait_that_is_too_long_ends_the_run_at_once(endpoint):
    endpoint.reply = lambda body: (429, "", {"Retry-After": f"{LONGEST_WAIT_S + 1:.0f}"})
    patient = Patient(endpoint.url)

    patient.failure()

    assert patient.waited == []
    assert "it asks to wait for 301 s" in str(patient.source.broken)


def test_retry_after_may_be_a_moment():
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=1000), usegmt=True)

    assert 900 < (retry_after_s(moment) or 0) <= 1000
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT") == 0


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_what_no_other_request_would_survive_ends_the_run_at_once(endpoint, status):
    endpoint.reply = lambda body: (status, "sorry")
    patient = Patient(endpoint.url)

    patient.failure()
    asked_before = len(endpoint.asked)
    assert patient.failure() == patient.source.broken

    assert f'{status} "sorry"' in str(patient.source.broken)
    assert asked_before == len(endpoint.asked) == 1


def test_a_model_that_is_gone_in_the_middle_ends_the_run(endpoint):
    endpoint.replies(chat(), (404, {"error": {"message": "model 'small' not found"}}))
    patient = Patient(endpoint.url)

    assert answers(patient.source) == ["text 0"]
    patient.failure()

    assert "model 'small' not found" in str(patient.source.broken)


def test_a_question_that_is_forbidden_ends_no_run_that_had_answers(endpoint):
    endpoint.replies(chat(), (403, "flagged"), chat())
    source = Patient(endpoint.url).source

    answers(source)
    with pytest.raises(AnswerError, match="flagged"):
        answers(source)

    assert answers(source) == ["text 0"]


def test_an_endpoint_that_goes_away_is_asked_for_some_seconds_then_the_run_ends():
    with serving() as endpoint:
        patient = Patient(endpoint.url)
        answers(patient.source)

    patient.failure()
    waited = [*patient.waited]
    patient.failure()

    assert waited == patient.waited == [*WAITS_S]
    assert "refused" in str(patient.source.broken)


def test_an_endpoint_that_comes_back_is_asked_on():
    url = nowhere()
    with ExitStack() as running:

        def restart(_: float) -> None:
            running.enter_context(serving(int(url.rpartition(":")[2])))

        source = OpenAiCompatible(url, "small", pause=restart)

        assert answers(source) == ["text 0"]
    assert source.broken is None


def test_many_failures_in_a_row_end_the_run(endpoint):
    endpoint.reply = lambda body: (500, "oops")
    patient = Patient(endpoint.url)

    for _ in range(FAILED_IN_A_ROW):
        assert patient.source.broken is None
        patient.failure()

    assert f"the last {FAILED_IN_A_ROW} requests failed" in str(patient.source.broken)


def test_an_answer_in_between_forgives_the_failures_before(endpoint):
    patient = Patient(endpoint.url)
    for reply in [(500, "oops")] * (FAILED_IN_A_ROW - 1):
        endpoint.replies(reply)
        patient.failure()
    endpoint.replies(chat())
    answers(patient.source)
    endpoint.replies((500, "oops"))

    patient.failure()

    assert patient.source.broken is None


def test_refused_questions_end_only_a_run_that_never_had_an_answer(endpoint):
    never, once = Patient(endpoint.url), Patient(endpoint.url)
    answers(once.source)
    endpoint.reply = lambda body: (400, "max_tokens is too large")

    for _ in range(FAILED_IN_A_ROW):
        never.failure()
        once.failure()

    assert "max_tokens is too large" in str(never.source.broken)
    assert once.source.broken is None


def test_an_answer_may_take_longer_than_a_connection(endpoint):
    thinking = Event()

    def slow(body: dict[str, Any]) -> Any:
        thinking.wait(CONNECT_TIMEOUT_S + 0.5)
        return chat()

    endpoint.reply = slow

    assert answers(OpenAiCompatible(endpoint.url, "small")) == ["text 0"]
    assert len(endpoint.asked) == 1


def test_closing_breaks_off_what_is_in_flight(endpoint):
    came, gate = Event(), Event()

    def held(body: dict[str, Any]) -> Any:
        came.set()
        gate.wait(60)
        return chat()

    endpoint.reply = held
    source = OpenAiCompatible(endpoint.url, "small")
    failures: list[AnswerError] = []

    def ask() -> None:
        try:
            answers(source)
        except AnswerError as error:
            failures.append(error)

    thread = Thread(target=ask)
    thread.start()
    assert came.wait(60)

    source.close()
    thread.join(60)
    gate.set()

    assert [str(each) for each in failures] == [
        f"{endpoint.url} is not asked any more: the run ends"
    ]


def test_failures_are_error_rows_of_a_completed_job(serve, endpoint):
    endpoint.reply = lambda body: (500, "overloaded")
    bedrock = serve(Patient(endpoint.url).source)

    job = bedrock.run()

    assert (job["status"], job["errorRecordCount"]) == ("Completed", 3)
    assert {row["error"]["errorCode"] for row in bedrock.output(job)} == {500}


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        pytest.param("", "tiny", id="the first listed"),
        pytest.param("tiny", "tiny", id="by name"),
        pytest.param("large", "large", id="without its tag"),
    ],
)
def test_the_probe_finds_the_model(endpoint, given, chosen):
    source = OpenAiCompatible(endpoint.url, given)

    source.probe()
    answers(source)

    assert source.model == endpoint.asked[0]["model"] == chosen


@pytest.mark.parametrize(
    ("models", "given", "complaint"),
    [
        pytest.param(
            {"data": [{"id": "tiny"}, {"id": "large"}]},
            "huge",
            "has no model 'huge': set OPENAI_MODEL to one of tiny, large",
            id="another model",
        ),
        pytest.param({"data": []}, "", "lists no model: name one in OPENAI_MODEL", id="no model"),
        pytest.param({"data": []}, "huge", "has no model 'huge': it lists none", id="none of many"),
        pytest.param(
            (404, "?"), "", "does not list its models: name one in OPENAI_MODEL", id="no list"
        ),
        pytest.param((401, "?"), "tiny", "does not take the key in OPENAI_API_KEY (401)", id="401"),
        pytest.param((403, "?"), "", "does not take the key in OPENAI_API_KEY (403)", id="403"),
        pytest.param(b"<html>", "tiny", "/v1/models is no list of models", id="HTML"),
        pytest.param((400, "what?"), "tiny", 'does not list its models: 400 "what?"', id="400"),
    ],
)
def test_the_probe_says_why_an_endpoint_cannot_be_used(endpoint, models, given, complaint):
    endpoint.models = models
    source = OpenAiCompatible(endpoint.url, given, api_key="secret")

    with pytest.raises(EndpointError) as error:
        source.probe()

    assert complaint in str(error.value)
    assert endpoint.url in str(error.value)
    assert "\n" not in str(error.value)


def test_an_endpoint_that_wants_a_key_says_so(endpoint):
    endpoint.models = (401, "?")

    with pytest.raises(EndpointError, match="wants a key: set OPENAI_API_KEY"):
        OpenAiCompatible(endpoint.url).probe()


def test_an_endpoint_without_a_list_is_taken_at_its_word(endpoint):
    endpoint.models = (404, "?")
    source = OpenAiCompatible(endpoint.url, "mine")

    source.probe()

    assert source.model == "mine"


def test_an_endpoint_that_starts_is_waited_for():
    waited: list[float] = []
    with serving() as endpoint:

        def wait(seconds: float) -> None:
            waited.append(seconds)
            endpoint.models = {"data": [{"id": "tiny"}]}

        endpoint.models = (503, "Loading model")
        source = OpenAiCompatible(endpoint.url, pause=wait)

        source.probe()

    assert (source.model, waited) == ("tiny", [WAITS_S[0]])


def test_nothing_that_listens_is_one_line_without_a_wait():
    patient = Patient(nowhere())

    with pytest.raises(EndpointError, match=r"nothing answers at .*refused.*start the endpoint"):
        patient.source.probe()

    assert patient.waited == []


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        pytest.param({"completion_tokens": 12.0}, 12, id="a float"),
        pytest.param({"completion_tokens": 10**25}, None, id="more than any model writes"),
        pytest.param({"completion_tokens": "12"}, None, id="a text"),
        pytest.param({"completion_tokens": -1}, None, id="below 0"),
        pytest.param([7], None, id="no object"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_a_text_counts_whatever_stands_beside_it(endpoint, usage, tokens):
    choice = {"message": {"content": "It is 4.", "reasoning": {"a": 1}}, "finish_reason": 7}
    endpoint.reply = lambda _: {"choices": [choice], "usage": usage}
    ask = asked()
    source = OpenAiCompatible(endpoint.url, "small")

    (completion,) = source.answers(ask, source.reserve("run", ask))

    assert (completion.text, completion.tokens) == ("It is 4.", tokens)
    assert len(endpoint.asked) == 1
