"""Which paths each record of the ledger was to bring: of which wave, job and setting it is."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.faults.raw import Part, Path, Processed, RawJob, paths_of


@dataclass(frozen=True, slots=True)
class Attributed:
    """A record that was worked on, with its place in the run."""

    wave: int
    entry: str
    paths: tuple[Path, ...]
    processed: Processed
    died: bool = False

    @property
    def delivered(self) -> bool:
        """Whether completions arrived, and not an error or nothing, at a function that lived."""
        return self.processed.delivered and not self.processed.failed and not self.died

    @property
    def by(self) -> str:
        """Who worked on it, for messages."""
        return f"{self.entry} {self.processed.job_arn or 'on demand'}"


def attribution(jobs: Sequence[RawJob], ledger: Sequence[Processed]) -> Iterator[Attributed]:
    """Yield the ledger's records with their places.

    A call on demand says its record and not its job: it is taken for the earliest job with such a
    record that no call has answered yet, and for the last one if all are.
    """
    by_name = {job.entry: job for job in jobs}
    answered: set[Path] = set()
    calls = Counter(each.record_id for each in ledger if not each.job)
    for each in ledger:
        if each.job:
            job = by_name[f"job#{each.wave}#{each.job}"]
            parts = [part for part in job.parts if part.file == each.part]
            yield _asked(job, parts[0], each)
        else:
            yield (found := _on_demand(jobs, each, answered, calls[each.record_id]))
            calls[each.record_id] -= 1
            answered.update(found.paths if found.delivered or found.died else ())


def _on_demand(
    jobs: Sequence[RawJob], call: Processed, answered: set[Path], calls: int
) -> Attributed:
    """Return the place of a call, of so many that are still to be placed for its record."""
    places = [
        _asked(job, part, call)
        for job in jobs
        if job.on_demand
        for part in job.parts
        if call.record_id in part.asked
    ]
    left = [each for each in places if not answered.issuperset(each.paths)]
    alive = [each for each in left if not each.died]
    # A function may die before the call that it has noted is made: that job has none then.
    return next(iter(left if calls > len(alive) else alive), places[-1])


def _asked(job: RawJob, part: Part, each: Processed) -> Attributed:
    paths = paths_of(part.setting, each.record_id, part.asked[each.record_id])
    return Attributed(job.wave, job.entry, tuple(paths), each, not each.job and _died(part, each))


def _died(part: Part, call: Processed) -> bool:
    """Return whether the row of a call on demand says that its function died while it waited."""
    named = call.record_id.encode()
    return any(named in row and b'"errorCode":504' in row for row in part.rows)
