"""Reports of small runs, made by `make_report`, and the questions of their explorer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from lambdas.contract.answered_by import AnsweredBy
from lambdas.contract.costs import ModelPrices
from lambdas.contract.entries import JobEntry
from lambdas.contract.names import VoteMethod
from lambdas.contract.report import FinalReport, PathSpread, Report, SettingReport, StoredRequest
from lambdas.contract.schema import FINAL, GREEDY, MIX, Plan, Setting, Stopping
from lambdas.contract.statistics import CurvePoint
from lambdas.contract.votes import SettingWaveSummary, VoteRecord, WaveSummary
from lambdas.core.costs.estimate import estimate
from lambdas.core.costs.loads import DatasetSize
from lambdas.core.report.build import make_report
from lambdas.core.report.final import scored_final
from lambdas.core.report.scores import Pairing, ScoredRun, scored_settings
from lambdas.core.voting.final_vote import final_record, final_votes
from lambdas.core.voting.sums import PartitionSums, ScoredVote, correct_chance, sum_votes
from lambdas.core.voting.tally import VoteCounts
from tests.unit.core.samples import a_plan

MADE_UP = [AnsweredBy("simulated", "simulated")]
LOCAL = [AnsweredBy("qwen2.5:1.5b", "http://localhost:11434")]
PRICES = ModelPrices(2.0, 8.0, 1.0, 4.0, "2026-06-30", "a page")
GOLD = "18"
MIXED = (0.5, 0.7, 1.0)
_WRONG = ("26", "17", "9")


def a_report(
    *,
    settings: Sequence[str] = (GREEDY, "T0.5", "T0.7"),
    questions: int = 100,
    paths: int = 10,
    early_stop: bool = False,
    variants: Sequence[VoteMethod] = (),
    labelled: bool = True,
    priced: bool = True,
    warnings: Sequence[str] = (),
    answered_by: Sequence[AnsweredBy] = (),
    **request: Any,
) -> Report:
    """Return the report of a run whose questions range from easy to hard.

    Args:
        settings: names; greedy has one path.
        questions: how many.
        paths: of each sampled setting.
        early_stop: of two waves, the second for questions whose paths do not all agree yet.
        variants: votes beside the plain majority.
        labelled: whether the questions have known answers.
        priced: whether the model's prices are known, and with them costs and estimate.
        warnings: of the plan.
        answered_by: who answers; Bedrock if nobody else.
        request: members of the request.
    """
    plan = _plan(settings, questions, paths, early_stop=early_stop, labelled=labelled)
    plan = replace(plan, variants=tuple(variants), warnings=tuple(warnings))
    plan = replace(plan, answered_by=tuple(answered_by))
    if priced:
        size = DatasetSize(questions * 40, questions * 25, 50)
        plan = replace(plan, prices=PRICES, estimate=estimate(plan, size, PRICES))
    run = [_run(plan, setting, labelled=labelled) for setting in plan.settings]
    jobs = list(_jobs(run))
    return make_report(
        plan,
        StoredRequest(
            dataset="uploads/questions.jsonl",
            task="arithmetic",
            early_stop=0.95 if early_stop else None,
            variants=tuple(variants),
            **{"model_id": plan.model_id, **request},
        ),
        _scored(plan, run, jobs),
        jobs=jobs,
        waves=_waves(run),
        seconds=754.0,
    )


def a_setting(name: str, *means: float, **changed: Any) -> SettingReport:
    """Return a setting as `make_report` has it, with this curve, accuracy and other members."""
    (found,) = a_report(
        settings=[name], questions=2, paths=2, labelled=False, priced=False
    ).settings
    accuracy = means[-1] if means else None
    members = {
        "accuracy": accuracy,
        "voted_accuracy": accuracy,
        "labelled": found.questions,
        "curve": tuple(CurvePoint(k, mean, 0.0) for k, mean in enumerate(means, 1)),
        "agreement": None,
        "job_seconds": 0.0,
        "seconds_per_path": None,
    }
    return replace(found, **(members | changed))


def with_settings(*settings: SettingReport, **changed: Any) -> Report:
    """Return a report of these settings, with no waves, jobs, prices or warnings of its own.

    It has no final vote unless one is given, as in reports of earlier versions.
    """
    bare = a_report(settings=[GREEDY], questions=2, priced=False)
    members = {"settings": settings, "waves": (), "jobs": (), "final": None}
    return replace(bare, **(members | changed))


def a_final(*settings: str, **changed: Any) -> FinalReport:
    """Return the vote of these settings together, without figures beyond those given."""
    members: dict[str, Any] = {
        "settings": settings,
        "questions": 2,
        "labelled": 2,
        "paths": PathSpread(2, 2.0, 2),
        "curve": (),
        **dict.fromkeys(("unanswered", "unvoted_questions", "tied_questions"), 0),
        **dict.fromkeys(("accuracy", "voted_accuracy", "interval", "standard_error")),
        **dict.fromkeys(("gain", "p", "curve_reach", "agreement", "forecast", "advice")),
        **dict.fromkeys(("cost_usd", "usd_per_path", "path_costs")),
    }
    return FinalReport(**(members | changed))


def a_job_entry(**changed: Any) -> JobEntry:
    """Return the entry of a job in which all went well."""
    members: dict[str, Any] = {
        "job": "j0002",
        "setting": "T0.7",
        "wave": 1,
        "status": "Completed",
        "records_planned": 500,
        "succeeded": 500,
        "tokens_in": 1000,
        "tokens_out": 200,
    }
    return JobEntry(**(members | changed))


@dataclass(frozen=True)
class _SettingRun:
    """A setting's votes on all questions, and of how many waves each has paths."""

    setting: Setting
    votes: tuple[ScoredVote, ...]
    waves: tuple[int, ...]
    sums: PartitionSums

    def record(self, number: int) -> VoteRecord:
        vote = self.votes[number]
        return VoteRecord(
            question_id=f"q{number}",
            setting=self.setting.name,
            answer=vote.answer,
            gold=vote.gold,
            correct=None if vote.gold is None else vote.correct,
            paths=vote.counts.paths,
            support=vote.counts.top_two[0],
            votes=vote.counts.votes,
            unanswered=vote.counts.unanswered,
            tied=vote.tied > 1,
            wave=self.waves[number],
        )


def _plan(
    settings: Sequence[str], questions: int, paths: int, *, early_stop: bool, labelled: bool
) -> Plan:
    first = -(-paths // 2)
    return a_plan(
        settings=tuple(_setting(name, paths) for name in settings),
        questions=questions,
        labelled=questions if labelled else 0,
        stopping=Stopping("level", 0.95) if early_stop else Stopping("never"),
        waves=(first, paths - first) if early_stop else (paths,),
    )


def _setting(name: str, paths: int) -> Setting:
    if name == MIX:
        return Setting(name, None, paths, MIXED)
    return Setting(name, 0.0, 1) if name == GREEDY else Setting(name, float(name[1:]), paths)


def _run(plan: Plan, setting: Setting, *, labelled: bool) -> _SettingRun:
    gold = GOLD if labelled else None
    votes, checked, waves = [], [], []
    for number in range(plan.questions):
        answers = _answers(setting, number, plan.questions)
        first = answers[: plan.waves[0]]
        if plan.stops_early and len(set(first)) == 1:
            answers = first
        waves.append(2 if len(answers) > len(first) else 1)
        votes.append(_vote(answers, first, gold))
        checked.append(_vote(*map(_without_errors, (answers, first)), gold))
    requested = sum(vote.counts.paths for vote in votes)
    variants = dict.fromkeys(plan.variants, checked)
    sums = sum_votes(votes, variants, requested=requested, self_reported=0)
    return _SettingRun(setting, tuple(votes), tuple(waves), sums)


def _scored(plan: Plan, run: Sequence[_SettingRun], jobs: Sequence[JobEntry]) -> ScoredRun:
    votes = [
        {each.setting.name: each.record(number) for each in run} for number in range(plan.questions)
    ]
    pairing = Pairing(by_greedy=False)
    for each in votes:
        pairing.add({**each, FINAL: final_record(plan, each)})
    sums, paired = {each.setting.name: each.sums for each in run}, pairing.paired()
    settings = scored_settings(plan, sums, jobs, paired)
    requested = sum(sums[each.name].requested for each in plan.sampled)
    final = final_votes(plan, votes, requested).sums or sums[plan.sampled[0].name]
    return ScoredRun(settings, scored_final(plan, final, settings, paired.get(FINAL)))


def _answers(setting: Setting, number: int, questions: int) -> list[str | None]:
    """Return the answers of a question's paths: the higher its number, the fewer are right."""
    random = Random(f"{setting.name} {number}")
    right = 1.0 - 0.8 * number / questions

    def answer() -> str | None:
        if random.random() < right:
            return GOLD
        return None if random.random() < 0.1 else random.choice(_WRONG)

    return [answer() for _ in range(setting.paths)]


def _without_errors(answers: Sequence[str | None]) -> list[str | None]:
    """Return the answers as a variant has them: one of the wrong ones does not vote."""
    return [None if answer == _WRONG[0] else answer for answer in answers]


def _vote(
    answers: Sequence[str | None], first: Sequence[str | None], gold: str | None
) -> ScoredVote:
    counts = _counts(answers)
    leaders = counts.leaders
    answer = leaders[0] if leaders else None
    chance = correct_chance(leaders, gold)
    return ScoredVote(counts, _counts(first), answer, len(leaders), gold, chance)


def _counts(answers: Sequence[str | None]) -> VoteCounts:
    read = [answer for answer in answers if answer is not None]
    ranked = sorted(set(read), key=lambda answer: (-read.count(answer), answer))
    return VoteCounts({answer: read.count(answer) for answer in ranked}, len(answers) - len(read))


def _jobs(run: Sequence[_SettingRun]) -> Iterator[JobEntry]:
    for wave in range(1, 1 + max(max(each.waves) for each in run)):
        for number, each in enumerate(run, 1):
            if records := _paths_in(each, wave):
                unanswered = each.sums.unanswered if wave == max(each.waves) else 0
                yield a_job_entry(
                    job=f"j{number:04d}",
                    setting=each.setting.name,
                    wave=wave,
                    records_planned=records,
                    paths_planned=records,
                    succeeded=records,
                    answered=records - unanswered,
                    unanswered=unanswered,
                    tokens_in=500 * records,
                    tokens_out=100 * records,
                    submitted_at=f"2026-11-22T09:{10 * wave}:00+00:00",
                    ended_at=f"2026-11-22T09:{10 * wave + number}:30+00:00",
                )


def _paths_in(each: _SettingRun, wave: int) -> int:
    first = min(vote.counts.paths for vote in each.votes)
    if wave == 1:
        return first * len(each.votes)
    return sum(vote.counts.paths - first for vote in each.votes)


def _waves(run: Sequence[_SettingRun]) -> tuple[WaveSummary, ...]:
    last = max(max(each.waves) for each in run)
    return tuple(
        WaveSummary(
            wave=wave,
            jobs=sum(_paths_in(each, wave) > 0 for each in run),
            records=sum(_paths_in(each, wave) for each in run),
            generations=sum(_paths_in(each, wave) for each in run),
            settings=tuple(_in_wave(each, wave, last) for each in run if wave <= max(each.waves)),
        )
        for wave in range(1, last + 1)
    )


def _in_wave(each: _SettingRun, wave: int, last: int) -> SettingWaveSummary:
    """Return a setting in a wave; the last wave exhausts questions without an absolute majority."""
    here = [vote for vote, end in zip(each.votes, each.waves, strict=True) if end >= wave]
    later = sum(end > wave for end in each.waves)
    unclear = 0
    if wave == last > 1:
        unclear = sum(2 * vote.counts.top_two[0] <= vote.counts.paths for vote in here)
    after = [_after(vote, wave, last) for vote in each.votes]
    return SettingWaveSummary(
        setting=each.setting.name,
        questions=len(here),
        generations=_paths_in(each, wave),
        retried=0,
        decided=len(here) - later - unclear,
        exhausted=unclear,
        open=later,
        accuracy=None if after[0].gold is None else sum(vote.chance for vote in after) / len(after),
        mean_paths=sum(vote.counts.paths for vote in after) / len(after),
    )


def _after(vote: ScoredVote, wave: int, last: int) -> ScoredVote:
    """Return a vote as it stood after a wave: over the first paths, and in the end over all."""
    if wave == last or vote.curve_counts is None:
        return vote
    leaders = vote.curve_counts.leaders
    return replace(vote, counts=vote.curve_counts, chance=correct_chance(leaders, vote.gold))
