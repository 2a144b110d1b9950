"""The report of a run: accuracy by setting, figures of each job, and warnings."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from lambdas.contract.answered_by import BEDROCK, AnsweredBy, made_up_label
from lambdas.contract.entries import JobEntry
from lambdas.contract.jobs import JobFigures
from lambdas.contract.keys import accuracy_entry
from lambdas.contract.report import (
    DatasetReport,
    JobReport,
    PathSpread,
    PilotReport,
    Report,
    SettingReport,
    StoredRequest,
    Tokens,
    Totals,
)
from lambdas.contract.schema import FINAL, GREEDY, Plan
from lambdas.contract.statistics import CurvePoint
from lambdas.contract.votes import WaveSummary
from lambdas.core.costs.actual import PathCosts, job_cost_usd, on_demand_records, total_cost
from lambdas.core.pilot import pilot_warnings
from lambdas.core.prices import sum_known
from lambdas.core.report import analysis
from lambdas.core.report.final import final_report
from lambdas.core.report.scores import ScoredRun, ScoredSetting
from lambdas.core.report.warnings import (
    job_warnings,
    setting_warnings,
    wave_warnings,
    zero_warning,
)
from lambdas.core.statistics.significance import holm


def make_report(
    plan: Plan,
    request: StoredRequest,
    scored: ScoredRun,
    *,
    jobs: Sequence[JobEntry],
    waves: Sequence[WaveSummary],
    pilot: PilotReport | None = None,
    seconds: float,
    stopped: str | None = None,
    refused: bool = False,
) -> Report:
    """Return the report of a run.

    Args:
        plan: of the run.
        request: with its defaults filled in.
        scored: its settings and final answers.
        jobs: all of the run.
        waves: all of the run.
        pilot: of the run, `None` without one.
        seconds: from the run's start to now.
        stopped: why the run was stopped, `None` if it was not.
        refused: whether a job is refused.
    """
    total, before = total_cost(jobs, plan.prices), pilot or PilotReport(cost_usd=0.0)
    settings, final = scored.settings, scored.final
    greedy = next((each for each in settings if each.setting.name == GREEDY), None)
    costs = PathCosts(plan, plan.prices)
    return Report(
        run_id=plan.run_id,
        request=request,
        dataset=DatasetReport(plan.questions, plan.labelled),
        settings=_setting_reports(plan, settings, greedy, costs),
        waves=tuple(waves),
        jobs=tuple(_job_report(plan, job) for job in jobs),
        totals=Totals(
            records=sum(job.records_planned for job in jobs),
            generations=sum(scored.sums.paths for scored in settings),
            tokens=_tokens(jobs).plus(before.tokens),
            cost_usd=sum_known((total.cost_usd, before.cost_usd)),
            cost_estimated=total.estimated or before.tokens.estimated,
            seconds=round(seconds, 1),
        ),
        prices=plan.prices,
        estimate=plan.estimate,
        warnings=(
            *_made_up_warnings(plan),
            *filter(None, [stopped]),
            *_zero_warnings(settings),
            *pilot_warnings(pilot),
            *_warnings(plan, settings, jobs, waves, refused=refused, stopped=stopped is not None),
        ),
        pilot=pilot,
        answered_by=plan.answered_by or (AnsweredBy(plan.model_id, BEDROCK),),
        final=None if final is None else final_report(plan, final, greedy, costs),
    )


def accuracy_csv(report: Report) -> bytes:
    """Return `accuracy.csv`: each point of each setting's curve."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["setting", "paths", "mean", "sd"])
    for name, curve in _curves(report):
        writer.writerows((name, at.paths, at.mean, at.sd) for at in curve)
    return text.getvalue().encode()


def accuracy_entries(report: Report) -> Iterator[tuple[str, CurvePoint]]:
    """Yield each point of each setting's curve after the name of its table entry."""
    for name, curve in _curves(report):
        for point in curve:
            yield accuracy_entry(name, point.paths), point


def _curves(report: Report) -> Iterator[tuple[str, Sequence[CurvePoint]]]:
    """Yield each setting's curve, and that of several settings together."""
    for setting in report.settings:
        yield setting.setting, setting.curve
    if report.final and report.final.is_pooled:
        yield FINAL, report.final.curve


def headline(report: Report) -> str:
    """Return the accuracies in one line, and before them that they are made up if so."""
    label = report.made_up_label
    return f"{label}: {_accuracies(report)}" if label else _accuracies(report)


def _accuracies(report: Report) -> str:
    final = report.final
    pooled = [(FINAL, final.accuracy)] if final and final.is_pooled else []
    named = [*pooled, *((each.setting, each.accuracy) for each in report.settings)]
    accuracies = [f"{name} {found:.2%}" for name, found in named if found is not None]
    if any(setting.labelled for setting in report.settings):
        return ", ".join(accuracies) or "not scored: no path has a readable answer"
    return "voted, not scored: no question has a known answer"


def job_seconds_of(job: JobFigures) -> float | None:
    """Return the seconds from a job's submission to its end, `None` if it has not ended.

    >>> start, end = "2026-06-01T10:00:00", "2026-06-01T10:01:00"
    >>> job_seconds_of(JobFigures(submitted_at=start, ended_at=end))
    60.0
    """
    if not job.submitted_at or not job.ended_at:
        return None
    submitted, ended = map(datetime.fromisoformat, (job.submitted_at, job.ended_at))
    return (ended - submitted).total_seconds()


def _setting_reports(
    plan: Plan,
    settings: Sequence[ScoredSetting],
    greedy: ScoredSetting | None,
    costs: PathCosts,
) -> tuple[SettingReport, ...]:
    adjusted = _adjusted(greedy, settings)
    return tuple(
        _setting_report(plan, scored, greedy, costs, adjusted.get(scored.setting.name))
        for scored in settings
    )


def _adjusted(
    greedy: ScoredSetting | None, settings: Sequence[ScoredSetting]
) -> Mapping[str, float]:
    """Return corrected p-values by setting, where several are compared with greedy."""
    found = {each.setting.name: analysis.gain_over(greedy, each) for each in settings}
    gains = {name: gain.p_value for name, gain in found.items() if gain}
    if len(gains) < 2:
        return {}
    return dict(zip(gains, holm(list(gains.values())), strict=True))


def _setting_report(
    plan: Plan,
    scored: ScoredSetting,
    greedy: ScoredSetting | None,
    costs: PathCosts,
    p_adjusted: float | None,
) -> SettingReport:
    sums, total = scored.sums, total_cost(scored.jobs, plan.prices)
    mean_paths = sums.paths / sums.questions
    job_seconds = sum(job_seconds_of(job) or 0.0 for job in scored.jobs)
    on_demand = on_demand_records(scored.jobs)
    return SettingReport(
        setting=scored.setting.name,
        temperature=scored.setting.temperature,
        questions=sums.questions,
        labelled=sums.labelled,
        unsampled_questions=sums.unsampled,
        generations=sums.paths,
        paths=PathSpread(sums.fewest, mean_paths, sums.most),
        accuracy=scored.accuracy,
        voted_accuracy=scored.voted_accuracy,
        interval=analysis.accuracy_interval(scored),
        standard_error=analysis.accuracy_error(scored),
        gain=analysis.gain_over(greedy, scored, p_adjusted),
        unanswered=sums.unanswered,
        unvoted_questions=sums.unvoted,
        tied_questions=sums.tied,
        curve=scored.curve,
        curve_reach=analysis.curve_reach(plan, scored),
        agreement=analysis.agreement_report(plan, scored),
        forecast=analysis.forecast_of(plan, scored, costs),
        advice=analysis.advice_of(plan, scored, greedy, costs, p_adjusted),
        variants=analysis.variant_reports(plan, scored),
        records=sum(job.records_planned for job in scored.jobs),
        on_demand=on_demand > 0,
        on_demand_records=on_demand,
        tokens=_tokens(scored.jobs),
        cost_usd=total.cost_usd,
        cost_estimated=total.estimated,
        usd_per_path=_per_path(total.cost_usd, mean_paths),
        path_costs=analysis.path_costs_of(scored, costs),
        job_seconds=job_seconds,
        seconds_per_path=_per_path(job_seconds, mean_paths),
        temperatures=scored.setting.temperatures,
    )


def _per_path(amount: float | None, mean_paths: float) -> float | None:
    return amount / mean_paths if amount is not None and mean_paths else None


def _job_report(plan: Plan, job: JobEntry) -> JobReport:
    figures = {name: getattr(job, name) for name in JobFigures.model_fields}
    return JobReport(**figures, cost_usd=job_cost_usd(job, plan.prices))


def _tokens(jobs: Sequence[JobFigures]) -> Tokens:
    return Tokens(
        input=sum(job.tokens_in or 0 for job in jobs),
        output=sum(job.tokens_out or 0 for job in jobs),
        estimated=any(job.tokens_estimated for job in jobs),
    )


def _made_up_warnings(plan: Plan) -> Iterator[str]:
    if label := made_up_label(plan.answered_by):
        yield f"{label}: the answers are made up, and so is every figure of this report"


def _zero_warnings(settings: Sequence[ScoredSetting]) -> Iterator[str]:
    for scored in settings:
        yield from filter(None, [zero_warning(scored.setting, scored.accuracy, scored.common)])


def _warnings(
    plan: Plan,
    settings: Sequence[ScoredSetting],
    jobs: Sequence[JobEntry],
    waves: Sequence[WaveSummary],
    *,
    refused: bool,
    stopped: bool,
) -> tuple[str, ...]:
    return (
        *plan.warnings,
        *job_warnings(jobs),
        *wave_warnings(plan, waves, refused=refused, stopped=stopped),
        *(
            warning
            for scored in settings
            for warning in setting_warnings(plan, scored.setting, scored.sums, scored.jobs)
        ),
    )
