"""The waves: what each submitted, and how many questions it settled."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lambdas.core.reporting.pages.figures import GREEDY
from lambdas.core.reporting.pages.markup import Row, Section, chart, paragraph, table

_HEADS = (
    "Wave",
    "Jobs",
    "Records",
    "Completions",
    "Setting",
    "Questions asked",
    "Settled",
    "Still open",
)


def waves_section(report: Mapping[str, Any]) -> Section | None:
    """Return the waves with their chart, `None` where they are not known."""
    waves = report.get("waves")
    if not waves:
        return None
    told = (
        "After each wave the questions whose vote is settled leave; only the open ones are sampled"
        " again."
    )
    parts = (
        paragraph(told) if len(waves) > 1 else "",
        _chart(waves),
        table("waves-figures", "Waves", _HEADS, _rows(waves)),
    )
    return Section("waves", "Waves", "\n".join(filter(None, parts)))


def _chart(waves: Sequence[Mapping[str, Any]]) -> str:
    if len(waves) < 2:
        return ""
    by_setting: dict[str, list[str]] = {}
    for wave in waves:
        for each in _voting(wave):
            told = f"{each['settled']:,} in wave {wave['wave']}"
            by_setting.setdefault(each["setting"], []).append(told)
    gist = "; ".join(f"{name} {', '.join(told)}" for name, told in by_setting.items())
    title = "When questions were settled"
    return chart("waves", title, f"Stacked bars of questions settled: {gist}.") if gist else ""


def _voting(wave: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (each for each in wave["settings"] if each["setting"] != GREEDY)


def _rows(waves: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    for wave in waves:
        submitted = (
            f"{wave['wave']}",
            f"{wave['jobs']:,}",
            f"{wave['records']:,}",
            f"{wave['generations']:,}",
        )
        for each in wave["settings"]:
            counts = (f"{each[name]:,}" for name in ("questions", "settled", "open"))
            kind = "first" if submitted[0] else ""
            yield Row((*submitted, each["setting"], *counts), kind)
            # What a wave submitted is said once, beside its first setting.
            submitted = ("", "", "", "")
