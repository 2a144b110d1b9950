"""What has come of every path of a shard's questions: an answer, none, or nothing yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from lambdas.core.outputs.answer_lines import Answers
from lambdas.core.sizing import Shard
from lambdas.core.voting.examples import Example
from lambdas.core.waves.wanted import Slot, Wanted


class Gone(Enum):
    """A path without a completion: its record is missing, or the service failed for it."""

    MISSING = 0
    FAILED = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """A question's paths, counted.

    Args:
        votes: answer → paths that reached it, the most first, then by answer.
        unanswered: paths without an answer.
    """

    votes: dict[str, int]
    unanswered: int

    @property
    def paths(self) -> int:
        """The paths counted, answered or not."""
        return sum(self.votes.values()) + self.unanswered

    @property
    def leaders(self) -> list[str]:
        """The answers that most paths reached: one, several of a tie, or none."""
        most = max(self.votes.values(), default=0)
        return [answer for answer, count in self.votes.items() if count == most]

    @property
    def leading(self) -> tuple[int, int]:
        """The votes of the first answer and of the second, 0 where there is none."""
        first, second, *_ = (*self.votes.values(), 0, 0)
        return first, second


class ShardPaths:
    """The paths of one setting's questions, by number from the shard's first question."""

    def __init__(self, shard: Shard) -> None:
        self._first = shard.first
        self._came: list[list[str | Gone | None]] = [[] for _ in range(shard.questions)]
        self._asked = [bytearray() for _ in range(shard.questions)]
        self._wave = bytearray(shard.questions)
        self._wrong: list[set[int]] | None = None
        self._confidences: dict[int, dict[int, int]] = {}
        self._examples: list[dict[str | None, Example]] = [{} for _ in range(shard.questions)]
        # One text for each different answer of the shard.
        self._texts: dict[str, str] = {}

    def ask(self, wanted: Wanted, wave: int) -> None:
        """Note the records that a job asks for."""
        for question, slots in wanted.items():
            number = question - self._first
            self._wave[number] = wave
            for slot in slots:
                self._ask(number, slot)

    def put(self, answers: Answers, wave: int, job: str) -> None:
        """Note what a record brought; a path that came before stays as it came."""
        number = answers.q - self._first
        came, examples = self._came[number], self._examples[number]
        for path in range(answers.s, answers.s + answers.e):
            if came[path] is Gone.MISSING:
                came[path] = Gone.FAILED
        for place, answer in enumerate(answers.a):
            path = answers.s + place
            if isinstance(came[path], Gone):
                came[path] = kept = self._kept(answer)
                if answers.n and kept not in examples:
                    examples[kept] = Example(wave, job, answers.f, answers.o, answers.n, place)
                self._note_variants(number, path, place, answers)

    def tally(self, number: int, reach: int | None = None) -> Tally:
        """Return a question's counts, over its first `reach` paths or all of them.

        A path that the service failed for is unanswered; one that is missing is no path.
        """
        votes: dict[str, int] = {}
        unanswered = 0
        for came in self._came[number][:reach]:
            if isinstance(came, str):
                votes[came] = votes.get(came, 0) + 1
            else:
                unanswered += came is not Gone.MISSING
        return Tally(_ranked(votes), unanswered)

    def checked(self, number: int, reach: int | None = None) -> Tally:
        """Return the counts where paths whose equation is wrong have no answer."""
        plain = self.tally(number, reach)
        votes, against = dict(plain.votes), 0
        for path in self._wrong[number] if self._wrong else ():
            answer = self._came[number][path]
            if isinstance(answer, str) and (reach is None or path < reach):
                votes[answer] -= 1
                against += 1
        kept = {answer: count for answer, count in votes.items() if count}
        return Tally(_ranked(kept), plain.unanswered + against)

    def confidences(self, number: int) -> dict[str, list[int | None]]:
        """Return the confidences of each answer's paths, in percent; `None` for none stated."""
        stated = self._confidences.get(number, {})
        by_answer: dict[str, list[int | None]] = {}
        for path, came in enumerate(self._came[number]):
            if isinstance(came, str):
                by_answer.setdefault(came, []).append(stated.get(path))
        return by_answer

    @property
    def stated(self) -> int:
        """The paths that state a confidence, over all questions."""
        return sum(map(len, self._confidences.values()))

    def lost(self, number: int, attempts: int, max_generations: int) -> list[Slot]:
        """Return the paths that may be asked for again, as records of paths in a row.

        Args:
            number: of the question.
            attempts: how often a path may be asked for in all.
            max_generations: completions one record can bring.
        """
        runs: list[Slot] = []
        for path in self._lost_paths(number, attempts):
            last = runs[-1] if runs else Slot(path, max_generations)
            if last.generations < max_generations and sum(last) == path:
                runs[-1] = Slot(last.first_path, last.generations + 1)
            else:
                runs.append(Slot(path, 1))
        return runs

    def sampled(self, number: int) -> int:
        """Return how many paths of a question were asked for so far."""
        return len(self._came[number])

    def wave(self, number: int) -> int:
        """Return the last wave in which a question was asked for, 0 for none."""
        return self._wave[number]

    def example(self, number: int, answer: str | None) -> Example | None:
        """Return where the first completion with this answer lies; `None` is for no answer."""
        return self._examples[number].get(answer)

    def _ask(self, number: int, slot: Slot) -> None:
        end = slot.first_path + slot.generations
        asked, came = self._asked[number], self._came[number]
        asked.extend(bytes(max(0, end - len(asked))))
        came.extend([Gone.MISSING] * (end - len(came)))
        for path in range(slot.first_path, end):
            asked[path] += 1

    def _kept(self, answer: str | None) -> str | None:
        return None if answer is None else self._texts.setdefault(answer, answer)

    def _note_variants(self, number: int, path: int, place: int, answers: Answers) -> None:
        if answers.c and answers.c[place] is False:
            self._wrong = self._wrong or [set() for _ in self._came]
            self._wrong[number].add(path)
        confidence = answers.d[place] if answers.d else None
        if confidence is not None:
            self._confidences.setdefault(number, {})[path] = confidence

    def _lost_paths(self, number: int, attempts: int) -> Iterator[int]:
        asked = self._asked[number]
        for path, came in enumerate(self._came[number]):
            if isinstance(came, Gone) and asked[path] < attempts:
                yield path


def _ranked(votes: dict[str, int]) -> dict[str, int]:
    return dict(sorted(votes.items(), key=lambda pair: (-pair[1], pair[0])))
