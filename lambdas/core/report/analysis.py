"""What a setting's figures mean: its gain, agreement, costs, forecast and advice."""

from dataclasses import replace

from lambdas.contract.answered_by import is_rehearsed
from lambdas.contract.report import VariantReport
from lambdas.contract.schema import GREEDY, Plan
from lambdas.contract.statistics import Advice, AgreementReport, Forecast, Gain, Interval, PathCost
from lambdas.core.costs.actual import PathCosts, mean_tokens
from lambdas.core.report.scores import ScoredSetting
from lambdas.core.statistics.advice import Voted, advice, forecast, undecided
from lambdas.core.statistics.confidence import (
    calibration,
    calibration_error,
    calibration_floor,
    coverage,
)
from lambdas.core.statistics.significance import standard_error, wilson
from lambdas.core.text import count_of
from lambdas.core.voting.sums import VariantSums

_UNEVEN_PATHS = (
    "with early stopping, questions have different numbers of paths: 4 of 4 counts as more"
    " confident than 38 of 40, so do not compare these figures with a run of all paths"
)
# A curve that ends below this share of a question's paths describes another, smaller run.
_LEAST_OF_PATHS = 0.75


def accuracy_interval(scored: ScoredSetting) -> Interval | None:
    """Return the 95 % interval of a setting's accuracy, `None` without an accuracy."""
    if scored.accuracy is None:
        return None
    return wilson(scored.sums.expected, scored.sums.labelled)


def accuracy_error(scored: ScoredSetting) -> float | None:
    """Return the standard error of a setting's accuracy, `None` without an accuracy."""
    if scored.accuracy is None:
        return None
    return standard_error(scored.sums.expected, scored.sums.labelled)


def gain_over(
    greedy: ScoredSetting | None, scored: ScoredSetting, p_adjusted: float | None = None
) -> Gain | None:
    """Return what a setting's vote gains over greedy; `None` unless both have an accuracy.

    Args:
        greedy: the base, `None` if it was not sampled.
        scored: the setting.
        p_adjusted: of the gain among those of several settings, `None` if it is the only one.
    """
    if scored.paired is None or not _both_scored(greedy, scored):
        return None
    gain = scored.paired.gain()
    return gain and replace(gain, p_adjusted=p_adjusted)


def curve_reach(plan: Plan, scored: ScoredSetting) -> str | None:
    """Return why a curve ends before the most paths that a question has, `None` if it does not."""
    end, most = len(scored.curve), scored.sums.most
    if scored.accuracy is None or scored.setting.name == GREEDY or end == most:
        return None
    if not end:
        return "there is no curve: of at least one question, none of the first paths came back"
    if plan.stops_early:
        return (
            f"the curve ends at {count_of(end, 'path')} (the first wave), which every question"
            " has: later waves sample undecided questions only, so they are no random sample"
        )
    return f"the curve ends at {count_of(end, 'path')}, the fewest that a question in it has"


def agreement_report(plan: Plan, scored: ScoredSetting) -> AgreementReport | None:
    """Return how agreement separates right votes from wrong ones.

    `None` for greedy, and if no path has an answer.
    """
    sums = scored.sums
    if scored.setting.name == GREEDY or sums.paths <= sums.unanswered:
        return None
    calibrated = calibration(sums.agreement.share)
    return AgreementReport(
        means=sums.agreement.means(),
        auroc=sums.agreement.auroc(),
        calibration_error=calibration_error(calibrated),
        calibration_floor=calibration_floor(sums.agreement.share),
        auroc_intervals=sums.agreement.auroc_intervals(),
        calibration=calibrated,
        coverage=coverage(sums.agreement.share),
        note=_UNEVEN_PATHS if plan.stops_early else None,
    )


def path_costs_of(scored: ScoredSetting, costs: PathCosts) -> tuple[PathCost, ...] | None:
    """Return what runs of the setting cost with each number of paths on its curve.

    Its full number of paths is always included; without a curve, all numbers up to it are.
    """
    most = scored.setting.paths
    paths = {*range(1, (len(scored.curve) or most) + 1), most}
    return costs.costs(sorted(paths), mean_tokens(scored.jobs))


def forecast_of(plan: Plan, scored: ScoredSetting, costs: PathCosts) -> Forecast | None:
    """Return the accuracy and cost of twice the paths, `None` if the curve says too little."""
    if not _describes_run(plan, scored):
        return None
    expected = forecast(scored.curve, None)
    if expected is None:
        return None
    costed = costs.costs([expected.paths], mean_tokens(scored.jobs))
    return replace(expected, cost_usd=costed[0].cost_usd if costed else None)


def advice_of(
    plan: Plan,
    scored: ScoredSetting,
    greedy: ScoredSetting | None,
    costs: PathCosts,
    p_adjusted: float | None = None,
) -> Advice | None:
    """Return how many paths are worth their cost, or what early stopping saved.

    Args:
        plan: of the run.
        scored: the setting, or the final answers.
        greedy: the base, `None` if it was not sampled.
        costs: by paths of every question.
        p_adjusted: of the gain among those of several settings, `None` if it is the only one.
    """
    gain = gain_over(greedy, scored, p_adjusted)
    if plan.stops_early and scored.setting.name != GREEDY:
        return Advice(_stopped(scored, gain))
    if not _describes_run(plan, scored):
        return None
    base = _same_questions(greedy, scored)
    mixed = scored.setting.temperature is None
    voted = Voted(
        questions=scored.sums.labelled,
        greedy=None if base is None else base.accuracy,
        gain=gain,
        costs={each.paths: each.cost_usd for each in path_costs_of(scored, costs) or ()},
        kind="mixed paths" if mixed else "paths",
        rehearsed=is_rehearsed(plan.answered_by),
    )
    return advice(scored.curve, voted)


def variant_reports(plan: Plan, scored: ScoredSetting) -> tuple[VariantReport, ...]:
    """Return the votes beside the plain majority; none for greedy or without an accuracy."""
    if scored.accuracy is None or scored.setting.name == GREEDY:
        return ()
    sums = scored.sums
    return tuple(
        _variant(name, sums.variants[name], sums.labelled)
        for name in plan.variants
        if name in sums.variants
    )


def _both_scored(greedy: ScoredSetting | None, scored: ScoredSetting) -> bool:
    return greedy is not None and greedy.accuracy is not None and scored.accuracy is not None


def _describes_run(plan: Plan, scored: ScoredSetting) -> bool:
    """Return whether the curve reaches far enough to speak of the setting's paths."""
    if plan.stops_early and scored.setting.name != GREEDY:
        return False
    return len(scored.curve) * scored.sums.questions >= _LEAST_OF_PATHS * scored.sums.paths


def _same_questions(greedy: ScoredSetting | None, scored: ScoredSetting) -> ScoredSetting | None:
    """Return greedy if both are scored on exactly the same questions."""
    if scored.paired is None or greedy is None or not _both_scored(greedy, scored):
        return None
    questions = {greedy.sums.labelled, scored.sums.labelled, scored.paired.questions}
    return greedy if len(questions) == 1 else None


def _stopped(scored: ScoredSetting, gain: Gain | None) -> str:
    """Return what early stopping saved, the accuracy, and whether its gain may be chance."""
    if scored.accuracy is None:
        return _saved(scored)
    reach = wilson(scored.sums.expected, scored.sums.labelled).half_points
    found = f"{_saved(scored)}; they reach {100 * scored.accuracy:.1f}% (± {reach:.1f})"
    if gain and gain.points > 0 and gain.may_be_chance:
        return f"{undecided(gain)}. {found}"
    return found


def _saved(scored: ScoredSetting) -> str:
    """Return how many paths were requested, retries included, and how many were allowed."""
    sums, most = scored.sums, scored.setting.paths
    # A shared job that never ran has no slices; its paths were requested all the same.
    requested = max(sums.requested, sum(job.paths_planned for job in scored.jobs))
    mean = requested / sums.questions
    return (
        f"{mean:.3g} of at most {most} paths per question were requested:"
        f" {100 * mean / most:.0f}% of the generations"
    )


def _variant(name: str, sums: VariantSums, labelled: int) -> VariantReport:
    return VariantReport(
        variant=name,
        accuracy=sums.expected / labelled,
        voted_accuracy=sums.correct / labelled,
        unvoted_questions=sums.unvoted,
        interval=wilson(sums.expected, labelled),
        versus=sums.versus.gain(),
        curve=sums.curve.points(),
    )
