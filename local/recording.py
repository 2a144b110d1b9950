"""Which request a recorded file can answer: its settings, and as many paths as all have."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from local.bedrock.answers.recorded import RecordingError, read_recording

_GREEDY = "greedy"
_SETTING = re.compile(r"T\d+(\.\d+)?", re.ASCII)


def recorded_request(recording: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request's keys that follow from a recording, those not given already.

    Nothing follows where the recording is of plain lists, which serve any temperature.

    Raises:
        RecordingError: the file has another form, or its questions no setting in common.
    """
    counts = _shared_counts(recording)
    if counts is None:
        return {}
    sampled = {setting: count for setting, count in counts.items() if setting != _GREEDY}
    follows: dict[str, Any] = {"greedy": _GREEDY in counts, "temperatures": temperatures(sampled)}
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
        if setting != _GREEDY and not _SETTING.fullmatch(setting):
            raise RecordingError(
                f"{recording}: setting is {setting[:40]!r}, must be greedy or a temperature as T0.7"
            )


def _lesser(ours: Mapping[str, int], theirs: Mapping[str, int]) -> dict[str, int]:
    return {setting: min(ours[setting], theirs[setting]) for setting in ours if setting in theirs}
