"""Who answers, as the command line names it: recorded:FILE, simulated or openai:URL."""

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.bedrock.answers.answer_key import read_answer_key
from local.bedrock.answers.layouts import KeyedQuestion
from local.bedrock.answers.openai import OpenAiCompatible
from local.bedrock.answers.recorded import Recorded, RecordingError
from local.bedrock.answers.simulated import Simulated
from local.bedrock.answers.source import AnswerSource
from local.errors import LocalError
from local.recording import recorded_request

_EXPECTED = "expected recorded:FILE, simulated or openai:URL"


@dataclass(frozen=True, slots=True)
class AnswersFrom:
    """A kind of source, and the file or URL that goes with it."""

    kind: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.place}" if self.place else self.kind

    @property
    def label(self) -> str:
        """What has to stand wherever figures of this source are shown."""
        return "SIMULATED, says nothing about a model" if self.kind == "simulated" else ""

    def source(self, questions: Path | None, seed: int) -> AnswerSource:
        """Return the source.

        Args:
            questions: the question set whose answers a simulation may know.
            seed: of a simulation.

        Raises:
            LocalError: a recording cannot be read.
        """
        if self.kind == "recorded":
            return _recorded(Path(self.place))
        if self.kind == "openai":
            key, model = (os.environ.get(f"OPENAI_{name}", "") for name in ("API_KEY", "MODEL"))
            return OpenAiCompatible(self.place, model=model, api_key=key)
        return Simulated(_answer_key(questions), seed=seed)

    def request(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what follows from the source for a request of which some keys are given.

        Raises:
            LocalError: a recording cannot be read.
        """
        if self.kind != "recorded":
            return {}
        try:
            return recorded_request(Path(self.place), given)
        except RecordingError as error:
            raise LocalError(str(error)) from error


def answers_from(text: str) -> AnswersFrom:
    """Read the command line's word for a source; a recording has to be there."""
    kind, _, place = text.partition(":")
    if text == "simulated":
        return AnswersFrom(kind)
    if kind == "recorded":
        if not Path(place).is_file():
            raise argparse.ArgumentTypeError(f"{place!r} is not a file; {_EXPECTED}")
        return AnswersFrom(kind, str(Path(place).resolve()))
    if kind != "openai":
        raise argparse.ArgumentTypeError(f"{text!r} is not a source of answers; {_EXPECTED}")
    if not place.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{place!r} is not a URL; {_EXPECTED}")
    return AnswersFrom(kind, place)


def _recorded(file: Path) -> Recorded:
    try:
        return Recorded.read(file)
    except RecordingError as error:
        raise LocalError(str(error)) from error


def _answer_key(questions: Path | None) -> list[KeyedQuestion]:
    """Return a question set's answers; one that cannot be read is left for Plan to refuse."""
    try:
        return read_answer_key(questions) if questions else []
    except ValueError:
        return []
