"""What came of every path of a shard's questions: an answer, none, or nothing yet."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

import msgspec

from lambdas.contract.jobs import RecordAnswers
from lambdas.contract.schema import Shard
from lambdas.contract.votes import Example
from lambdas.core.sampling.jobs import RecordsByQuestion, RecordSpec
from lambdas.core.text import Line

_ANSWERS = msgspec.json.Decoder(RecordAnswers)


@dataclass(frozen=True, slots=True)
class VoteCounts:
    """A question's paths, counted.

    Attributes:
        votes: answer → paths that reached it, most first, then by answer.
        unanswered: paths without an answer.
    """

    votes: dict[str, int]
    unanswered: int

    @property
    def paths(self) -> int:
        """All paths, answered or not."""
        return sum(self.votes.values()) + self.unanswered

    @property
    def leaders(self) -> list[str]:
        """The answers that most paths reached: one, several in a tie, or none."""
        most = max(self.votes.values(), default=0)
        return [answer for answer, count in self.votes.items() if count == most]

    @property
    def top_two(self) -> tuple[int, int]:
        """The votes of the first answer and of the second, 0 if there is none."""
        first, second, *_ = (*self.votes.values(), 0, 0)
        return first, second


def ranked(votes: Mapping[str, int]) -> dict[str, int]:
    """Return votes with most first, then by answer.

    >>> ranked({"26": 1, "18": 2, "13": 1})
    {'18': 2, '13': 1, '26': 1}
    """
    return dict(sorted(votes.items(), key=lambda pair: (-pair[1], pair[0])))


class ShardPaths:
    """The paths of one setting's questions; questions are numbered from the shard's first.

    Args:
        shard: of the questions.
        turns: temperatures of a mix, which a question's records take in turn; else 1.
    """

    def __init__(self, shard: Shard, turns: int = 1) -> None:
        self._first = shard.first
        self._outcomes: list[list[str | _Lost | None]] = [[] for _ in range(shard.questions)]
        self._requests = [bytearray() for _ in range(shard.questions)]
        self._last_wave = bytearray(shard.questions)
        self._turns = turns
        # Of a mix, the number of each path's record.
        self._numbers = [bytearray() for _ in range(shard.questions if turns > 1 else 0)]
        self._repaired: dict[int, dict[int, str]] = {}
        self._confidences: dict[int, dict[int, int]] = {}
        self._examples: list[dict[str | None, Example]] = [{} for _ in range(shard.questions)]
        # Equal answers share one string.
        self._answers: dict[str, str] = {}

    def add_slice(
        self,
        records: RecordsByQuestion,
        lines: Iterable[Line],
        *,
        wave: int,
        job: str,
        job_slice: int,
    ) -> None:
        """Add the paths that a slice of a job requested, and their answers; wave by wave.

        Args:
            records: of the slice.
            lines: of the job's `answers.jsonl`; lines of other slices are ignored.
            wave: of the job.
            job: its name.
            job_slice: index of the slice in the job.
        """
        self.add_requests(records, wave)
        for line in lines:
            if line.content:
                answers = _ANSWERS.decode(line.content)
                if answers.job_slice == job_slice:
                    self.add_answers(answers, wave, job)

    def add_requests(self, records: RecordsByQuestion, wave: int) -> None:
        """Add the paths that a job requests."""
        for question, specs in records.items():
            number = question - self._first
            self._last_wave[number] = wave
            for spec in specs:
                self._add_request(number, spec)

    def add_answers(self, answers: RecordAnswers, wave: int, job: str) -> None:
        """Add the answers of a record; a path that came back before keeps its answer."""
        number = answers.question - self._first
        outcomes, examples = self._outcomes[number], self._examples[number]
        for path in range(answers.first_path, answers.first_path + answers.failed):
            if outcomes[path] is _Lost.MISSING:
                outcomes[path] = _Lost.FAILED
        # A refused path was not tried.
        for path in range(answers.first_path, answers.first_path + answers.refused):
            self._requests[number][path] -= 1
        for completion, answer in enumerate(answers.answers):
            path = answers.first_path + completion
            if isinstance(outcomes[path], _Lost):
                outcomes[path] = shared = self._shared(answer)
                if answers.size and shared not in examples:
                    examples[shared] = Example(
                        wave, job, answers.file, answers.start, answers.size, completion
                    )
                self._add_variants(number, path, completion, answers)

    def counts(self, number: int, limit: int | None = None) -> VoteCounts:
        """Return a question's counts, of its first `limit` paths or of all.

        A path that the service failed for is unanswered; a missing path does not count.
        """
        votes: dict[str, int] = {}
        unanswered = 0
        for outcome in self._outcomes[number][:limit]:
            if isinstance(outcome, str):
                votes[outcome] = votes.get(outcome, 0) + 1
            else:
                unanswered += outcome is not _Lost.MISSING
        return VoteCounts(ranked(votes), unanswered)

    def repaired_counts(self, number: int, limit: int | None = None) -> VoteCounts:
        """Return the counts with paths whose equation is wrong voting for what it comes to."""
        plain = self.counts(number, limit)
        votes = Counter(plain.votes)
        for path, repaired in self._repaired.get(number, {}).items():
            answer = self._outcomes[number][path]
            if isinstance(answer, str) and (limit is None or path < limit):
                votes[answer] -= 1
                votes[repaired] += 1
        return VoteCounts(ranked(+votes), plain.unanswered)

    def confidences(self, number: int) -> dict[str, list[int | None]]:
        """Return the self-reported confidences of each answer's paths, in percent or `None`."""
        reported = self._confidences.get(number, {})
        by_answer: dict[str, list[int | None]] = {}
        for path, outcome in enumerate(self._outcomes[number]):
            if isinstance(outcome, str):
                by_answer.setdefault(outcome, []).append(reported.get(path))
        return by_answer

    @property
    def self_reported(self) -> int:
        """Paths that report a confidence, over all questions."""
        return sum(map(len, self._confidences.values()))

    def lost(self, number: int, attempts: int, max_generations: int) -> list[RecordSpec]:
        """Return the paths that may be retried, as records of consecutive paths.

        Args:
            number: of the question.
            attempts: how often a path may be requested in all.
            max_generations: completions that one record can bring.
        """
        specs: list[RecordSpec] = []
        for path in self._lost_paths(number, attempts):
            record = self._numbers[number][path] if self._numbers else 0
            last = specs[-1] if specs else RecordSpec(path, max_generations)
            follows = last.first_path + last.generations == path
            # A record has one temperature.
            alike = (record - last.number) % self._turns == 0
            if last.generations < max_generations and follows and alike:
                specs[-1] = last._replace(generations=last.generations + 1)
            else:
                specs.append(RecordSpec(path, 1, record))
        return specs

    def was_tried(self, number: int, first_path: int, generations: int) -> bool:
        """Return whether the service took any of these paths, rather than refuse it each time."""
        return any(self._requests[number][first_path : first_path + generations])

    def requested(self, number: int) -> int:
        """Return how many paths of a question were requested so far."""
        return len(self._outcomes[number])

    def records(self, number: int) -> int:
        """Return how many records of a question of a mix were requested so far, 0 in others."""
        return max(self._numbers[number], default=-1) + 1 if self._numbers else 0

    def last_wave(self, number: int) -> int:
        """Return the last wave that requested paths of a question, 0 for none."""
        return self._last_wave[number]

    def example(self, number: int, answer: str | None) -> Example | None:
        """Return where the first completion with this answer is; `None` stands for no answer."""
        return self._examples[number].get(answer)

    def _add_request(self, number: int, spec: RecordSpec) -> None:
        end = spec.first_path + spec.generations
        requests, outcomes = self._requests[number], self._outcomes[number]
        requests.extend(bytes(max(0, end - len(requests))))
        outcomes.extend([_Lost.MISSING] * (end - len(outcomes)))
        for path in range(spec.first_path, end):
            requests[path] += 1
        if self._numbers:
            numbers = self._numbers[number]
            numbers.extend(bytes(max(0, end - len(numbers))))
            numbers[spec.first_path : end] = bytes([spec.number]) * spec.generations

    def _shared(self, answer: str | None) -> str | None:
        return None if answer is None else self._answers.setdefault(answer, answer)

    def _add_variants(
        self, number: int, path: int, completion: int, answers: RecordAnswers
    ) -> None:
        repaired = answers.repaired[completion] if answers.repaired else None
        if repaired is not None:
            self._repaired.setdefault(number, {})[path] = repaired
        confidence = answers.confidences[completion] if answers.confidences else None
        if confidence is not None:
            self._confidences.setdefault(number, {})[path] = confidence

    def _lost_paths(self, number: int, attempts: int) -> Iterator[int]:
        requests = self._requests[number]
        for path, outcome in enumerate(self._outcomes[number]):
            if isinstance(outcome, _Lost) and requests[path] < attempts:
                yield path


class _Lost(Enum):
    """Why a path has no completion: its record is missing, or the service failed for it."""

    MISSING = 0
    FAILED = 1
