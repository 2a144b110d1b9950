"""What a setting's figures say: how sure they are, what was gained, what to do next time."""

from dataclasses import asdict, replace
from typing import Any

from lambdas.core.costs.path_costs import PathCost, PathCosts, mean_tokens
from lambdas.core.plan import Plan
from lambdas.core.reporting.scored import Scored
from lambdas.core.settings import GREEDY
from lambdas.core.statistics.advice import advice
from lambdas.core.statistics.calibration import calibration, calibration_error
from lambdas.core.statistics.coverage import coverage
from lambdas.core.statistics.forecast import forecast
from lambdas.core.statistics.intervals import standard_error, wilson
from lambdas.core.statistics.paired import Paired
from lambdas.core.voting.sums import VariantSums
from lambdas.core.wording import count_of

_UNEVEN_PATHS = (
    "confidence is of the paths that a question got: one that left at 4 to 0 counts as surer than"
    " 38 of 40, so these figures are not comparable with a run of all paths"
)
# A curve that ends below this share of a question's paths speaks of another, smaller run.
_LEAST_OF_PATHS = 0.75


def findings_of(
    plan: Plan, scored: Scored, greedy: Scored | None, costs: PathCosts
) -> dict[str, Any]:
    """Return what stands in the report beside a setting's accuracy.

    Args:
        plan: of the run.
        scored: the setting.
        greedy: greedy, `None` where it was not asked.
        costs: of as many paths as may be.
    """
    labelled = scored.sums.labelled
    known = scored.accuracy is not None
    sampled = scored.setting.name != GREEDY
    costed = path_costs_of(scored, costs)
    return {
        "interval": asdict(wilson(scored.sums.expected, labelled)) if known else None,
        "standard_error": standard_error(scored.sums.expected, labelled) if known else None,
        "gain": _gain_over(greedy, scored),
        "curve_reach": curve_reach(plan, scored) if known and sampled else None,
        "agreement": _agreement(plan, scored) if sampled else None,
        "path_costs": None if costed is None else [asdict(each) for each in costed],
        **_outlook(plan, scored, greedy, costs),
        "variants": [_variant(name, sums, labelled) for name, sums in scored.sums.variants.items()]
        if known and sampled
        else [],
    }


def path_costs_of(scored: Scored, costs: PathCosts) -> tuple[PathCost, ...] | None:
    """Return what runs of the setting cost with each number of paths that its curve has.

    With all paths of the setting as well, up to which it goes where there is no curve.
    """
    most = scored.setting.paths
    paths = {*range(1, (len(scored.curve) or most) + 1), most}
    return costs.costs(sorted(paths), mean_tokens(scored.jobs))


def curve_reach(plan: Plan, scored: Scored) -> str | None:
    """Return why a curve ends before the paths that some questions have, `None` if it does not."""
    end, most = len(scored.curve), scored.sums.most
    if end == most:
        return None
    if not end:
        return "there is no curve: of some question no path came back that it could begin with"
    if plan.stops_early:
        return (
            f"the curve ends at {count_of(end, 'path')}, of the first wave's, which every question"
            " has: who gets more depends on the votes so far, and is no sample like any other"
        )
    return f"the curve ends at {count_of(end, 'path')}, the fewest that a question in it has"


def _gain_over(greedy: Scored | None, scored: Scored) -> dict[str, Any] | None:
    if scored.paired is None or not _both_scored(greedy, scored):
        return None
    return _gain(scored.paired)


def _both_scored(greedy: Scored | None, scored: Scored) -> bool:
    return greedy is not None and greedy.accuracy is not None and scored.accuracy is not None


def _gain(paired: Paired) -> dict[str, Any] | None:
    """Return the gain with the questions that it is over, and the base's accuracy on these."""
    gain = paired.gain()
    if gain is None:
        return None
    base = (paired.both + paired.lost) / paired.questions
    return {**asdict(gain), "questions": paired.questions, "base": base}


def _agreement(plan: Plan, scored: Scored) -> dict[str, Any] | None:
    """Return how agreement tells right votes from wrong, `None` where no path has an answer."""
    if scored.sums.paths <= scored.sums.unanswered:
        return None
    agreement = scored.sums.agreement
    calibrated = calibration(agreement.share)
    return {
        "means": asdict(agreement.means()),
        "auroc": asdict(agreement.auroc()),
        "calibration_error": calibration_error(calibrated),
        "calibration": [asdict(each) for each in calibrated],
        "coverage": [asdict(each) for each in coverage(agreement.share)],
        "note": _UNEVEN_PATHS if plan.stops_early else None,
    }


def _outlook(plan: Plan, scored: Scored, greedy: Scored | None, costs: PathCosts) -> dict[str, Any]:
    """Return what more or fewer paths would come to, or what early stopping saved."""
    if plan.stops_early and scored.setting.name != GREEDY:
        return {"forecast": None, "advice": {"sentence": _saved(scored)}}
    points, sums = scored.curve, scored.sums
    if len(points) * sums.questions < _LEAST_OF_PATHS * sums.paths:
        return {"forecast": None, "advice": None}
    return {"forecast": _forecast(scored, costs), "advice": _advice(scored, greedy, costs)}


def _forecast(scored: Scored, costs: PathCosts) -> dict[str, Any] | None:
    foreseen = forecast(scored.curve, None)
    if foreseen is None:
        return None
    costed = costs.costs([foreseen.paths], mean_tokens(scored.jobs))
    return asdict(replace(foreseen, cost_usd=costed[0].cost_usd if costed else None))


def _advice(scored: Scored, greedy: Scored | None, costs: PathCosts) -> dict[str, Any] | None:
    base, gain = _same_questions(greedy, scored), scored.paired and scored.paired.gain()
    advised = advice(
        scored.curve,
        None if base is None else base.accuracy,
        {each.paths: each.cost_usd for each in path_costs_of(scored, costs) or ()},
        may_be_chance=bool(gain and gain.low <= 0 <= gain.high),
    )
    return None if advised is None else asdict(advised)


def _same_questions(greedy: Scored | None, scored: Scored) -> Scored | None:
    """Return greedy where it is over the questions that the setting is over, and no others."""
    if scored.paired is None or greedy is None or not _both_scored(greedy, scored):
        return None
    questions = {greedy.sums.labelled, scored.sums.labelled, scored.paired.questions}
    return greedy if len(questions) == 1 else None


def _saved(scored: Scored) -> str:
    """Return what was asked for, repeats included, beside all paths."""
    sums, most = scored.sums, scored.setting.paths
    # A shared job that never ran has no shares of settings; its paths were asked for all the same.
    asked = max(sums.sampled, sum(job.get("paths_planned", 0) for job in scored.jobs))
    mean = asked / sums.questions
    return (
        f"{mean:.3g} paths a question were asked for, of {most} at most:"
        f" {100 * mean / most:.0f}% of the generations"
    )


def _variant(name: str, sums: VariantSums, labelled: int) -> dict[str, Any]:
    return {
        "variant": name,
        "accuracy": sums.expected / labelled,
        "voted_accuracy": sums.correct / labelled,
        "unvoted_questions": sums.silent,
        "interval": asdict(wilson(sums.expected, labelled)),
        "versus": _gain(sums.versus),
        "curve": [asdict(point) for point in sums.curve.points()],
    }
