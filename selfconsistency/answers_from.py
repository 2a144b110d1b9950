"""Who answers, as the command line names it, and the request that a recording can answer."""

import argparse
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambdas.contract.answered_by import SIMULATED, AnsweredBy
from lambdas.contract.schema import GREEDY
from selfconsistency.bedrock.answers.answer_key import KeyedQuestion, read_answer_key
from selfconsistency.bedrock.answers.openai import OpenAiCompatible
from selfconsistency.bedrock.answers.recorded import Recorded, RecordingError, read_recording
from selfconsistency.bedrock.answers.simulated import Simulated
from selfconsistency.bedrock.answers.source import AnswerSource
from selfconsistency.shell import ClientError

_EXPECTED = "expected recorded:FILE, simulated or openai:URL"
_SETTING = re.compile(r"T\d+(\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class AnswersFrom:
    """A kind of source, and the file or URL that goes with it."""

    kind: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.place}" if self.place else self.kind

    def answered_by(self) -> tuple[AnsweredBy, ...]:
        """Return who answers, as reports say it."""
        if self.kind == "recorded":
            file = Path(self.place)
            return (AnsweredBy(file.stem, f"recorded:{file.name}"),)
        if self.kind == "openai":
            return (AnsweredBy(os.environ.get("OPENAI_MODEL") or "unknown", self.place),)
        return (AnsweredBy(SIMULATED, SIMULATED),)

    def source(self, questions: Path | None, seed: int) -> AnswerSource:
        """Return the source.

        Args:
            questions: the question set whose answers a simulation may know.
            seed: of a simulation.

        Raises:
            ClientError: a recording cannot be read.
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
            ClientError: a recording cannot be read.
        """
        if self.kind != "recorded":
            return {}
        try:
            return recorded_request(Path(self.place), given)
        except RecordingError as error:
            raise ClientError(str(error)) from error


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
        raise ClientError(str(error)) from error


def _answer_key(questions: Path | None) -> list[KeyedQuestion]:
    """Return a question set's answers; one that cannot be read is left for Plan to refuse."""
    try:
        return read_answer_key(questions) if questions else []
    except ValueError:
        return []


def recorded_request(recording: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request's keys that follow from a recording, those not given already.

    Nothing follows where the recording is of plain lists, which serve any temperature.

    Raises:
        RecordingError: the file has another form, or its questions no setting in common.
    """
    counts = _shared_counts(recording)
    if counts is None:
        return {}
    sampled = {setting: count for setting, count in counts.items() if setting != GREEDY}
    follows: dict[str, Any] = {"greedy": GREEDY in counts, "temperatures": temperatures(sampled)}
    wanted = given.get("temperatures", follows["temperatures"])
    of_wanted = [
        count for setting, count in sampled.items() if temperatures([setting])[0] in wanted
    ]
    if of_wanted:
        follows["paths"] = min(of_wanted)
    return {key: value for key, value in follows.items() if key not in given}


def temperatures(settings: Iterable[str]) -> list[float]:
    """Return the temperatures of settings named `T0.7`, in ascending order.

    >>> temperatures(["T1.0", "T0.5"])
    [0.5, 1.0]
    """
    return sorted(float(setting.removeprefix("T")) for setting in settings)


def _shared_counts(recording: Path) -> dict[str, int] | None:
    """Return for each setting that all questions have the least number of its samples."""
    shared: dict[str, int] | None = None
    for question in read_recording(recording):
        if not isinstance(question.samples, dict):
            return None
        counts = {setting: len(texts) for setting, texts in question.samples.items() if texts}
        _check_settings(recording, counts)
        shared = counts if shared is None else _lesser(shared, counts)
    if not shared:
        raise RecordingError(f"{recording}: no setting has a sample of every question")
    return shared


def _check_settings(recording: Path, settings: Iterable[str]) -> None:
    for setting in settings:
        if setting != GREEDY and not _SETTING.fullmatch(setting):
            raise RecordingError(
                f"{recording}: setting is {setting[:40]!r}, must be greedy or a temperature as T0.7"
            )


def _lesser(ours: Mapping[str, int], theirs: Mapping[str, int]) -> dict[str, int]:
    return {setting: min(ours[setting], theirs[setting]) for setting in ours if setting in theirs}
