"""What the functions log: names, counts and reasons, no question, answer or completion."""

import logging
import traceback
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from lambdas.core.errors import SelfConsistencyError
from tests.unit.handlers.world import World

# No file, test, class or message has this word but where it stands in the files of a run.
MARK = "zwiebelturm"
REQUEST = {
    "dataset": "datasets/q.jsonl",
    "few_shot": "datasets/e.jsonl",
    "temperatures": [0.7],
    "paths": 3,
}
QUESTIONS = [
    {"question": f"one {MARK}?", "answer": f"gold {MARK}"},
    {"question": f"two {MARK}?", "answer": f"other {MARK}"},
    {"question": f"not recorded {MARK}?", "answer": f"other {MARK}"},
]
EXEMPLAR = {"question": f"zero {MARK}?", "rationale": f"So {MARK}.", "answer": f"nil {MARK}"}
SAMPLES = {
    f"one {MARK}?": {
        "greedy": [f"The answer is gold {MARK}."],
        "T0.7": [f"The answer is gold {MARK}.", f"I, {MARK}, cannot say", f"Answer: {MARK}"],
    },
    f"two {MARK}?": {"greedy": [f"no idea, {MARK}"], "T0.7": [f"{MARK}", "", f"{MARK}" * 200]},
}


class LogLines(logging.Handler):
    """Keeps each line as a function would write it."""

    def __init__(self, formatter: Any) -> None:
        super().__init__(logging.INFO)
        self.formatter = formatter
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log(world: World) -> Iterator[LogLines]:
    """The lines of our own logger and of every library's, from INFO on."""
    # Where a function's environment is: the logger reads it once.
    logger = import_module("lambdas.handlers.decorators").logger
    log_lines, root = LogLines(logger.registered_formatter), logging.getLogger()
    before = logger.log_level, root.level
    for each in (logger, root):
        each.setLevel(logging.INFO)
        each.addHandler(log_lines)
    yield log_lines
    for each, level in zip((logger, root), before, strict=True):
        each.removeHandler(log_lines)
        each.setLevel(level)


def marked(lines: list[str]) -> list[str]:
    return [line for line in lines if MARK in line.lower()]


@pytest.mark.parametrize("least", ["1", "100"], ids=["in batch", "on demand"])
def test_a_run_logs_no_question_answer_or_completion(
    world: World, log: LogLines, capsys: pytest.CaptureFixture[str], least: str
) -> None:
    world.set("MIN_RECORDS", least)
    world.serve(SAMPLES)
    world.put("datasets/q.jsonl", *QUESTIONS)
    world.put("datasets/e.jsonl", EXEMPLAR)

    world.run(REQUEST)

    assert MARK in world.read("runs/demo/votes.jsonl").decode()
    assert [line for line in log.lines if '"planned"' in line]
    assert [line for line in log.lines if '"voted"' in line]
    assert marked(log.lines) == []
    assert marked(capsys.readouterr().out.splitlines()) == []


def test_a_run_whose_records_all_fail_gives_the_reason_without_content(
    world: World, log: LogLines
) -> None:
    world.serve({"another?": {"greedy": ["1"]}})
    world.put("datasets/q.jsonl", *QUESTIONS)

    reported = world.failed_run(REQUEST | {"few_shot": "none"})

    assert "400: No recorded question in the prompt …" in reported["message"]
    assert MARK not in reported["message"]
    assert [line for line in log.lines if '"aborted"' in line]
    assert marked(log.lines) == []


def raised(world: World, request: dict[str, Any]) -> str:
    """Return what Lambda writes of a refusal: the traceback with every message in it."""
    with pytest.raises(SelfConsistencyError) as failed:
        world.plan(request)
    assert world.keys("runs/") == []
    return "".join(traceback.format_exception(failed.value))


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f'{{"question": "{MARK}', id="no JSON"),
        pytest.param(f'{{"question": {MARK}}}', id="no value"),
        pytest.param(f'["{MARK}"]', id="a list"),
        pytest.param(f'"{MARK}"', id="a text"),
        pytest.param(f'{{"question": [7, "{MARK}"]}}', id="a question that is a list"),
        pytest.param(f'{{"question": "\\ud800 {MARK}"}}', id="half a surrogate pair"),
        pytest.param(f'{{"id": "\\u001b {MARK}", "question": "?"}}', id="a control character"),
        pytest.param(f'{{"question": "?", "answer": "{MARK} of {MARK}"}}', id="no number"),
        pytest.param(f'{{"question": "?", "answer": ["{MARK}"]}}', id="a list of answers"),
        pytest.param(
            f'{{"question": "?", "choices": ["{MARK}", "{MARK}"], "answer": "{MARK}"}}',
            id="an answer that is two options",
        ),
        pytest.param(
            f'{{"question": "?", "passage": [7, "{MARK}"]}}', id="a passage that is a list"
        ),
        pytest.param(f'{{"question": "?", "image": "{MARK}"}}', id="an image"),
        pytest.param(f'{{"question": "?", "choices": {{"{MARK}": "x"}}}}', id="a label"),
        pytest.param(f'{{"question": "?", "choices": "{MARK}"}}', id="no options"),
        pytest.param(f'{{"question": "?", "id": ["{MARK}"]}}', id="an id that is a list"),
        pytest.param(f'{{"question": "?", "id": "{MARK} {"x" * 200}"}}', id="a long id"),
        pytest.param(f'{{"say {MARK}": [{{"question": 7, "x": "{MARK}"}}]}}', id="a wrapped set"),
        pytest.param(f'{{"question": "{MARK}", "target_": "? {MARK}"}}', id="an answer missed"),
        pytest.param(f'{{"question": "{MARK}"}}'.encode("utf-16"), id="UTF-16"),
        pytest.param(f'{{"question": "{MARK}\udcff"}}', id="no UTF-8"),
    ],
)
def test_a_refused_line_is_reported_without_its_content(
    world: World, log: LogLines, line: str | bytes
) -> None:
    content = line if isinstance(line, bytes) else line.encode(errors="surrogateescape")
    arithmetic = {"task": "arithmetic"} if b"choices" not in content else {}
    world.put("datasets/q.jsonl", content)
    world.put("datasets/e.jsonl", content)

    reported = raised(world, REQUEST | arithmetic)

    assert "datasets/q.jsonl line " in reported
    assert MARK not in reported
    assert marked(log.lines) == []


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"{MARK} one,{MARK} two\n" * 2, id="no names"),
        pytest.param(f'question,answer\n"{MARK}\n', id="an open quote"),
        pytest.param(f'question,answer\n"{MARK}" {MARK},5\n', id="a quote within"),
        pytest.param(f"question,answer\n{MARK},{MARK},{MARK}\n", id="too many fields"),
        pytest.param(f"question,answer\n{MARK}?,{MARK} {MARK * 40}\n", id="no number"),
    ],
)
def test_a_refused_csv_is_reported_without_its_content(
    world: World, log: LogLines, content: str
) -> None:
    world.put("datasets/q.csv", content.encode())

    reported = raised(world, {"dataset": "datasets/q.csv", "task": "arithmetic"})

    assert "datasets/q.csv line " in reported
    assert MARK not in reported
    assert marked(log.lines) == []
