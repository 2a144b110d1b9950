"""Who answers, as the command line names it, and the source that stands behind it."""

import argparse
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lambdas.contract.answered_by import SIMULATED, AnsweredBy
from lambdas.contract.stack import StackVariables
from lambdas.core.text import count_of
from selfconsistency.bedrock.answers.answer_key import KeyedQuestion, read_answer_key
from selfconsistency.bedrock.answers.endpoint import AT_ONCE, EndpointError
from selfconsistency.bedrock.answers.finder import QuestionFinder, asked_part
from selfconsistency.bedrock.answers.kept import FILE_NAME, Kept, KeptFile, KeptFileError
from selfconsistency.bedrock.answers.openai import OpenAiCompatible
from selfconsistency.bedrock.answers.recorded import Recorded, RecordingError, model_of
from selfconsistency.bedrock.answers.simulated import Simulated
from selfconsistency.bedrock.answers.source import AnswerSource, Asked
from selfconsistency.local_plan import WITHOUT_STACK
from selfconsistency.planned_asks import PlannedAsks, plan_asks
from selfconsistency.recordings import check_recording, recorded_request
from selfconsistency.shell import ClientError
from selfconsistency.start import local_exemplars

Tell = Callable[[str], object]
_EXPECTED = "expected recorded:FILE, recorded:MODEL=FILE, simulated or openai:URL"


@dataclass(frozen=True, slots=True)
class OpenAnswers:
    """A source that is ready, and what is known of it before the run.

    Attributes:
        source: answers records.
        answered_by: who really answers, as reports say it.
        kept_before: answers of this run that an earlier one has kept.
        expected: the most answers that the run asks for, 0 if that is not known.
        request: of the run, with what follows from a recording; empty unless it is `opened_for`.
    """

    source: AnswerSource
    answered_by: tuple[AnsweredBy, ...]
    kept_before: int = 0
    expected: int = 0
    request: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswersFrom:
    """A kind of source, and what goes with it.

    Attributes:
        kind: recorded, openai or simulated.
        place: the file or URL, "" for a simulation.
        model: of a recording, if it is named.
        at_once: the most requests in flight at an endpoint.
    """

    kind: str
    place: str = ""
    model: str = ""
    at_once: int = AT_ONCE

    def __str__(self) -> str:
        place = f"{self.model}={self.place}" if self.model else self.place
        return f"{self.kind}:{place}" if place else self.kind

    def answered_by(self, source: AnswerSource | None = None) -> tuple[AnsweredBy, ...]:
        """Return who answers, as reports say it; the source of an endpoint knows its model."""
        if self.kind == "recorded":
            file = Path(self.place)
            name = self.model or model_of(file) or file.stem
            return (AnsweredBy(name, f"recorded:{file.name}"),)
        if self.kind == "openai":
            asked = source.model if isinstance(source, OpenAiCompatible) else ""
            name = asked or os.environ.get("OPENAI_MODEL") or "unknown"
            return (AnsweredBy(name, self._url),)
        return (AnsweredBy(SIMULATED, SIMULATED),)

    @contextmanager
    def opened_for(
        self,
        questions: Path,
        given: Mapping[str, Any],
        *,
        out: Path,
        tell: Tell,
        profiles: Mapping[str, str],
    ) -> Iterator[OpenAnswers]:
        """Give the source for a run, checked with the request that the given keys lead to.

        Raises:
            ClientError: as `opened`, or a recording cannot be read.
        """
        follows = self.request(given)
        if follows:
            spelled = ", ".join(f"{key} {value}" for key, value in follows.items())
            tell(f"from the recording: {spelled}")
        request = {**follows, **given}
        opening = self.opened(questions, request, out=out, tell=tell, profiles=profiles)
        with opening as opened:
            yield replace(opened, request=request)

    @contextmanager
    def opened(
        self,
        questions: Path | None,
        request: Mapping[str, Any],
        *,
        out: Path | None = None,
        tell: Tell = lambda _: None,
        variables: StackVariables = WITHOUT_STACK,
        profiles: Mapping[str, str] | None = None,
    ) -> Iterator[OpenAnswers]:
        """Give the source, checked before anything is set up, and close it.

        Args:
            questions: the dataset.
            request: the run's other keys.
            out: where an endpoint's answers are kept, `None` to keep none.
            tell: called with what is worth a line.
            variables: of the stack that the run is for.
            profiles: ARN of each application profile → the model it stands for.

        Raises:
            ClientError: the endpoint cannot be used, the recording lacks something, or another run
                has the folder.
        """
        local_exemplars(request, must_exist=True)
        if self.kind == "simulated":
            yield OpenAnswers(
                self.source(questions, int(request.get("seed") or 0)), self.answered_by()
            )
            return

        def planned() -> PlannedAsks | None:
            return plan_asks(questions, request, variables, profiles) if questions else None

        if self.kind == "openai":
            with self._opened_endpoint(planned, out, tell) as opened:
                yield opened
            return
        source, asks = _recorded(Path(self.place), self.model), planned()
        if asks:
            check_recording(Path(self.place), source, asks)
            source.take_turns(asks.turns)
        yield OpenAnswers(source, self.answered_by(), expected=asks.paths if asks else 0)

    @contextmanager
    def _opened_endpoint(
        self, planned: Callable[[], PlannedAsks | None], out: Path | None, tell: Tell
    ) -> Iterator[OpenAnswers]:
        with ExitStack() as parts:
            endpoint = self._endpoint()
            parts.callback(endpoint.close)
            answered_by, asks = self.answered_by(endpoint), planned()
            expected = asks.paths if asks else 0
            if out is None:
                yield OpenAnswers(endpoint, answered_by, 0, expected)
                return
            file = parts.enter_context(closing(_kept_file(out)))
            # Again, before the file is closed: what is in flight is broken off first.
            parts.callback(endpoint.close)
            kept = Kept(endpoint, endpoint.url, endpoint.model, file, _question_of(asks))
            by_path = (asked for each in asks or () for asked in each.by_path())
            before = kept.count(by_path)
            if before:
                tell(f"{before:,} of {count_of(expected, 'answer')} kept from before")
            yield OpenAnswers(kept, answered_by, before, expected)

    def source(self, questions: Path | None, seed: int) -> AnswerSource:
        """Return the source; `opened` checks a recording, and keeps an endpoint's answers.

        Args:
            questions: the question set whose answers a simulation may know.
            seed: of a simulation.

        Raises:
            ClientError: a recording cannot be read, or an endpoint cannot be used.
        """
        if self.kind == "recorded":
            return _recorded(Path(self.place), self.model)
        if self.kind == "openai":
            return self._endpoint()
        return Simulated(_answer_key(questions), seed=seed)

    def request(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what follows from the source for a request of which some keys are given.

        Raises:
            ClientError: a recording cannot be read.
        """
        if self.kind != "recorded":
            return {}
        try:
            return recorded_request(Path(self.place), given, self.model)
        except RecordingError as error:
            raise ClientError(str(error)) from error

    @property
    def _url(self) -> str:
        return self.place.rstrip("/").removesuffix("/v1")

    def _endpoint(self) -> OpenAiCompatible:
        key, model = (os.environ.get(f"OPENAI_{name}", "") for name in ("API_KEY", "MODEL"))
        endpoint = OpenAiCompatible(self.place, model=model, api_key=key, at_once=self.at_once)
        try:
            endpoint.probe()
        except EndpointError as error:
            raise ClientError(str(error)) from error
        return endpoint


def answers_from(text: str) -> AnswersFrom:
    """Read the command line's word for a source; a recording has to be there."""
    kind, _, place = text.partition(":")
    if text == "simulated":
        return AnswersFrom(kind)
    if kind == "recorded":
        return _recording_named(place)
    if kind != "openai":
        raise argparse.ArgumentTypeError(f"{text!r} is not a source of answers; {_EXPECTED}")
    if not place.startswith(("http://", "https://")) or not _has_host(place):
        raise argparse.ArgumentTypeError(f"{place!r} is not a URL; {_EXPECTED}")
    if "@" in urlsplit(place).netloc:
        raise argparse.ArgumentTypeError("the URL has a password: put it into OPENAI_API_KEY")
    return AnswersFrom(kind, place)


def _recording_named(place: str) -> AnswersFrom:
    """Read `FILE` or `MODEL=FILE`; a file may have an equals sign in its name."""
    model, equals, file = place.partition("=")
    if Path(place).is_file() or not equals:
        model, file = "", place
    if Path(file).is_file():
        return AnswersFrom("recorded", str(Path(file).resolve()), model)
    if model and "," in file and "=" in file:
        raise argparse.ArgumentTypeError(f"{place!r} names several recordings, expected one")
    raise argparse.ArgumentTypeError(f"{file!r} is not a file; {_EXPECTED}")


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _recorded(file: Path, model: str) -> Recorded:
    try:
        return Recorded.read(file, model)
    except RecordingError as error:
        raise ClientError(str(error)) from error


def _kept_file(out: Path) -> KeptFile:
    try:
        return KeptFile(out / FILE_NAME)
    except KeptFileError as error:
        raise ClientError(str(error)) from error


def _question_of(asks: PlannedAsks | None) -> Callable[[Asked], str]:
    """Return what finds the dataset's question in a prompt, or else what the prompt asks.

    A text that several questions have, with other options each, does not tell which is meant.
    """
    texts = [question.text for question in asks.questions] if asks else []
    finder = QuestionFinder([text for text, count in Counter(texts).items() if count == 1])

    def found(asked: Asked) -> str:
        return finder.find(asked) or asked_part(asked.turns[-1].text).strip()

    return found


def _answer_key(questions: Path | None) -> list[KeyedQuestion]:
    """Return a question set's answers; one that cannot be read is left for Plan to refuse."""
    try:
        return read_answer_key(questions) if questions else []
    except ValueError:
        return []
