"""The votes that the page shows: the run's one answer, and each setting by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from lambdas.contract.report import FinalReport, PathSpread, Report, SettingReport, VariantReport
from lambdas.contract.schema import FINAL, GREEDY
from lambdas.contract.statistics import AgreementReport, CurvePoint, Forecast, PathCost


@dataclass(frozen=True, slots=True)
class ShownVote:
    """What charts and their tables show of a vote; the members are those of a setting's report."""

    name: str
    accuracy: float | None
    labelled: int
    paths: PathSpread
    curve: tuple[CurvePoint, ...]
    curve_reach: str | None
    agreement: AgreementReport | None
    forecast: Forecast | None
    path_costs: tuple[PathCost, ...] | None
    variants: tuple[VariantReport, ...] = ()


def pooled_final(report: Report) -> FinalReport | None:
    """Return the vote of several settings together.

    `None` if one setting votes alone, whose figures the page then shows once, and in reports of
    earlier versions.
    """
    final = report.final
    return final if final and final.is_pooled else None


def setting_votes(report: Report) -> list[ShownVote]:
    """Return the votes of each setting by itself, without greedy."""
    return [
        _shown(each.setting, each, each.variants)
        for each in report.settings
        if each.setting != GREEDY
    ]


def answer_votes(report: Report) -> list[ShownVote]:
    """Return the final vote of several settings, or else each setting's, without greedy."""
    pooled = pooled_final(report)
    return [_shown(FINAL, pooled)] if pooled else setting_votes(report)


def temperatures_of(setting: SettingReport) -> str:
    """Return the temperatures of a mix, "" for a setting of one.

    >>> from types import SimpleNamespace
    >>> temperatures_of(SimpleNamespace(temperatures=(0.5, 0.7, 1.0)))
    'temperatures 0.5, 0.7 and 1'
    """
    named = [f"{each:g}" for each in setting.temperatures]
    return f"temperatures {in_words(named)}" if named else ""


def in_words(names: Sequence[str]) -> str:
    """Return names as a sentence lists them.

    >>> in_words(["T0.5"]), in_words(["T0.5", "T0.7", "T1.0"])
    ('T0.5', 'T0.5, T0.7 and T1.0')
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _shown(
    name: str, figures: FinalReport | SettingReport, variants: tuple[VariantReport, ...] = ()
) -> ShownVote:
    return ShownVote(
        name=name,
        accuracy=figures.accuracy,
        labelled=figures.labelled,
        paths=figures.paths,
        curve=figures.curve,
        curve_reach=figures.curve_reach,
        agreement=figures.agreement,
        forecast=figures.forecast,
        path_costs=figures.path_costs,
        variants=variants,
    )
