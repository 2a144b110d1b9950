"""Agreement as confidence: how confident votes are, how often right, and what to abstain from."""

from collections.abc import Iterator, Sequence

from lambdas.contract.report import Report
from lambdas.contract.statistics import AgreementReport
from lambdas.core.report.page.format import interval, percent
from lambdas.core.report.page.html import (
    Section,
    TableCell,
    TableRow,
    chart,
    folded,
    paragraph,
    sentence_list,
    table,
)
from lambdas.core.report.page.votes import answer_votes, pooled_final, setting_votes
from lambdas.core.text import group_messages

_INTRODUCTION = (
    "Confidence is the share of a question’s paths that voted for the winner. The higher it is, the"
    " more often the vote should be right."
)
_MEASURES = ("share", "margin", "entropy")
_MEASURE_HEADS: tuple[TableCell | str, ...] = (
    "Vote",
    *(TableCell(f"Mean {name}", "from 0 to 1") for name in _MEASURES),
    *(TableCell(f"AUROC of {name}", "0.5 is chance; 95% interval") for name in _MEASURES),
    TableCell("Calibration error", "mean distance of accuracy from confidence"),
)
_MEASURE_NOTE = (
    "Share: votes for the winner, of all paths. Margin: its lead over the second answer, of all"
    " paths. Entropy: 1 if all paths agree, 0 if no two do. AUROC: the chance that a right vote is"
    " more confident than a wrong one."
)
_FLOOR_NOTE = (
    " A perfectly calibrated vote would show some calibration error too, by chance: how much stands"
    " below it. Only what goes beyond that tells of bad calibration."
)
_CALIBRATION_HEADS = (
    "Vote",
    "Confidence",
    "Questions",
    "Mean confidence",
    TableCell("Accuracy", "95% interval over questions"),
)
_COVERAGE_HEADS = ("Vote", "Coverage", "Questions", "Accuracy", "Lowest confidence")

# A setting's name and its agreement.
Named = tuple[str, AgreementReport]


def agreement_section(report: Report) -> Section | None:
    """Return what the paths' agreement says about the votes, `None` if it is unknown."""
    known = [(each.name, each.agreement) for each in answer_votes(report) if each.agreement]
    if not known:
        return None
    alone = [(each.name, each.agreement) for each in setting_votes(report) if each.agreement]
    listed = [*known, *alone] if pooled_final(report) else known
    notes = [(name, agreement.note) for name, agreement in known if agreement.note]
    parts = (
        paragraph(_INTRODUCTION),
        sentence_list(group_messages(notes), "note"),
        _charts(known),
        table(
            "agreement-measures", "Agreement of each vote", _MEASURE_HEADS, _measure_rows(listed)
        ),
        paragraph(_measure_note(known), "note"),
        _figures(known),
    )
    return Section("agreement", "Agreement", "\n".join(filter(None, parts)))


def _measure_note(known: Sequence[Named]) -> str:
    has_floor = any(agreement.calibration_floor is not None for _, agreement in known)
    return _MEASURE_NOTE + (_FLOOR_NOTE if has_floor else "")


def _charts(known: Sequence[Named]) -> str:
    drawn = []
    if any(agreement.calibration for _, agreement in known):
        title = "How often a vote is right, by its confidence"
        drawn.append(chart("calibration", title, _calibration_text(known)))
    if any(agreement.coverage for _, agreement in known):
        title = "Accuracy of the most confident votes"
        drawn.append(chart("coverage", title, _coverage_text(known)))
    return f'<div class="pair">{"".join(drawn)}</div>' if drawn else ""


def _calibration_text(known: Sequence[Named]) -> str:
    errors = "; ".join(
        f"{name} {percent(agreement.calibration_error)}"
        for name, agreement in known
        if agreement.calibration_error is not None
    )
    return (
        "Chart of accuracy against confidence, with 95% intervals over questions."
        f" Calibration error: {errors}."
    )


def _coverage_text(known: Sequence[Named]) -> str:
    ends = "; ".join(
        f"{name} {percent(first.accuracy)} at {first.coverage:.0%} of the questions,"
        f" {percent(last.accuracy)} at {last.coverage:.0%}"
        for name, agreement in known
        if agreement.coverage
        for first, last in ((agreement.coverage[0], agreement.coverage[-1]),)
    )
    return f"Line chart of accuracy against the share of questions answered: {ends}."


def _measure_rows(known: Sequence[Named]) -> Iterator[TableRow]:
    for name, agreement in known:
        means, auroc = agreement.means, agreement.auroc
        cells: tuple[TableCell | str, ...] = (
            name,
            *map(_three_decimals, (means.share, means.margin, means.entropy)),
            *(_auroc_cell(agreement, measure, getattr(auroc, measure)) for measure in _MEASURES),
            _error_cell(agreement),
        )
        yield TableRow(cells)


def _auroc_cell(agreement: AgreementReport, measure: str, auroc: float | None) -> TableCell:
    """Return an AUROC with its interval below it, if it has one."""
    bounds = getattr(agreement.auroc_intervals, measure, None)
    below = "" if bounds is None else f"{bounds.low:.3f} to {bounds.high:.3f}"
    return TableCell(_three_decimals(auroc), below)


def _error_cell(agreement: AgreementReport) -> TableCell:
    """Return the calibration error, below it what a perfectly calibrated vote would show."""
    floor = agreement.calibration_floor
    return TableCell(
        percent(agreement.calibration_error),
        "" if floor is None else f"{percent(floor)} if perfect",
    )


def _three_decimals(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.3f}"


def _figures(known: Sequence[Named]) -> str:
    bins, steps = list(_calibration_rows(known)), list(_coverage_rows(known))
    if not bins and not steps:
        return ""
    calibration = table("calibration", "Calibration", _CALIBRATION_HEADS, bins) if bins else ""
    coverage = table("coverage", "Accuracy at coverage", _COVERAGE_HEADS, steps) if steps else ""
    return folded("Figures of these charts", calibration + coverage, printed=True)


def _calibration_rows(known: Sequence[Named]) -> Iterator[TableRow]:
    for name, agreement in known:
        for each in agreement.calibration:
            cells: tuple[TableCell | str, ...] = (
                name,
                f"{each.low:.0%} to {each.high:.0%}",
                f"{each.questions:,}",
                percent(each.confidence),
                TableCell(percent(each.accuracy), interval(each.interval)),
            )
            yield TableRow(cells)


def _coverage_rows(known: Sequence[Named]) -> Iterator[TableRow]:
    for name, agreement in known:
        for step in agreement.coverage:
            cells: tuple[TableCell | str, ...] = (
                name,
                f"{step.coverage:.0%}",
                f"{step.questions:,}",
                percent(step.accuracy),
                percent(step.confidence),
            )
            yield TableRow(cells)
