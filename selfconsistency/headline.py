"""A run in a few lines: its one answer, who votes, gain over greedy, advice, and time."""

from lambdas.contract.report import FinalReport, Report
from lambdas.contract.schema import GREEDY
from lambdas.contract.statistics import Gain
from lambdas.core.costs.time import spoken
from lambdas.core.report.page.format import duration
from lambdas.core.report.rounds import actual_time
from lambdas.core.text import count_of
from selfconsistency.figures import chance, percent, points, span


def final_lines(report: Report) -> list[str]:
    """Return the run's one answer in words, after what marks it as made up.

    Nothing of reports of earlier versions, which have none.
    """
    final = report.final
    if final is None:
        return []
    lines = [report.made_up_label, _accuracy_line(final), _voters_line(report, final)]
    if final.gain:
        lines.append(_gain_line(final.gain))
    if final.advice:
        lines.append(final.advice.sentence)
    return [line for line in lines if line]


def time_lines(report: Report) -> list[str]:
    """Return how long the batch jobs took beside what was expected; nothing if that is unknown."""
    expected = report.estimate.time if report.estimate else None
    if expected is None:
        return []
    actual = actual_time(report.jobs, expected.jobs_at_once)
    took = "" if actual.seconds is None else f", {duration(actual.seconds)}"
    jobs, rounds = count_of(actual.jobs, "batch job"), count_of(actual.rounds, "round")
    return [
        f"time: {jobs} in {rounds}{took}"
        f" (expected {expected.jobs:,} in {expected.rounds:,}, {spoken(expected.range)})"
    ]


def _accuracy_line(final: FinalReport) -> str:
    name = "greedy" if final.settings == (GREEDY,) else "final vote"
    if final.accuracy is None:
        return f"{name}: not scored"
    bounds = final.interval
    reach = f" ± {bounds.half_points:.1f}" if bounds else ""
    return f"{name}: {percent(final.accuracy)}{reach} of {count_of(final.labelled, 'question')}"


def _voters_line(report: Report, final: FinalReport) -> str:
    """Return which settings vote with how many paths, "" where greedy alone does."""
    if final.settings == (GREEDY,):
        return ""
    voters = [each for each in report.settings if each.setting in final.settings]
    mixed = [f"{each:g}" for voter in voters for each in voter.temperatures]
    named = f"a mix of temperatures {', '.join(mixed)}" if mixed else ", ".join(final.settings)
    together = " together" if final.is_pooled else ""
    return f"votes: {named}{together}; paths per question: {span(final.paths)}"


def _gain_line(gain: Gain) -> str:
    doubt = ", which may be chance" if gain.may_be_chance else ""
    p_value = chance(gain.p_value)
    shown = f"p {p_value}" if p_value.startswith("<") else f"p = {p_value}"
    bounds = f"{points(gain.low, 1)} to {points(gain.high, 1)}"
    return f"gain over greedy: {points(gain.points)} points ({bounds}), {shown}{doubt}"
