"""Sources that are checked before anything is set up, and endpoints whose answers are kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lambdas.contract.answered_by import AnsweredBy
from selfconsistency.answers_from import AnswersFrom, OpenAnswers, answers_from
from selfconsistency.bedrock.answers.source import Asked
from selfconsistency.planned_asks import plan_asks
from selfconsistency.shell import ClientError
from tests.unit.selfconsistency.loopback import Loopback, serving

REQUEST = {"temperatures": [0.7], "paths": 3, "few_shot": "none"}


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    for name in ("OPENAI_MODEL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as endpoint:
        yield endpoint


def written(file: Path, *rows: Any) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    rows = ({"question": f"How many are {n} and {n}?", "answer": 2 * n} for n in range(4))
    return written(tmp_path / "q.jsonl", *rows)


class Runs:
    """Runs of one question set against one endpoint, into one folder."""

    def __init__(self, questions: Path, endpoint: Loopback) -> None:
        self.questions = questions
        self.out = questions.parent / "out"
        self.told: list[str] = []
        self.answers = answers_from(f"openai:{endpoint.url}")

    def asks(self, request: dict[str, Any]) -> list[Asked]:
        planned = plan_asks(self.questions, request)
        assert planned is not None
        return [asked for each in planned for asked in each.by_path()]

    def run(self, most: int = 99, **changed: Any) -> OpenAnswers:
        """Ask for so many records."""
        request = REQUEST | changed
        opening = self.answers.opened(self.questions, request, out=self.out, tell=self.told.append)
        with opening as opened:
            for asked in self.asks(request)[:most]:
                opened.source.answers(asked, opened.source.reserve("run", asked))
        return opened


@pytest.fixture
def runs(questions: Path, endpoint: Loopback) -> Runs:
    return Runs(questions, endpoint)


def test_the_rest_of_a_mix_alone_is_asked_by_a_second_run(runs: Runs, endpoint: Loopback) -> None:
    mixed = {"greedy": False, "temperatures": [0.5, 1.0], "mix": True, "paths": 5}
    runs.run(most=12, **mixed)
    asked_before = len(endpoint.asked)

    runs.run(**mixed)

    assert (asked_before, len(endpoint.asked)) == (12, 20)
    assert runs.told == ["12 of 20 answers kept from before"]


def test_the_rest_alone_is_asked_by_a_second_run(runs: Runs, endpoint: Loopback) -> None:
    runs.run(most=6)
    asked_before = len(endpoint.asked)
    assert runs.told == []

    second = runs.run()

    assert runs.told == ["10 of 16 answers kept from before"]
    assert (second.kept_before, second.expected) == (10, 16)
    assert (asked_before, len(endpoint.asked)) == (6, 8)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"max_tokens": 99}, id="max_tokens"),
        pytest.param({"temperatures": [0.5], "greedy": False}, id="temperature"),
        pytest.param({"few_shot": "builtin"}, id="prompt"),
        pytest.param({"top_p": 0.5}, id="top_p"),
    ],
)
def test_nothing_is_taken_over_by_another_request(
    runs: Runs, endpoint: Loopback, changed: dict[str, Any]
) -> None:
    runs.run()
    endpoint.asked.clear()

    assert runs.run(**changed).kept_before == 0

    assert len(endpoint.asked) == len(runs.asks(REQUEST | changed))
    assert runs.told == []


def test_nothing_is_taken_over_from_another_model(
    runs: Runs, endpoint: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.run()
    endpoint.asked.clear()
    monkeypatch.setenv("OPENAI_MODEL", "large")

    assert runs.run().answered_by == (AnsweredBy("large", endpoint.url),)

    assert {body["model"] for body in endpoint.asked} == {"large"}
    assert len(endpoint.asked) == 8


def test_more_paths_or_questions_take_over_what_is_there(runs: Runs) -> None:
    runs.run(limit=2)

    assert runs.run(paths=5).kept_before == 2 + 6
    assert runs.told == ["8 of 24 answers kept from before"]


def test_what_is_kept_is_a_recording_of_the_same_run(runs: Runs, endpoint: Loopback) -> None:
    runs.run()
    recording = answers_from(f"recorded:{runs.out / 'kept.jsonl'}")

    assert recording.request({}) == {"greedy": True, "temperatures": [0.7], "paths": 3}
    assert recording.answered_by() == (AnsweredBy("tiny", "recorded:kept.jsonl"),)
    with recording.opened(runs.questions, REQUEST) as opened:
        [*_, asked] = runs.asks(REQUEST)
        texts = [
            each.text for each in opened.source.answers(asked, opened.source.reserve("", asked))
        ]
    assert texts == ["text 0", "text 1", "text 2"]


def test_questions_of_one_text_and_other_options_are_recorded_apart(
    tmp_path: Path, endpoint: Loopback
) -> None:
    rows = [{"question": "Which?", "choices": [f"a{n}", f"b{n}"], "answer": 0} for n in range(3)]
    runs = Runs(written(tmp_path / "q.jsonl", *rows), endpoint)
    runs.run()

    recording = answers_from(f"recorded:{runs.out / 'kept.jsonl'}")

    with recording.opened(runs.questions, REQUEST) as opened:
        assert opened.expected == 12
    lines = (runs.out / "kept.jsonl").read_text().splitlines()
    assert len({json.loads(line)["question"] for line in lines}) == 3


def test_a_folder_that_another_run_writes_into_is_refused(runs: Runs, questions: Path) -> None:
    with (
        runs.answers.opened(questions, REQUEST, out=runs.out),
        pytest.raises(ClientError, match="another run writes into"),
        runs.answers.opened(questions, REQUEST, out=runs.out),
    ):
        pass

    runs.run()


def test_a_damaged_file_of_kept_answers_is_refused(runs: Runs) -> None:
    runs.out.mkdir()
    (runs.out / "kept.jsonl").write_text("mine\n")

    with pytest.raises(ClientError, match=r"kept\.jsonl line 1"):
        runs.run()


def test_nothing_is_kept_where_no_folder_is_given(
    runs: Runs, questions: Path, endpoint: Loopback
) -> None:
    with runs.answers.opened(questions, REQUEST) as opened:
        for asked in runs.asks(REQUEST):
            opened.source.answers(asked, opened.source.reserve("run", asked))

    assert len(endpoint.asked) == 8
    assert not runs.out.exists()


def test_an_endpoint_that_cannot_be_used_leaves_no_folder(runs: Runs, endpoint: Loopback) -> None:
    endpoint.models = (401, "no")

    with pytest.raises(ClientError, match="OPENAI_API_KEY"):
        runs.run()

    assert not runs.out.exists()


def test_a_dataset_that_will_be_refused_is_left_to_the_plan_step(
    tmp_path: Path, endpoint: Loopback
) -> None:
    runs = Runs(written(tmp_path / "q.jsonl", 3), endpoint)

    with runs.answers.opened(runs.questions, REQUEST, out=runs.out) as opened:
        assert opened.expected == 0


def test_exemplars_that_do_not_exist_are_told_before(questions: Path) -> None:
    opening = AnswersFrom("simulated").opened(questions, {"few_shot": "none.jsonl"})

    with pytest.raises(ClientError, match=r"no exemplars file 'none\.jsonl'"), opening:
        pass


def recorded(tmp_path: Path, *samples: Any) -> AnswersFrom:
    rows = (
        {"question": f"How many are {n} and {n}?", "samples": each}
        for n, each in enumerate(samples)
    )
    return answers_from(f"recorded:{written(tmp_path / 'recorded.jsonl', *rows)}")


ALL = {"greedy": ["a"], "T0.7": ["a", "b", "c"]}


@pytest.mark.parametrize(
    ("samples", "complaint"),
    [
        pytest.param(
            [ALL, ALL],
            'lacks 2 of 4 questions of the dataset, the first is "How many are 2 and 2?"',
            id="questions",
        ),
        pytest.param(
            [ALL, {"T0.7": ["a", "b", "c"]}, ALL, ALL],
            'has no greedy of "How many are 1 and 1?"',
            id="a setting",
        ),
        pytest.param(
            [ALL, ALL, {"greedy": ["a"], "T0.7": ["a", "b"]}, ALL],
            'has 2 generations at T0.7 of "How many are 2 and 2?", and paths is 3',
            id="generations",
        ),
    ],
)
def test_what_a_recording_lacks_is_told_before(
    tmp_path: Path, questions: Path, samples: list[Any], complaint: str
) -> None:
    opening = recorded(tmp_path, *samples).opened(questions, REQUEST)

    with pytest.raises(ClientError) as refused, opening:
        pass

    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


MIXED = {"greedy": False, "temperatures": [0.5, 1.0], "mix": True, "few_shot": "none"}


def test_a_mix_asks_a_recording_for_its_share_of_each_temperature(
    tmp_path: Path, questions: Path
) -> None:
    answers = recorded(tmp_path, *[{"T0.5": ["a"] * 3, "T1.0": ["b"] * 2}] * 4)

    with answers.opened(questions, MIXED | {"paths": 5}) as opened:
        assert opened.expected == 20
    with pytest.raises(ClientError) as refused, answers.opened(questions, MIXED | {"paths": 6}):
        pass

    assert str(refused.value).endswith(
        'has 2 generations at T1.0 of "How many are 0 and 0?", and 3 of the mix\'s paths are asked'
        " for there"
    )


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(REQUEST | {"limit": 2}, id="questions that are not asked"),
        pytest.param(REQUEST | {"limit": 2, "paths": 9, "early_stop": 0.9}, id="early stopping"),
        pytest.param(REQUEST | {"limit": 2, "greedy": False}, id="a setting not asked for"),
    ],
)
def test_a_recording_may_lack_what_is_not_asked_for(
    tmp_path: Path, questions: Path, request_: dict[str, Any]
) -> None:
    with recorded(tmp_path, ALL, ALL).opened(questions, request_) as opened:
        assert opened.expected > 0


def test_a_plain_list_serves_all_settings(tmp_path: Path, questions: Path) -> None:
    source = recorded(tmp_path, *[["a", "b", "c"]] * 4)

    with source.opened(questions, REQUEST | {"temperatures": [0.5, 0.9]}) as opened:
        assert opened.expected == 4 * 7


def test_questions_of_one_text_need_recordings_each(tmp_path: Path) -> None:
    row = {"question": "How many are 0 and 0?", "answer": 0}
    twice = written(tmp_path / "q.jsonl", row, row)

    with recorded(tmp_path, ALL).opened(twice, REQUEST) as opened:
        assert opened.expected == 8
