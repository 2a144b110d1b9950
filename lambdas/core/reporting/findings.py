"""What a setting's figures say: how sure they are, what was gained, what to do next time."""

from dataclasses import asdict
from typing import Any

from lambdas.core.plan import Plan
from lambdas.core.reporting.scored import Scored
from lambdas.core.settings import GREEDY
from lambdas.core.statistics.advice import advice
from lambdas.core.statistics.agreement import Agreement
from lambdas.core.statistics.calibration import calibration, calibration_error
from lambdas.core.statistics.coverage import coverage
from lambdas.core.statistics.forecast import forecast
from lambdas.core.statistics.intervals import standard_error, wilson
from lambdas.core.statistics.paired import Paired
from lambdas.core.voting.sums import VariantSums
from lambdas.core.wording import count_of


def findings_of(
    plan: Plan, scored: Scored, greedy: float | None, usd_per_path: float | None
) -> dict[str, Any]:
    """Return what stands in the report beside a setting's accuracy.

    Args:
        plan: of the run.
        scored: the setting.
        greedy: greedy's accuracy, `None` where it was not asked or not scored.
        usd_per_path: what a path of every question costs, `None` where that is not known.
    """
    labelled = scored.sums.labelled
    known = scored.accuracy is not None
    sampled = scored.setting.name != GREEDY
    return {
        "interval": asdict(wilson(scored.sums.expected, labelled)) if known else None,
        "standard_error": standard_error(scored.sums.expected, labelled) if known else None,
        "gain": _gain(scored.paired) if known and scored.paired else None,
        "curve_reach": curve_reach(plan, scored) if known and sampled else None,
        "agreement": _agreement(scored.sums.agreement) if sampled else None,
        **_outlook(plan, scored, greedy, usd_per_path),
        "variants": [_variant(name, sums, labelled) for name, sums in scored.sums.variants.items()]
        if known and sampled
        else [],
    }


def curve_reach(plan: Plan, scored: Scored) -> str | None:
    """Return why a curve ends before the paths that some questions have, `None` if it does not."""
    end, most = len(scored.curve), scored.sums.most
    if end == most:
        return None
    if plan.stops_early:
        return (
            f"the curve ends at {count_of(end, 'path')}, of the first wave's, which every question"
            " has: who gets more depends on the votes so far, and is no sample like any other"
        )
    return f"the curve ends at {count_of(end, 'path')}, the fewest that a question in it has"


def _gain(paired: Paired) -> dict[str, Any] | None:
    gain = paired.gain()
    return None if gain is None else asdict(gain)


def _agreement(agreement: Agreement) -> dict[str, Any]:
    calibrated = calibration(agreement.share)
    return {
        "means": asdict(agreement.means()),
        "auroc": asdict(agreement.auroc()),
        "calibration_error": calibration_error(calibrated),
        "calibration": [asdict(each) for each in calibrated],
        "coverage": [asdict(each) for each in coverage(agreement.share)],
    }


def _outlook(
    plan: Plan, scored: Scored, greedy: float | None, usd_per_path: float | None
) -> dict[str, Any]:
    """Return what more or fewer paths would come to, or what early stopping saved."""
    if plan.stops_early and scored.setting.name != GREEDY:
        return {"forecast": None, "advice": {"sentence": _saved(scored)}}
    points = scored.curve
    foreseen = forecast(points, usd_per_path)
    advised = advice(points, greedy, usd_per_path)
    return {
        "forecast": None if foreseen is None else asdict(foreseen),
        "advice": None if advised is None else asdict(advised),
    }


def _saved(scored: Scored) -> str:
    sums, most = scored.sums, scored.setting.paths
    mean = sums.sampled / sums.questions
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
