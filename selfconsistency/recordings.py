"""What a recording can answer: the request that follows from it, and what it lacks."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lambdas.contract import MAX_PATHS
from lambdas.contract.schema import GREEDY
from lambdas.core.text import count_of, shown
from selfconsistency.bedrock.answers.recorded import Recorded, RecordingError, read_recording
from selfconsistency.planned_asks import PlannedAsks
from selfconsistency.shell import ClientError

_SETTING = re.compile(r"T\d+(\.\d+)?", re.ASCII)


def check_recording(recording: Path, source: Recorded, asks: PlannedAsks) -> None:
    """Refuse a recording that lacks what a run will ask for.

    Too few generations are no lack if questions may leave early: then few may be enough.

    Raises:
        ClientError: it lacks a question, a setting of one, or generations.
    """
    wanted = ((each.text, each.asked) for each in asks)
    lack = source.lack(wanted, counts=asks.asks_all_paths)
    if lack.questions:
        of = count_of(len(asks.questions), "question")
        raise ClientError(
            f"{recording} lacks {len(lack.questions):,} of {of} of the dataset, the first is "
            f"{shown(lack.questions[0])}"
        )
    if lack.setting and not lack.recorded:
        raise ClientError(f"{recording} has no {lack.setting} of {shown(lack.of)}")
    if lack.setting:
        asked = f"paths is {lack.wanted}"
        if asks.turns > 1:
            asked = f"{lack.wanted} of the mix's paths are asked for there"
        raise ClientError(
            f"{recording} has {count_of(lack.recorded, 'generation')} at {lack.setting} of "
            f"{shown(lack.of)}, and {asked}"
        )


def recorded_request(recording: Path, given: Mapping[str, Any], model: str = "") -> dict[str, Any]:
    """Return the request's keys that follow from a recording, those not given already.

    Nothing follows where the recording is of plain lists, which serve any temperature, or where
    a design says all.

    Raises:
        RecordingError: the file has another form, or its questions no setting in common.
    """
    counts = _shared_counts(recording, model)
    if counts is None or given.get("design"):
        return {}
    sampled = {setting: count for setting, count in counts.items() if setting != GREEDY}
    follows: dict[str, Any] = {"greedy": GREEDY in counts, "temperatures": temperatures(sampled)}
    wanted = given.get("temperatures", follows["temperatures"])
    of_wanted = [
        count for setting, count in sampled.items() if temperatures([setting])[0] in wanted
    ]
    if of_wanted:
        turns = len(of_wanted) if given.get("mix") else 1
        follows["paths"] = min(min(of_wanted) * turns, MAX_PATHS)
    return {key: value for key, value in follows.items() if key not in given}


def temperatures(settings: Iterable[str]) -> list[float]:
    """Return the temperatures of settings named `T0.7`, in ascending order.

    >>> temperatures(["T1.0", "T0.5"])
    [0.5, 1.0]
    """
    return sorted(float(setting.removeprefix("T")) for setting in settings)


def _shared_counts(recording: Path, model: str) -> dict[str, int] | None:
    """Return for each setting that all questions have the least number of its samples."""
    shared: dict[str, int] | None = None
    for question in read_recording(recording, model):
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
