"""The report's first figures: the run's one answer to each question, by all sampled settings."""

from collections.abc import Sequence

from lambdas.contract.report import FinalReport, PathSpread
from lambdas.contract.schema import FINAL, Plan, Setting
from lambdas.core.costs.actual import PathCosts, total_cost
from lambdas.core.report import analysis
from lambdas.core.report.scores import ScoredSetting
from lambdas.core.report.warnings import CommonAnswers
from lambdas.core.statistics.significance import Paired
from lambdas.core.voting.sums import PartitionSums


def scored_final(
    plan: Plan, sums: PartitionSums, settings: Sequence[ScoredSetting], paired: Paired | None
) -> ScoredSetting:
    """Return the final answers, scored as if they were a setting; if one votes alone, as that one.

    Args:
        plan: of the run.
        sums: over all shards' final answers.
        settings: all of the run.
        paired: the final answers against greedy's, `None` without greedy.
    """
    pool = [each for each in settings if each.setting in plan.sampled]
    if len(pool) == 1:
        return pool[0]
    paths = sum(each.setting.paths for each in pool)
    jobs = tuple(job for each in pool for job in each.jobs)
    return ScoredSetting(Setting(FINAL, None, paths), sums, jobs, paired, CommonAnswers())


def final_report(
    plan: Plan, final: ScoredSetting, greedy: ScoredSetting | None, costs: PathCosts
) -> FinalReport:
    """Return the figures of the final answers.

    Args:
        plan: of the run.
        final: by `scored_final`.
        greedy: the base, `None` if it was not sampled.
        costs: by paths of every question.
    """
    sums, cost_usd = final.sums, total_cost(final.jobs, plan.prices).cost_usd
    mean_paths = sums.paths / sums.questions
    gain = analysis.gain_over(greedy, final)
    return FinalReport(
        settings=tuple(setting.name for setting in plan.sampled),
        questions=sums.questions,
        labelled=sums.labelled,
        paths=PathSpread(sums.fewest, mean_paths, sums.most),
        accuracy=final.accuracy,
        voted_accuracy=final.voted_accuracy,
        interval=analysis.accuracy_interval(final),
        standard_error=analysis.accuracy_error(final),
        gain=gain,
        p=None if gain is None else gain.p_value,
        unanswered=sums.unanswered,
        unvoted_questions=sums.unvoted,
        tied_questions=sums.tied,
        curve=final.curve,
        curve_reach=analysis.curve_reach(plan, final),
        agreement=analysis.agreement_report(plan, final),
        forecast=analysis.forecast_of(plan, final, costs),
        advice=analysis.advice_of(plan, final, greedy, costs),
        cost_usd=cost_usd,
        usd_per_path=cost_usd / mean_paths if cost_usd is not None and mean_paths else None,
        path_costs=analysis.path_costs_of(final, costs),
    )
