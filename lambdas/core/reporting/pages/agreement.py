"""Agreement as confidence: how sure a vote is, how often it is right, and what to leave out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lambdas.core.reporting.pages.figures import interval, percent, votes_of
from lambdas.core.reporting.pages.markup import (
    Cell,
    Row,
    Section,
    chart,
    folded,
    listed,
    paragraph,
    table,
)
from lambdas.core.wording import told_together

_MEASURES = ("share", "margin", "entropy")
_CALIBRATION = (
    "Setting",
    "Confidence",
    "Questions",
    "Mean confidence",
    Cell("Accuracy", "95% interval over questions"),
)
_COVERAGE = ("Setting", "Questions kept", "Questions", "Accuracy", "Least confidence")


def agreement_section(report: Mapping[str, Any]) -> Section | None:
    """Return what the paths' agreement says of the votes, `None` where it is not known."""
    known = [each for each in votes_of(report) if each.get("agreement")]
    if not known:
        return None
    told = (
        "Confidence is the share of a question’s paths that voted for the winner: the surer a vote,"
        " the more often it should be right."
    )
    notes = [(each["setting"], note) for each in known if (note := each["agreement"].get("note"))]
    parts = (
        paragraph(told),
        listed(told_together(notes), "note"),
        _charts(known),
        _measures(known),
        _folded(known),
    )
    return Section("agreement", "Agreement", "\n".join(filter(None, parts)))


def _charts(known: Sequence[Mapping[str, Any]]) -> str:
    drawn = []
    if any(each["agreement"].get("calibration") for each in known):
        drawn.append(
            chart("calibration", "How often a vote is right, by its confidence", _sure(known))
        )
    if any(each["agreement"].get("coverage") for each in known):
        title = "Accuracy when only the surest votes are kept"
        drawn.append(chart("coverage", title, _kept(known)))
    return f'<div class="pair">{"".join(drawn)}</div>' if drawn else ""


def _sure(known: Sequence[Mapping[str, Any]]) -> str:
    errors = "; ".join(
        f"{each['setting']} off by {percent(each['agreement']['calibration_error'])} on average"
        for each in known
        if each["agreement"].get("calibration_error") is not None
    )
    return f"Chart of accuracy against confidence, with 95% intervals over questions. {errors}"


def _kept(known: Sequence[Mapping[str, Any]]) -> str:
    ends = "; ".join(
        f"{each['setting']} {percent(points[0]['accuracy'])} at {points[0]['coverage']:.0%}"
        f" of the questions, {percent(points[-1]['accuracy'])} at {points[-1]['coverage']:.0%}"
        for each in known
        if (points := each["agreement"].get("coverage"))
    )
    return f"Line chart of accuracy against the share of questions answered: {ends}."


def _measures(known: Sequence[Mapping[str, Any]]) -> str:
    heads: tuple[Cell | str, ...] = (
        "Setting",
        *(Cell(f"Mean {name}", "of 1") for name in _MEASURES),
        *(Cell(f"AUROC of {name}", "0.5 is chance") for name in _MEASURES),
        Cell("Calibration error", "mean distance from the diagonal"),
    )
    rows = []
    for each in known:
        agreement = each["agreement"]
        means, auroc = agreement.get("means") or {}, agreement.get("auroc") or {}
        figures = (
            *(_three(means.get(name)) for name in _MEASURES),
            *(_three(auroc.get(name)) for name in _MEASURES),
            percent(agreement.get("calibration_error")),
        )
        rows.append(Row((each["setting"], *figures)))
    noted = (
        "Share: votes for the winner of all paths. Margin: by how much it leads the second, of all"
        " paths. Entropy: 1 where all paths agree, 0 where no two do. AUROC: the chance that a"
        " right vote is surer than a wrong one."
    )
    shown = table("agreement-measures", "Agreement by setting", heads, rows)
    return f"{shown}\n{paragraph(noted, 'note')}"


def _three(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.3f}"


def _folded(known: Sequence[Mapping[str, Any]]) -> str:
    bins, steps = list(_bins(known)), list(_steps(known))
    sure = table("calibration", "Calibration", _CALIBRATION, bins) if bins else ""
    kept = table("coverage", "Accuracy at coverage", _COVERAGE, steps) if steps else ""
    if not bins and not steps:
        return ""
    return folded("The figures of these charts", sure + kept, printed=True)


def _bins(known: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    for each in known:
        for bin_ in each["agreement"].get("calibration") or ():
            yield Row(
                (
                    each["setting"],
                    f"{bin_['low']:.0%} to {bin_['high']:.0%}",
                    f"{bin_['questions']:,}",
                    percent(bin_["confidence"]),
                    Cell(percent(bin_["accuracy"]), interval(bin_.get("interval"))),
                )
            )


def _steps(known: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    for each in known:
        for step in each["agreement"].get("coverage") or ():
            yield Row(
                (
                    each["setting"],
                    f"{step['coverage']:.0%}",
                    f"{step['questions']:,}",
                    percent(step["accuracy"]),
                    percent(step["confidence"]),
                )
            )
