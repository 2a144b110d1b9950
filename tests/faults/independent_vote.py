"""The votes of a run, counted again from the raw outputs by a reading of its own."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults.raw import Part, Path, RawJob, paths_of

# The form in which the cases' source of answers ends a completion, if it answers at all.
ANSWER = re.compile(r"The answer is (\d+)\.")

DENIALS = (401, 403, 404, "AccessDeniedException")


class Failed:
    """A path whose record came back as an error: sampled in vain."""


FAILED = Failed()
Came = str | Failed | None


@dataclass(frozen=True, slots=True)
class Count:
    """What a question's paths came to: votes by answer, paths without one, the answers ahead."""

    votes: Mapping[str, int]
    unanswered: int

    @property
    def paths(self) -> int:
        """The paths that came, with an answer or without."""
        return sum(self.votes.values()) + self.unanswered

    @property
    def leaders(self) -> frozenset[str]:
        """The answers with the most votes."""
        most = max(self.votes.values(), default=0)
        return frozenset(answer for answer, votes in self.votes.items() if votes == most)


@dataclass(frozen=True, slots=True)
class IndependentVotes:
    """A run's paths as its raw outputs have them; a path that never came is left out."""

    came: Mapping[Path, Came]

    @property
    def delivered(self) -> frozenset[Path]:
        """The paths that brought a text."""
        return frozenset(path for path, came in self.came.items() if not isinstance(came, Failed))

    def by_question(self) -> dict[tuple[str, int], Count]:
        """Return the counts by setting and question."""
        found: dict[tuple[str, int], list[Came]] = {}
        for path, came in self.came.items():
            found.setdefault((path.setting, path.question), []).append(came)
        return {where: _count(paths) for where, paths in found.items()}


def independent_vote(jobs: Sequence[RawJob]) -> IndependentVotes:
    """Count the paths of all jobs; the first text that a path brought is the one that counts."""
    came: dict[Path, Came] = {}
    for part in (part for job in jobs for part in job.parts):
        for path, brought in _brought(part):
            if path not in came or isinstance(came[path], Failed):
                came[path] = brought
    return IndependentVotes(came)


def texts_of(output: Any) -> list[str] | None:
    """Return the completions of a row's output, `None` where it has no form known here."""
    try:
        if "generations" in output:
            return [str(each["text"]) for each in output["generations"]]
        return ["".join(each["text"] for each in output["output"]["message"]["content"])]
    except (TypeError, KeyError, AttributeError):
        return None


def _brought(part: Part) -> Iterator[tuple[Path, Came]]:
    for row in part.rows:
        try:
            read = json.loads(row)
            wanted = part.asked[read["recordId"]]
        except (ValueError, KeyError, TypeError):
            # No row at all, or one that this part never asked for.
            continue
        if _is_refused(read.get("error")):
            continue
        paths = paths_of(part.setting, read["recordId"], wanted)
        texts = texts_of(read.get("modelOutput"))
        if texts is None:
            yield from ((path, FAILED) for path in paths)
        else:
            yield from zip(paths, map(_answer, texts), strict=False)


def _is_refused(error: Any) -> bool:
    """Return whether a record was not even tried, because the account may not use the model."""
    return isinstance(error, dict) and error.get("errorCode") in DENIALS


def _answer(text: str) -> str | None:
    found = ANSWER.findall(text)
    return str(int(found[-1])) if found else None


def _count(paths: Sequence[Came]) -> Count:
    votes = Counter(came for came in paths if isinstance(came, str))
    return Count(votes, len(paths) - votes.total())
