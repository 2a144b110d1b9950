"""Replays recorded generations: each path asked for takes the next recorded one."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from selfconsistency.bedrock.answers.finder import QuestionFinder
from selfconsistency.bedrock.answers.source import (
    AnswerError,
    Asked,
    Completion,
    Place,
    Places,
    setting_of,
)

Samples = Mapping[str, Sequence[str]] | Sequence[str]


class RecordedQuestion(msgspec.Struct, frozen=True):
    """A line of a recorded file; a plain list of samples serves every temperature."""

    question: str
    samples: dict[str, list[str]] | list[str]


class RecordingError(ValueError):
    """The recorded file cannot be read."""


class Recorded:
    """Answers from a recorded file, text for text, whatever `max_tokens` says.

    Questions that occur in the file more than once keep their samples apart, in
    order. What was not recorded is an error, never a repetition.
    """

    at_once = 1

    def __init__(self, questions: Sequence[RecordedQuestion]) -> None:
        self._rows: dict[str, list[Samples]] = {}
        for each in questions:
            self._rows.setdefault(each.question, []).append(each.samples)
        self._finder = QuestionFinder(self._rows)
        self._places = Places()

    @classmethod
    def read(cls, path: Path) -> "Recorded":
        """Read a recorded file.

        Raises:
            RecordingError: it is empty, or a line has another form.
        """
        return cls(read_recording(path))

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
        recorded = _of_setting(self._rows[question][place.row], asked.temperature, question)
        end = place.first + asked.count
        if end > len(recorded):
            setting = setting_of(asked.temperature)
            raise AnswerError(
                400,
                f"Recorded generations exhausted: {len(recorded)} at {setting}, path {end} "
                f"asked for, of {question[:60]!r}",
            )
        return [Completion(text) for text in recorded[place.first : end]]


def read_recording(path: Path) -> list[RecordedQuestion]:
    """Return the questions of a recorded file, in its order.

    Raises:
        RecordingError: it is empty, or a line has another form.
    """
    questions = [
        _question(line, f"{path} line {number}")
        for number, line in enumerate(path.read_bytes().split(b"\n"), start=1)
        if line.strip()
    ]
    if not questions:
        raise RecordingError(f"{path} is empty, expected recorded generations")
    return questions


def _question(line: bytes, where: str) -> RecordedQuestion:
    try:
        return msgspec.json.decode(line, type=RecordedQuestion)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RecordingError(
            f'{where}: {error}; expected {{"question": "…", "samples": {{"T0.7": ["…"]}}}}'
        ) from error


def _of_setting(samples: Samples, temperature: float | None, question: str) -> Sequence[str]:
    if not isinstance(samples, Mapping):
        return samples
    setting = setting_of(temperature)
    if setting not in samples:
        raise AnswerError(
            400,
            f"Setting {setting or 'without temperature'!r} is not recorded for "
            f"{question[:60]!r}: there is {', '.join(samples)}",
        )
    return samples[setting]
