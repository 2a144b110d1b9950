"""An auditor of ended runs that shares no code with the app: what it says is a second opinion."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.faults.attribution import Attributed, attribution
from tests.faults.independent_vote import Count, IndependentVotes, independent_vote
from tests.faults.raw import Path, Processed, Question, RawRun

LIVE = frozenset({"Submitted", "Validating", "Scheduled", "InProgress"})
NO_PATHS = Count({}, 0)
Messages = Iterator[str]


@dataclass(frozen=True, slots=True)
class BatchJob:
    """A batch job as the service lists it."""

    arn: str
    status: str


@dataclass(frozen=True)
class Audited:
    """What an audit looks at.

    Attributes:
        raw: the run's objects and entries.
        ledger: every record that was worked on for the run, in order of time.
        listed: the service's batch jobs that write below the run's folder.
    """

    raw: RawRun
    ledger: Sequence[Processed]
    listed: Sequence[BatchJob]

    @cached_property
    def counted(self) -> IndependentVotes:
        """The run's paths, from its raw outputs."""
        return independent_vote(self.raw.jobs)

    @cached_property
    def counts(self) -> Mapping[tuple[str, int], Count]:
        """The run's votes, from its raw outputs."""
        return self.counted.by_question()

    @property
    def run(self) -> Mapping[str, Any]:
        """The run's own entry."""
        return self.raw.entries.get("run", {})

    @property
    def succeeded(self) -> bool:
        """Whether the run says that it has."""
        return self.run.get("status") == "succeeded"

    @cached_property
    def report(self) -> Mapping[str, Any] | None:
        """The run's report, `None` without one."""
        found: Mapping[str, Any] | None = self.raw.json_of("report.json")
        return found

    @cached_property
    def votes(self) -> Mapping[tuple[str, str], Mapping[str, Any]]:
        """The lines of the run's `votes.jsonl` by setting and name of the question."""
        lines = self.raw.lines_of("votes.jsonl")
        return {(each["setting"], each["question_id"]): each for each in lines}

    @cached_property
    def asked(self) -> list[Attributed]:
        """The ledger's records, by waves, each with the paths that it was to bring."""
        return sorted(attribution(self.raw.jobs, self.ledger), key=lambda each: each.wave)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: the check that found it, and what it found."""

    check: str
    message: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit came to.

    Attributes:
        findings: what is wrong; none of a run as it should be.
        lost: questions, counted in each setting, that a delivered path does not vote in.
        paid_twice: paths that were worked on again though their answer had been delivered.
    """

    findings: tuple[Finding, ...] = ()
    lost: int = 0
    paid_twice: int = 0


def audit(audited: Audited) -> Audit:
    """Look at an ended run from all sides."""
    findings = tuple(
        Finding(name, message) for name, check in CHECKS.items() for message in check(audited)
    )
    return Audit(
        findings,
        lost=len(set(_lost(audited))),
        paid_twice=len(set(_paid_again(audited))),
    )


def _votes(audited: Audited) -> Messages:
    """Every question has a vote in every setting, and it is what its paths say."""
    if audited.report is None:
        return
    settings = [each["setting"] for each in audited.report["settings"]]
    lines = len(audited.raw.lines_of("votes.jsonl"))
    if lines != len(settings) * len(audited.raw.questions):
        yield f"{lines} lines of votes for {len(settings)} settings"
    for setting in settings:
        for question in audited.raw.questions:
            count = audited.counts.get((setting, question.index), NO_PATHS)
            line = audited.votes.get((setting, question.name))
            yield from _differences(f"{setting} {question.name}", line, count, question)


def _differences(
    where: str, line: Mapping[str, Any] | None, count: Count, question: Question
) -> Messages:
    if line is None:
        yield f"{where} has no vote"
        return
    leaders = count.leaders
    expected = {
        "paths": count.paths,
        "votes": dict(count.votes),
        "unanswered": count.unanswered,
        "support": max(count.votes.values(), default=0),
        "tied": len(leaders) > 1,
    }
    stated = {name: line[name] for name in expected}
    if stated != expected:
        yield f"{where} says {stated}, its paths {expected}"
    if line["answer"] not in (leaders or {None}):
        yield f"{where} answers {line['answer']!r}, its paths {sorted(leaders)}"
    right = None if question.gold is None or not count.paths else line["answer"] == question.gold
    if (line["gold"] or question.gold, line["correct"]) != (question.gold, right):
        yield f"{where} is said to be {line['correct']} of {question.gold!r}"


def _answers(audited: Audited) -> Messages:
    """The table has the votes that `votes.jsonl` has."""
    if audited.report is None:
        return
    entries = {
        name: entry for name, entry in audited.raw.entries.items() if name.startswith("answer#")
    }
    if len(entries) != len(audited.votes):
        yield f"{len(entries)} answers in the table, {len(audited.votes)} lines of votes"
    for question in audited.raw.questions:
        for setting in {setting for setting, _ in audited.votes}:
            line = dict(audited.votes.get((setting, question.name), {}))
            name = f"answer#{line.pop('setting', setting)}#q{question.index:07d}"
            entry = {key: entries.get(name, {}).get(key) for key in line}
            if entry != line:
                yield f"{name} says {entry}, votes.jsonl {line}"


def _totals(audited: Audited) -> Messages:
    """The report's sums are those of the paths and of the jobs."""
    if audited.report is None:
        return
    paths: Counter[str] = Counter()
    for (setting, _), count in audited.counts.items():
        paths[setting] += count.paths
    stated = {each["setting"]: each["generations"] for each in audited.report["settings"]}
    if stated != {setting: paths[setting] for setting in stated}:
        yield f"the report says {stated} generations, the outputs {dict(paths)}"
    totals, records = audited.report["totals"], sum(job.records for job in audited.raw.jobs)
    if (totals["generations"], totals["records"]) != (paths.total(), records):
        yield f"the report's totals are {totals}, not {paths.total()} paths of {records} records"
    jobs = _entries(audited, "job#").values()
    for name, kind in (("tokens_in", "input"), ("tokens_out", "output")):
        spent = sum(job.get(name, 0) for job in jobs)
        if totals["tokens"][kind] != spent:
            yield f"the report says {totals['tokens'][kind]} tokens of {kind}, its jobs {spent}"


def _paid_again(audited: Audited) -> Messages:
    """No path is worked on again once its answer has been delivered."""
    delivered: dict[Path, Attributed] = {}
    for each in audited.asked:
        for path in each.paths:
            if path in delivered:
                yield f"{path} was delivered by {delivered[path].by}, then asked of {each.by}"
            elif each.delivered:
                delivered[path] = each


def _asked_too_often(audited: Audited) -> Messages:
    """No path is asked for more often than the request allows."""
    attempts = (audited.raw.json_of("request.json") or {}).get("attempts", 2)
    times = Counter(path for each in audited.asked for path in each.paths)
    for path, number in times.items():
        if number > attempts:
            yield f"{path} was asked for {number} times, {attempts} are allowed"


def _lost(audited: Audited) -> Messages:
    """Every path that was delivered votes."""
    if audited.report is None:
        return
    for each in audited.asked:
        for path in each.paths if each.delivered else ():
            if path not in audited.counted.delivered:
                yield f"{path} was delivered by {each.by} and is in no output"


def _tokens(audited: Audited) -> Messages:
    """What a job is said to have used is what was billed, or is said to be an estimate."""
    billed: dict[str, list[Processed]] = defaultdict(list)
    for each in audited.asked:
        billed[each.entry].append(each.processed)
    for name, entry in _entries(audited, "job#").items():
        unsure = entry.get("tokens_estimated") or entry.get("disagreement")
        if not entry.get("collected") or unsure:
            continue
        stated = (entry["tokens_in"], entry["tokens_out"])
        whole, rows = _sum(billed[name]), _sum([row for row in billed[name] if row.delivered])
        if stated not in {whole, rows}:
            yield f"{name} says {stated} tokens, {whole} were billed, {rows} of these delivered"


def _collected(audited: Audited) -> Messages:
    """A run that has succeeded has collected all its jobs."""
    for name, entry in _entries(audited, "job#").items() if audited.succeeded else ():
        if not entry.get("collected"):
            yield f"{name} was never collected, its status is {entry.get('status')!r}"


def _live(audited: Audited) -> Messages:
    """No job of a run that has ended is live."""
    for job in audited.listed:
        if job.status in LIVE:
            yield f"{job.arn} is {job.status}"


def _places(audited: Audited) -> Messages:
    """No place for a job is held by a run that has ended."""
    if audited.run.get("active_jobs"):
        yield f"places are held by {audited.run['active_jobs']}"


def _noted(audited: Audited) -> Messages:
    """The service and the table know the same jobs."""
    entries = _entries(audited, "job#").items()
    noted = Counter(entry["job_arn"] for _, entry in entries if entry.get("job_arn"))
    created = {job.arn for job in audited.listed}
    for arn in created - set(noted):
        yield f"{arn} was created and is noted nowhere"
    for arn in set(noted) - created:
        yield f"{arn} is noted and was never created"
    yield from (f"{arn} is noted of {times} jobs" for arn, times in noted.items() if times > 1)


def _reason(audited: Audited) -> Messages:
    """A run ends, and one that failed says why, in words and not in a stack trace."""
    status = audited.run.get("status")
    if status not in {"succeeded", "failed"}:
        yield f"the run has ended and its status is {status!r}"
    if status != "failed":
        return
    reason, message = (str(audited.run.get(name, "")) for name in ("reason", "message"))
    if not reason or len(message) < 20 or "Traceback" in message:
        yield f"a person cannot act on reason {reason!r}, message {message!r}"


def _partial(audited: Audited) -> Messages:
    """What a run has voted on can be read, however it ended, if there was anything to vote on."""
    voted = any("/votes/" in key for key in audited.raw.keys) and audited.counted.delivered
    if audited.report is None and (voted or audited.succeeded):
        yield "there are votes and no report"


def _entries(audited: Audited, prefix: str) -> dict[str, dict[str, Any]]:
    return {name: each for name, each in audited.raw.entries.items() if name.startswith(prefix)}


def _sum(processed: Sequence[Processed]) -> tuple[int, int]:
    return sum(each.tokens_in for each in processed), sum(each.tokens_out for each in processed)


CHECKS: Mapping[str, Callable[[Audited], Messages]] = {
    "votes are those of the paths": _votes,
    "the table has the votes": _answers,
    "the report's sums": _totals,
    "paid twice": _paid_again,
    "asked too often": _asked_too_often,
    "lost": _lost,
    "tokens are those billed": _tokens,
    "all jobs collected": _collected,
    "no job is live": _live,
    "no place is held": _places,
    "every job is noted": _noted,
    "a reason": _reason,
    "partial results": _partial,
}
