"""The waves: what each submitted, and how many questions it settled."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lambdas.core.reporting.pages.figures import GREEDY
from lambdas.core.reporting.pages.markup import Cell, Row, Section, chart, paragraph, table

_HEADS = (
    "Wave",
    "Jobs",
    "Records",
    Cell("Completions", "asked for"),
    "Setting",
    "Questions asked",
    "Settled",
)
_SPENT = Cell("Left unsettled", "paths or budget used up")
_SETTLING = (
    "After each wave the questions whose vote is settled leave; only the open ones are sampled"
    " again."
)
_BUDGETED = (
    "After each wave the questions whose vote is least certain are sampled again, as far as the"
    " budget goes."
)
_WHOLE = "A question leaves once it has all its paths; only the others are sampled again."


def waves_section(report: Mapping[str, Any]) -> Section | None:
    """Return the waves with their chart, `None` where they are not known."""
    waves = report.get("waves")
    if not waves:
        return None
    spent = any(each.get("spent") for wave in waves for each in wave["settings"])
    heads = (*_HEADS, *((_SPENT,) if spent else ()), "Still open")
    parts = (
        paragraph(_told(report["request"])) if len(waves) > 1 else "",
        _chart(waves),
        table("waves-figures", "Waves", heads, _rows(waves, spent=spent)),
    )
    return Section("waves", "Waves", "\n".join(filter(None, parts)))


def _told(request: Mapping[str, Any]) -> str:
    if request.get("budget"):
        return _BUDGETED
    # A request that does not say is taken for one that stops early.
    return _SETTLING if request.get("early_stop", "certain") else _WHOLE


def _chart(waves: Sequence[Mapping[str, Any]]) -> str:
    if len(waves) < 2:
        return ""
    by_setting: dict[str, list[str]] = {}
    spent: dict[str, int] = {}
    for wave in waves:
        for each in _voting(wave):
            told = f"{each['settled']:,} in wave {wave['wave']}"
            by_setting.setdefault(each["setting"], []).append(told)
            spent[each["setting"]] = spent.get(each["setting"], 0) + each.get("spent", 0)
    for name, count in spent.items():
        if count:
            by_setting[name].append(f"{count:,} left when paths or budget were used up")
    gist = "; ".join(f"{name} {', '.join(told)}" for name, told in by_setting.items())
    title = "When questions were settled"
    return chart("waves", title, f"Stacked bars of questions settled: {gist}.") if gist else ""


def _voting(wave: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (each for each in wave["settings"] if each["setting"] != GREEDY)


def _rows(waves: Sequence[Mapping[str, Any]], *, spent: bool) -> Iterator[Row]:
    counted = ("questions", "settled", *(("spent",) if spent else ()), "open")
    for wave in waves:
        submitted: tuple[Cell | str, ...] = (
            f"{wave['wave']}",
            f"{wave['jobs']:,}",
            f"{wave['records']:,}",
            f"{wave['generations']:,}",
        )
        kind = "first"
        for each in wave["settings"]:
            counts = (f"{each.get(name, 0):,}" for name in counted)
            yield Row((*submitted, each["setting"], *counts), kind)
            # What a wave submitted is said once, beside its first setting.
            submitted, kind = (Cell("", heard=f"wave {wave['wave']}"), "", "", ""), ""
