"""Replays recorded generations: each path asked for takes the next recorded one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from selfconsistency.bedrock.answers.finder import QuestionFinder
from selfconsistency.bedrock.answers.kept import (
    BEGINNING,
    KeptAnswer,
    KeptFileError,
    read_lines,
)
from selfconsistency.bedrock.answers.source import (
    UNDECODABLE,
    AnswerError,
    Asked,
    Completion,
    Place,
    Places,
    setting_of,
)

Texts = Sequence[str | Completion]
Samples = Mapping[str, Texts] | Texts
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_EXPECTED = '{"question": "…", "samples": {"T0.7": ["…"]}}'


class RecordedQuestion(msgspec.Struct, frozen=True):
    """A line of a recorded file; a plain list of samples serves every temperature.

    A sample is its text, or `{"text": "…", "finished": false, "tokens": 512}`.
    """

    question: str
    samples: dict[str, list[str | Completion]] | list[str | Completion]


class RecordingError(ValueError):
    """The recorded file cannot be read."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What a recording lacks of what will be asked of it.

    Attributes:
        questions: those that it does not have.
        setting: one that it does not have of some question, or too rarely; "" if it has all.
        recorded: how often it has this setting.
        wanted: how often it will be asked for.
        of: the question of which it lacks the setting.
    """

    questions: tuple[str, ...] = ()
    setting: str = ""
    recorded: int = 0
    wanted: int = 0
    of: str = ""


class Recorded:
    """Answers from a recorded file, text for text, whatever `max_tokens` says.

    Questions that occur in the file more than once keep their samples apart, in
    order. What was not recorded is an error, never a repetition.
    """

    at_once = 1
    broken = None

    def __init__(self, questions: Iterable[RecordedQuestion]) -> None:
        self._rows: dict[str, list[Samples]] = {}
        for each in questions:
            self._rows.setdefault(each.question, []).append(each.samples)
        self._finder = QuestionFinder(self._rows)
        self._places = Places()

    @classmethod
    def read(cls, path: Path, model: str = "") -> "Recorded":
        """Read a recorded file; see `read_recording`."""
        return cls(read_recording(path, model))

    def take_turns(self, temperatures: int) -> None:
        """Expect runs whose records take so many temperatures in turn."""
        self._places.turns = temperatures

    def lack(self, asks: Iterable[tuple[str, Asked]], *, counts: bool) -> Lack:
        """Return what it lacks, once all questions are asked.

        Args:
            asks: each question's text, and a record that asks for all of its paths.
            counts: whether too few generations are a lack.
        """
        places = Places()
        unknown: dict[str, None] = {}
        lack = Lack()
        for text, asked in asks:
            question = self._finder.find(asked)
            if question is None:
                unknown[text] = None
                continue
            row = places.take("", question, asked, len(self._rows[question])).row
            recorded = len(self._recorded(question, row, asked.temperature) or ())
            if not lack.setting and recorded < (asked.count if counts else 1):
                setting = setting_of(asked.temperature)
                lack = Lack((), setting, recorded, asked.count, text)
        return Lack(tuple(unknown)) if unknown else lack

    def reserve(self, scope: str, asked: Asked) -> Place:
        """Set the next recorded generations aside."""
        question = self._finder.find(asked)
        if question is None:
            return Place(-1, 0)
        return self._places.take(scope, question, asked, len(self._rows[question]))

    def answers(self, asked: Asked, place: Place) -> list[Completion]:
        """Return the generations set aside.

        Raises:
            AnswerError: question or setting was not recorded, or not so many times.
        """
        question = self._finder.find(asked)
        if question is None:
            raise AnswerError(400, f"No recorded question in the prompt {asked.prompt[-80:]!r}")
        setting, end = setting_of(asked.temperature), place.first + asked.count
        recorded = self._recorded(question, place.row, asked.temperature)
        if recorded is None:
            raise AnswerError(
                400,
                f"Setting {setting or 'without temperature'!r} is not recorded for "
                f"{question[:60]!r}: there is {', '.join(self._settings(question, place.row))}",
            )
        if end > len(recorded):
            raise AnswerError(
                400,
                f"Recorded generations exhausted: {len(recorded)} at {setting}, path {end} "
                f"asked for, of {question[:60]!r}",
            )
        return [completion_of(each) for each in recorded[place.first : end]]

    def _recorded(self, question: str, row: int, temperature: float | None) -> Texts | None:
        """Return a question's generations at a temperature, `None` if it was not recorded."""
        samples = self._rows[question][row]
        return samples.get(setting_of(temperature)) if isinstance(samples, Mapping) else samples

    def _settings(self, question: str, row: int) -> list[str]:
        samples = self._rows[question][row]
        return [*samples] if isinstance(samples, Mapping) else []


def completion_of(sample: str | Completion) -> Completion:
    """Return a recorded sample as a source gives it."""
    return Completion(sample) if isinstance(sample, str) else sample


def read_recording(path: Path, model: str = "") -> list[RecordedQuestion]:
    """Return the questions of a recorded file, in its order.

    Args:
        path: a recording, or the file in which a run keeps its answers.
        model: whose answers are meant, if answers of several are kept there.

    Raises:
        RecordingError: it is empty, a line has another form, or it has several models.
    """
    content = path.read_bytes().removeprefix(_BYTE_ORDER_MARK)
    if content.startswith(BEGINNING):
        return _of_kept(_kept(path, model))
    lines = enumerate(content.split(b"\n"), start=1)
    questions = [_question(line, f"{path} line {number}") for number, line in lines if line.strip()]
    if not questions:
        raise RecordingError(f"{path} is empty, expected recorded generations")
    return questions


def model_of(path: Path) -> str:
    """Return the model whose answers are kept in a file, "" if it says none, or several."""
    with path.open("rb") as stream:
        if stream.read(len(BEGINNING)) != BEGINNING:
            return ""
    models = {line.answer.model for line in read_lines(path)}
    return models.pop() if len(models) == 1 else ""


def _question(line: bytes, where: str) -> RecordedQuestion:
    try:
        return msgspec.json.decode(line, type=RecordedQuestion)
    except UNDECODABLE as error:
        raise RecordingError(f"{where}: {error}; expected {_EXPECTED}") from error


def _kept(path: Path, model: str) -> list[KeptAnswer]:
    """Return the answers of one model that are kept in a file.

    Raises:
        RecordingError: there are none, those of several, or a line that is none.
    """
    try:
        answers = [line.answer for line in read_lines(path)]
    except KeptFileError as error:
        raise RecordingError(str(error)) from error
    models = list(dict.fromkeys(answer.model for answer in answers))
    if model and model not in models:
        raise RecordingError(f"{path} has no answers of {model!r}: there is {', '.join(models)}")
    if not model and len(models) > 1:
        raise RecordingError(
            f"{path} has answers of {', '.join(models)}: choose one, recorded:{models[0]}={path}"
        )
    return [answer for answer in answers if not model or answer.model == model]


def _of_kept(answers: Iterable[KeptAnswer]) -> list[RecordedQuestion]:
    """Return kept answers by question and setting, those of each in order of their paths.

    Raises:
        RecordingError: a question was asked under several conditions, such as two prompts: which
            answers are meant is not known.
    """
    samples: dict[tuple[str, int], dict[str, dict[int, Completion]]] = {}
    conditions: dict[tuple[str, int, str], object] = {}
    for answer in answers:
        of_question = samples.setdefault((answer.question, answer.row), {})
        place = (answer.question, answer.row, answer.setting)
        if conditions.setdefault(place, answer.conditions) != answer.conditions:
            raise RecordingError(
                f"the answers kept of {answer.question[:60]!r} at {answer.setting or 'no setting'}"
                " are of several prompts, endpoints, max_tokens or top_p, must be of one; to vote"
                " on some of them again, run their request on the endpoint with that folder as"
                " --out, which asks for nothing that is kept"
            )
        of_question.setdefault(answer.setting, {})[answer.path] = answer.completion
    return [
        RecordedQuestion(question, {name: _in_order(paths) for name, paths in settings.items()})
        for (question, _), settings in samples.items()
    ]


def _in_order(paths: Mapping[int, Completion]) -> list[str | Completion]:
    return [paths[path] for path in sorted(paths)]
