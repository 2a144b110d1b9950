"""A run in miniature without any service: waves laid out, asked for, counted and voted on."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from lambdas.core.jobs import Job, Part
from lambdas.core.outputs.answer_lines import Answers
from lambdas.core.plan import Plan, lanes_of, shard_named
from lambdas.core.sets.question import Question
from lambdas.core.voting.lane import LaneVote, Voted
from lambdas.core.waves.layout import first_needs
from lambdas.core.waves.need import LaneNeed
from lambdas.core.waves.needs import LaneNeeds
from lambdas.core.waves.next_jobs import next_jobs
from lambdas.core.waves.wanted import Slot, Wanted, of_lost, of_open, whole_shard
from tests.unit.core.samples import rows


@dataclass(frozen=True)
class Fate:
    """What comes of a path: its answer, after the service has failed for it so many times."""

    answer: str | None
    failures: int = 0


# By setting, question and path.
Fates = Mapping[tuple[str, int, int], Fate]


@dataclass
class Run:
    """What a run came to.

    Attributes:
        votes: by setting and question.
        jobs: of each wave.
        asked: by setting, question and path, how often it was asked for.
        needs: after the last wave.
        stood: needs before the first wave and after each.
    """

    votes: dict[tuple[str, int], Voted] = field(default_factory=dict)
    jobs: list[list[Job]] = field(default_factory=list)
    asked: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    needs: list[LaneNeed] = field(default_factory=list)
    stood: list[list[LaneNeed]] = field(default_factory=list)


class Runner:
    """Carries a plan out, paths coming as they are fated."""

    def __init__(self, plan: Plan, fates: Fates) -> None:
        self._plan = plan
        self._fates = fates
        self._run = Run(needs=first_needs(plan))
        # By lane: lines of its open and lost questions, and what its jobs brought.
        self._open: dict[str, list[bytes]] = {}
        self._lost: dict[str, list[bytes]] = {}
        self._brought: dict[str, list[tuple[Job, int, Wanted, list[Answers]]]] = {}

    def run(self) -> Run:
        """Return what the plan comes to, wave by wave until no job is left."""
        run, wave = self._run, 1
        run.stood.append(run.needs)
        while jobs := next_jobs(self._plan, wave, run.needs, [job for w in run.jobs for job in w]):
            run.jobs.append(jobs)
            for job in jobs:
                for number, part in enumerate(job.parts):
                    self._ask(job, number, part)
            run.needs = [self._vote(wave, number) for number in range(len(run.needs))]
            run.stood.append(run.needs)
            wave += 1
        return run

    def _ask(self, job: Job, number: int, part: Part) -> None:
        wanted = self._wanted(job, part)
        _hold_to(part, wanted)
        brought = [
            self._brought_by(part, question, slot)
            for question, slots in wanted.items()
            for slot in slots
        ]
        for each in brought:
            each.p = number
        self._brought.setdefault(part.lane, []).append((job, number, wanted, brought))

    def _wanted(self, job: Job, part: Part) -> Wanted:
        if part.again is not None:
            return of_lost(part, rows(*self._lost[part.lane]))
        if job.wave == 1:
            return whole_shard(part, shard_named(self._plan, part.shard))
        return of_open(part, rows(*self._open[part.lane]))

    def _brought_by(self, part: Part, question: int, slot: Slot) -> Answers:
        keys = [(part.setting, question, slot.first_path + n) for n in range(slot.generations)]
        self._run.asked.update(keys)
        if any(self._run.asked[key] <= self._fates[key].failures for key in keys):
            return Answers(question, slot.first_path, [], e=slot.generations)
        return Answers(question, slot.first_path, [self._fates[key].answer for key in keys])

    def _vote(self, wave: int, number: int) -> LaneNeed:
        lane = lanes_of(self._plan, wave)[number]
        vote = LaneVote(self._plan, lane)
        for job, part, wanted, brought in self._brought.get(lane.lane, ()):
            vote.count(wanted, rows(*brought), wave=job.wave, job=job.job, part=part)
        shard = shard_named(self._plan, lane.shard)
        indexes = range(shard.first, shard.first + shard.questions)
        questions = (Question(index, f"q{index}", "?", "1") for index in indexes)
        for index, line in zip(indexes, vote.vote(questions), strict=True):
            voted = msgspec.json.decode(line, type=Voted)
            self._run.votes[lane.setting, index] = voted
        needs = LaneNeeds(self._plan, lane, vote.paths)
        self._open[lane.lane] = list(needs.open_lines())
        self._lost[lane.lane] = list(needs.lost_lines())
        return needs.need()


def _hold_to(part: Part, wanted: Wanted) -> None:
    """A part has the records and completions that it was laid out with, each id once."""
    slots = [slot for each in wanted.values() for slot in each]
    ids = [(question, slot.first_path) for question, each in wanted.items() for slot in each]
    assert len(set(ids)) == len(ids) == part.records
    assert sum(slot.generations for slot in slots) == part.completions
