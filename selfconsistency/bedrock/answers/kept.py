"""Keeps every answer of a source in a file as it comes, and asks only for those not there."""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import Path
from threading import Lock
from typing import Protocol

import msgspec

from selfconsistency.bedrock.answers.source import (
    UNDECODABLE,
    AnswerError,
    Asked,
    Completion,
    Place,
    path_of,
    setting_of,
    stem_of,
)

FILE_NAME = "kept.jsonl"
# How each line begins.
BEGINNING = b'{"endpoint":"'
_KEY_BYTES = 16


class KeptFileError(ValueError):
    """The file cannot be read or written; the message says why and what to do, in one line."""


class Conditions(msgspec.Struct, frozen=True):
    """All that an answer depends on but chance.

    Attributes:
        endpoint: who was asked.
        model: its model.
        prompt: SHA-256 of the conversation.
        temperature: `None` if none was sent.
        top_p: likewise.
        max_tokens: the limit that was sent.
    """

    endpoint: str
    model: str
    prompt: str
    temperature: float | None
    top_p: float | None
    max_tokens: int


class KeptAnswer(Conditions, frozen=True):
    """A line of the file.

    Attributes:
        row: tells records of equal questions apart, from 0.
        path: which of the question's paths it is, from 0.
        question: as far as it is known; `recorded:` finds it by this.
        setting: of the temperature.
        text: what the model answered.
        finished: false if it was cut off.
        tokens: as the source counted them.
    """

    row: int
    path: int
    question: str
    setting: str
    text: str
    finished: bool = True
    tokens: int | None = None

    @property
    def conditions(self) -> Conditions:
        """What it was asked under."""
        return Conditions(*(getattr(self, name) for name in Conditions.__struct_fields__))

    @property
    def completion(self) -> Completion:
        """The answer as a source gives it."""
        return Completion(self.text, self.finished, self.tokens)


class Asker(Protocol):
    """A source that can be asked for any number of completions, at any time."""

    at_once: int

    @property
    def broken(self) -> str | None:
        """Why no further answer can come, `None` while all is well."""

    def some(self, asked: Asked, most: int) -> list[Completion]:
        """Ask once, and return at least one completion and at most so many.

        Raises:
            AnswerError: there are none.
        """


_DECODER = msgspec.json.Decoder(KeptAnswer)


class KeptFile:
    """The answers of one folder; its lock is held until it is closed, or the process ends.

    Each answer is one write at the end of the file, so that a process that is killed leaves at
    most the last line torn; that is cut off.

    Raises:
        KeptFileError: another run has the folder, or a line is not one of these.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._places: dict[bytes, int] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._reader = path.open("rb")
        self._closed = False
        self._end = 0
        try:
            self._take()
            self._read()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Release the folder; nothing is kept any more."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._reader.close()
                os.close(self._file)

    def __len__(self) -> int:
        return len(self._places)

    def has(self, conditions: Conditions, row: int, path: int) -> bool:
        """Return whether an answer is there."""
        return _key(conditions, row, path) in self._places

    def find(self, conditions: Conditions, row: int, path: int) -> Completion | None:
        """Return an answer, `None` if it is not there."""
        place = self._places.get(_key(conditions, row, path))
        if place is None:
            return None
        with self._lock:
            if self._closed:
                return None
            self._reader.seek(place)
            line = self._reader.readline()
        return _DECODER.decode(line).completion

    def keep(self, answer: KeptAnswer) -> None:
        """Append an answer.

        Raises:
            KeptFileError: it could not be written; the file is as it was.
        """
        line = msgspec.json.encode(answer) + b"\n"
        key = _key(answer.conditions, answer.row, answer.path)
        with self._lock:
            if self._closed:
                raise KeptFileError(f"{self._path} is closed: the run ends")
            self._append(line)
            self._places[key] = self._end
            self._end += len(line)

    def _append(self, line: bytes) -> None:
        try:
            written = os.write(self._file, line)
        except OSError as error:
            raise KeptFileError(f"{self._path}: {error.strerror}") from error
        if written < len(line):
            os.ftruncate(self._file, self._end)
            raise KeptFileError(f"{self._path}: no space left")

    def _take(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise KeptFileError(
                f"another run writes into {self._path.parent}: wait for its end, or choose another "
                "folder"
            ) from error

    def _read(self) -> None:
        """Take in what is there, and find out where the next line begins."""
        is_ended = True
        for line in read_lines(self._path):
            answer = line.answer
            self._places[_key(answer.conditions, answer.row, answer.path)] = line.begin
            self._end, is_ended = line.end, line.is_ended
        os.ftruncate(self._file, self._end)
        if not is_ended:
            # An editor has taken it away.
            self._append(b"\n")
            self._end += 1


@dataclass(frozen=True, slots=True)
class KeptLine:
    """An answer, where its line begins and ends, and whether it has its line end."""

    begin: int
    end: int
    answer: KeptAnswer
    is_ended: bool = True


def read_lines(path: Path) -> Iterator[KeptLine]:
    """Yield the answers of a file, without a torn last line.

    Raises:
        KeptFileError: a line is not one of these.
    """
    begin = 0
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            is_ended = line.endswith(b"\n")
            try:
                answer = _DECODER.decode(line)
            except UNDECODABLE as error:
                if not is_ended and _is_torn(line):
                    return
                raise KeptFileError(
                    f"{path} line {number}: {error}; it is damaged or no file of kept answers: "
                    "move it away, or remove the line"
                ) from error
            yield KeptLine(begin, begin + len(line), answer, is_ended)
            begin += len(line)


def _is_torn(line: bytes) -> bool:
    return line.startswith(BEGINNING) or BEGINNING.startswith(line)


class Kept:
    """A source that keeps the answers of another.

    Args:
        asker: who is asked for what is not kept.
        endpoint: its address, for the file.
        model: the model behind it.
        file: where answers are kept.
        question_of: the question of the dataset that a record asks.
    """

    def __init__(
        self,
        asker: Asker,
        endpoint: str,
        model: str,
        file: KeptFile,
        question_of: Callable[[Asked], str],
    ) -> None:
        self._asker = asker
        self._endpoint = endpoint
        self._model = model
        self._file = file
        self._question_of = question_of
        self._rows = _Rows()
        self._lock = Lock()
        self._unwritten: str | None = None
        self.at_once = asker.at_once
        # Answers that came from the endpoint since the start, and that were there before.
        self.asked_now = 0
        self.taken_over = 0

    @property
    def broken(self) -> str | None:
        """Why no further answer can come, `None` while all is well."""
        return self._unwritten or self._asker.broken

    def count(self, asks: Iterable[Asked]) -> int:
        """Return how many of the answers that will be asked for are kept."""
        rows = _Rows()
        return sum(self._count_of(asked, rows) for asked in asks) if len(self._file) else 0

    def reserve(self, scope: str, asked: Asked) -> Place:
        """Number the record's paths: as its id says, else those that come next."""
        return self._rows.place(f"{scope}|{self._digest(asked)}", asked)

    def answers(self, asked: Asked, place: Place) -> list[Completion]:
        """Return the answers of these paths: those kept, and new ones for the rest.

        Raises:
            AnswerError: some could not be had; those that came are kept.
        """
        conditions = self._conditions(asked)
        paths = range(place.first, place.first + asked.count)
        found = {path: self._file.find(conditions, place.row, path) for path in paths}
        missing = [path for path in paths if found[path] is None]
        self._counted(taken_over=len(paths) - len(missing))
        while missing:
            came = self._asker.some(asked, len(missing))
            fresh = dict(zip(missing, came, strict=False))
            for path, completion in fresh.items():
                self._keep(asked, conditions, Place(place.row, path), completion)
            found |= fresh
            missing = missing[len(fresh) :]
        return [completion for completion in found.values() if completion]

    def _keep(
        self, asked: Asked, conditions: Conditions, place: Place, completion: Completion
    ) -> None:
        answer = KeptAnswer(
            **msgspec.structs.asdict(conditions),
            row=place.row,
            path=place.first,
            question=self._question_of(asked),
            setting=setting_of(asked.temperature),
            text=completion.text,
            finished=completion.finished,
            tokens=completion.tokens,
        )
        try:
            self._file.keep(answer)
        except KeptFileError as error:
            # Going on would ask for answers that are lost if the run ends early.
            self._unwritten = str(error)
            raise AnswerError(500, str(error)) from error
        self._counted(asked_now=1)

    def _counted(self, *, taken_over: int = 0, asked_now: int = 0) -> None:
        with self._lock:
            self.taken_over += taken_over
            self.asked_now += asked_now

    def _count_of(self, asked: Asked, rows: "_Rows") -> int:
        conditions = self._conditions(asked)
        place = rows.place(self._digest(asked), asked)
        paths = range(place.first, place.first + asked.count)
        return sum(self._file.has(conditions, place.row, path) for path in paths)

    def _digest(self, asked: Asked) -> str:
        conditions = self._conditions(asked)
        return f"{conditions.prompt}|{conditions.temperature}|{conditions.max_tokens}"

    def _conditions(self, asked: Asked) -> Conditions:
        turns = msgspec.json.encode([(turn.role, turn.text) for turn in asked.turns])
        return Conditions(
            self._endpoint,
            self._model,
            sha256(turns).hexdigest(),
            _float(asked.temperature),
            _float(asked.top_p),
            asked.max_tokens,
        )


class _Rows:
    """Numbers what is asked: equal questions by row, a record's completions by path.

    Which of two equal questions is the first may differ between runs; either has a row to itself.
    """

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, int]] = {}
        self._next: dict[tuple[str, int], int] = {}
        self._lock = Lock()

    def place(self, question: str, asked: Asked) -> Place:
        """Return row and first path of a record."""
        with self._lock:
            rows = self._rows.setdefault(question, {})
            row = rows.setdefault(stem_of(asked.record_id), len(rows))
            named = path_of(asked.record_id) if asked.path is None else asked.path
            if named is not None:
                return Place(row, named)
            first = self._next.get((question, row), 0)
            self._next[question, row] = first + asked.count
            return Place(row, first)


def _float(number: float | None) -> float | None:
    """Return a number as it is read again: 0 and 0.0 are one condition."""
    return None if number is None else float(number)


def _key(conditions: Conditions, row: int, path: int) -> bytes:
    written = msgspec.json.encode((*msgspec.structs.astuple(conditions), row, path))
    return blake2b(written, digest_size=_KEY_BYTES).digest()
