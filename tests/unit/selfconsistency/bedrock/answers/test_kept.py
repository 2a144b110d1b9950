"""Answers that are kept as they come, and taken over by the next run."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from selfconsistency.bedrock.answers.kept import BEGINNING, Kept, KeptFile, KeptFileError
from selfconsistency.bedrock.answers.recorded import Recorded, RecordingError, read_recording
from selfconsistency.bedrock.answers.source import AnswerError, Asked, Completion, Turn

TREES = "There are 15 trees. How many trees?"
CARS = "If there are 3 cars, how many cars?"


class Oracle:
    """Numbers its answers, at most so many a request; fails when it is told to."""

    at_once = 3
    broken: str | None = None

    def __init__(self, at_a_time: int = 9) -> None:
        self.at_a_time = at_a_time
        self.requests: list[int] = []
        self.answered = 0
        self.fails_after = 1_000

    def some(self, asked: Asked, most: int) -> list[Completion]:
        if self.answered >= self.fails_after:
            raise AnswerError(500, "gone")
        self.requests.append(most)
        texts = range(self.answered, self.answered + min(most, self.at_a_time))
        self.answered = texts.stop
        return [Completion(f"{asked.turns[-1].text[:5]}{n}", n != 3, n or None) for n in texts]


class Runs:
    """Runs that keep their answers in one folder."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "out" / "kept.jsonl"
        self.oracle = Oracle()

    def texts(self, *asks: Asked, endpoint: str = "http://here", model: str = "tiny") -> list[str]:
        """Have a run of its own answer these records in order."""
        with closing(KeptFile(self.file)) as file:
            kept = self.kept(file, endpoint, model)
            places = [kept.reserve("run", asked) for asked in asks]
            found = [kept.answers(*each) for each in zip(asks, places, strict=True)]
        return [completion.text for completions in found for completion in completions]

    def kept(self, file: KeptFile, endpoint: str = "http://here", model: str = "tiny") -> Kept:
        return Kept(self.oracle, endpoint, model, file, lambda asked: asked.turns[-1].text)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_bytes().splitlines()]


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path)


def ask(
    question: str = TREES,
    record_id: str = "q0000001s00",
    temperature: float = 0.7,
    count: int = 1,
    **changed: Any,
) -> Asked:
    turns = (Turn("system", "Think."), Turn("user", question))
    return replace(Asked(record_id, turns, temperature, count, 512), **changed)


def test_a_line_says_what_was_asked_and_answered(runs: Runs) -> None:
    runs.texts(ask(record_id="q0000001s04"))

    [line] = runs.lines
    assert len(line.pop("prompt")) == 64
    assert line == {
        "endpoint": "http://here",
        "model": "tiny",
        "temperature": 0.7,
        "top_p": None,
        "max_tokens": 512,
        "row": 0,
        "path": 4,
        "question": TREES,
        "setting": "T0.7",
        "text": "There0",
        "finished": True,
        "tokens": None,
    }


def test_what_is_kept_is_not_asked_again(runs: Runs) -> None:
    asks = [ask(), ask(CARS, "q0000002s00"), ask(temperature=0), ask(record_id="q0000001s01")]

    first = runs.texts(*asks)
    again = runs.texts(*reversed(asks))

    assert again == first[::-1]
    assert len(runs.oracle.requests) == len(runs.lines) == 4


def test_a_completion_is_taken_over_whole(runs: Runs) -> None:
    asked = ask(count=5)
    runs.texts(asked)

    with closing(KeptFile(runs.file)) as file:
        kept = runs.kept(file)
        completions = kept.answers(asked, kept.reserve("run", asked))

    assert [each.finished for each in completions] == [True, True, True, False, True]
    assert [each.tokens for each in completions] == [None, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("run", "asked"),
    [
        pytest.param({"model": "large"}, {}, id="model"),
        pytest.param({"endpoint": "http://there"}, {}, id="endpoint"),
        pytest.param({}, {"temperature": 0.5}, id="temperature"),
        pytest.param({}, {"max_tokens": 100}, id="max_tokens"),
        pytest.param({}, {"top_p": 0.9}, id="top_p"),
        pytest.param({}, {"record_id": "q0000001s07"}, id="path"),
        pytest.param({}, {"turns": (Turn("user", TREES),)}, id="prompt without the system's part"),
        pytest.param({}, {"turns": (Turn("user", f"Think.{TREES}"),)}, id="prompt in one part"),
    ],
)
def test_under_any_other_condition_it_is_asked_anew(
    runs: Runs, run: dict[str, str], asked: dict[str, Any]
) -> None:
    runs.texts(ask())

    assert runs.texts(ask(**asked), **run)[0].endswith("1")
    assert runs.texts(ask()) == ["There0"]
    assert len(runs.oracle.requests) == 2


def test_of_a_record_with_several_completions_only_the_missing_ones_are_asked(runs: Runs) -> None:
    runs.texts(ask(record_id="q0000001s01", count=2))

    assert runs.texts(ask(record_id="q0000001s00", count=5)) == [
        *("There2", "There0", "There1", "There3", "There4")
    ]
    assert runs.oracle.requests == [2, 3]


def test_completions_are_kept_one_by_one_as_they_come(runs: Runs) -> None:
    runs.oracle = Oracle(at_a_time=1)
    runs.oracle.fails_after = 3
    with pytest.raises(AnswerError, match="gone"):
        runs.texts(ask(count=5))

    assert [line["path"] for line in runs.lines] == [0, 1, 2]
    runs.oracle.fails_after = 1_000
    assert runs.texts(ask(count=5)) == [f"There{n}" for n in range(5)]
    assert runs.oracle.requests == [5, 4, 3, 2, 1]


def test_failures_are_not_kept(runs: Runs) -> None:
    runs.oracle.fails_after = 0

    with pytest.raises(AnswerError):
        runs.texts(ask())

    assert runs.lines == []


def test_equal_questions_never_share_an_answer(runs: Runs) -> None:
    asks = [ask(record_id="q0000001s00"), ask(record_id="q0000007s00")]

    first = runs.texts(*asks)

    assert first == ["There0", "There1"]
    assert runs.texts(*asks) == first
    assert sorted(runs.texts(*reversed(asks))) == first
    assert len(runs.oracle.requests) == 2


def test_a_repeated_record_of_the_same_run_has_the_same_answer(runs: Runs) -> None:
    assert runs.texts(ask(), ask()) == ["There0", "There0"]


def test_records_without_a_path_in_their_id_take_the_next_one(runs: Runs) -> None:
    nameless = ask(record_id="")

    assert runs.texts(nameless, nameless) == ["There0", "There1"]
    assert runs.texts(nameless, nameless) == ["There0", "There1"]


def test_it_is_known_before_how_much_is_kept(runs: Runs) -> None:
    runs.texts(ask(), ask(record_id="q0000001s01"), ask(CARS, "q0000002s03"), ask(temperature=0))

    with closing(KeptFile(runs.file)) as file:
        kept = runs.kept(file)
        planned = [ask(count=5), ask(CARS, "q0000002s00", count=4), ask(CARS, temperature=0)]

        assert kept.count(planned) == 3
        assert kept.count([ask(count=1)]) == 1
        assert runs.kept(file, model="large").count(planned) == 0


def test_counts_tell_new_answers_from_those_taken_over(runs: Runs) -> None:
    runs.texts(ask(count=2))

    with closing(KeptFile(runs.file)) as file:
        kept = runs.kept(file)
        kept.answers(ask(count=5), kept.reserve("run", ask(count=5)))

    assert (kept.taken_over, kept.asked_now) == (2, 3)


@pytest.mark.parametrize("lost", [2, 40, "all but the first byte"])
def test_a_torn_last_line_is_cut_off_and_asked_again(runs: Runs, lost: int | str) -> None:
    runs.texts(ask(), ask(CARS))
    whole = runs.file.read_bytes()
    begins = whole.index(b"\n") + 1
    runs.file.write_bytes(whole[:-lost] if isinstance(lost, int) else whole[: begins + 1])

    assert runs.texts(ask(), ask(CARS)) == ["There0", "If th2"]
    assert [line["text"] for line in runs.lines] == ["There0", "If th2"]


def test_a_last_line_that_lacks_nothing_but_its_line_end_is_taken_over(runs: Runs) -> None:
    runs.texts(ask(), ask(CARS))
    runs.file.write_bytes(runs.file.read_bytes().removesuffix(b"\n"))

    again = runs.texts(ask(), ask(CARS), ask(count=2, path=0))

    assert again == ["There0", "If th1", "There0", "There2"]
    assert [line["text"] for line in runs.lines] == ["There0", "If th1", "There2"]


@pytest.mark.parametrize(
    ("content", "number"),
    [
        pytest.param(b"hello", 1, id="not ours"),
        pytest.param(b'{"question": "1+1?", "samples": ["2"]}\n', 1, id="a recording"),
        pytest.param(BEGINNING + b'x"\n', 1, id="a whole line that is damaged"),
        pytest.param(b"\x00\x00\x00\n", 1, id="zeros"),
        pytest.param(b"[" * 100_000 + b"\n", 1, id="nested too deep"),
    ],
)
def test_a_file_that_is_damaged_or_not_ours_is_refused_and_left_alone(
    runs: Runs, content: bytes, number: int
) -> None:
    runs.file.parent.mkdir()
    runs.file.write_bytes(content)

    with pytest.raises(KeptFileError, match=rf"kept\.jsonl line {number}: .*move it away"):
        KeptFile(runs.file)

    assert runs.file.read_bytes() == content


def test_damage_in_the_middle_is_told_with_its_line(runs: Runs) -> None:
    runs.texts(ask(), ask(CARS), ask(temperature=0))
    lines = runs.file.read_bytes().splitlines(keepends=True)
    runs.file.write_bytes(lines[0] + lines[1][:50] + lines[2])

    with pytest.raises(KeptFileError, match=r"line 2"):
        KeptFile(runs.file)


def test_a_second_run_in_the_folder_is_refused(runs: Runs) -> None:
    with closing(KeptFile(runs.file)), pytest.raises(KeptFileError, match="another run writes"):
        KeptFile(runs.file)

    KeptFile(runs.file).close()


HOLDS = """
import sys, pathlib
from selfconsistency.bedrock.answers.kept import KeptFile
held = KeptFile(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(runs: Runs) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has the folder."""
    command = [sys.executable, "-c", HOLDS, str(runs.file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_process_that_is_killed_leaves_the_folder_free(
    runs: Runs, holder: subprocess.Popen[bytes]
) -> None:
    with pytest.raises(KeptFileError, match="another run writes"):
        KeptFile(runs.file)
    holder.kill()
    holder.wait()

    KeptFile(runs.file).close()


def test_an_answer_that_cannot_be_written_ends_the_run(runs: Runs) -> None:
    file = KeptFile(runs.file)
    kept = runs.kept(file)
    file.close()

    with pytest.raises(AnswerError, match="is closed"):
        kept.answers(ask(), kept.reserve("run", ask()))

    assert "is closed" in str(kept.broken)


def test_a_source_that_is_broken_is_so_through_its_keeper(runs: Runs) -> None:
    with closing(KeptFile(runs.file)) as file:
        kept = runs.kept(file)
        assert kept.broken is None
        runs.oracle.broken = "the endpoint is gone"
        assert kept.broken == "the endpoint is gone"


def replayed(file: Path, *asks: Asked) -> list[str]:
    source = Recorded.read(file)
    places = [source.reserve("run", asked) for asked in asks]
    found = [source.answers(*each) for each in zip(asks, places, strict=True)]
    return [completion.text for completions in found for completion in completions]


def test_a_recording_is_made_of_what_is_kept(runs: Runs) -> None:
    asks = [ask(count=3), ask(CARS, "q0000002s00", count=3), ask(temperature=0)]
    texts = runs.texts(*asks)

    assert replayed(runs.file, *asks) == texts
    [trees, cars] = read_recording(runs.file)
    assert (trees.question, cars.question) == (TREES, CARS)
    assert {name: len(each) for name, each in dict(trees.samples).items()} == {
        "T0.7": 3,
        "greedy": 1,
    }


def test_a_cut_off_text_is_replayed_as_cut_off(runs: Runs) -> None:
    runs.texts(ask(count=5))

    [question] = read_recording(runs.file)

    assert dict(question.samples)["T0.7"][3] == Completion("There3", finished=False, tokens=3)


def test_a_recording_has_the_paths_in_order_and_equal_questions_apart(runs: Runs) -> None:
    runs.texts(ask(record_id="q0000001s02"), ask(record_id="q0000001s00"))
    runs.texts(ask(record_id="q0000001s00"), ask(record_id="q0000005s00"))

    first, second = read_recording(runs.file)

    assert [each.text for each in dict(first.samples)["T0.7"]] == ["There1", "There0"]
    assert [each.text for each in dict(second.samples)["T0.7"]] == ["There2"]


def test_answers_of_one_question_to_two_requests_are_not_mixed_in_a_recording(runs: Runs) -> None:
    runs.texts(ask(count=2))
    runs.texts(ask(max_tokens=100))

    with pytest.raises(RecordingError, match=r"of several prompts, .* must be of one"):
        read_recording(runs.file)


def test_a_torn_last_line_is_no_part_of_a_recording(runs: Runs) -> None:
    runs.texts(ask(), ask(CARS))
    runs.file.write_bytes(runs.file.read_bytes()[:-9])

    assert [each.question for each in read_recording(runs.file)] == [TREES]


def test_answers_of_several_models_are_told_apart_by_name(runs: Runs) -> None:
    runs.texts(ask(), model="tiny")
    runs.texts(ask(), model="large")

    with pytest.raises(RecordingError, match=r"answers of tiny, large: choose one, recorded:tiny="):
        read_recording(runs.file)
    with pytest.raises(RecordingError, match=r"no answers of 'huge': there is tiny, large"):
        read_recording(runs.file, "huge")
    [question] = read_recording(runs.file, "large")
    assert dict(question.samples)["T0.7"] == [Completion("There1", tokens=1)]


def test_kept_answers_that_are_damaged_are_no_recording(runs: Runs) -> None:
    runs.texts(ask(), ask(CARS))
    runs.file.write_bytes(runs.file.read_bytes().replace(b'"row":0', b'"row":"x"', 1))

    with pytest.raises(RecordingError, match="line 1"):
        read_recording(runs.file)
