"""The report's cost: what was spent, beside what was expected, and what a path costs."""

from collections.abc import Mapping, Sequence
from typing import Any

from lambdas.contract import usd
from lambdas.core.costs.prices import GIVEN
from lambdas.core.reporting.pages.growth import growth
from lambdas.core.reporting.pages.markup import Cell, Row, Section, listed, paragraph, table

_HEADS = (
    "Setting",
    "Cost",
    Cell("A path", "of every question, on average"),
    "Expected",
    "At most",
    "Records",
    "On demand",
    "Tokens in",
    "Tokens out",
)


def cost_section(report: Mapping[str, Any]) -> Section:
    """Return the cost by setting, its growth with paths, prices, and what would save some."""
    settings, totals, estimate = report["settings"], report["totals"], report["estimate"]
    by_setting = {each["setting"]: each for each in estimate["settings"]} if estimate else {}
    rows = [_setting(each, by_setting.get(each["setting"], {})) for each in settings]
    rows.append(_total(totals, settings, estimate or {}))
    parts = (
        table("cost-figures", "Cost by setting", _HEADS, rows),
        paragraph(_priced(report["prices"], estimated=totals["cost_estimated"]), "note"),
        listed(estimate["remarks"] if estimate else (), "note"),
        growth(settings),
    )
    return Section("cost", "Cost and time", "\n".join(filter(None, parts)))


def spent_usd(spent: Mapping[str, Any], name: str = "cost_usd") -> str:
    """Return an amount of a setting or of the totals, marked where tokens are estimated."""
    marked = spent["cost_estimated"] and spent[name] is not None
    return f"{'≈ ' if marked else ''}{usd(spent[name])}"


def _setting(setting: Mapping[str, Any], expected: Mapping[str, Any]) -> Row:
    return Row(
        (
            setting["setting"],
            spent_usd(setting),
            spent_usd(setting, "usd_per_path"),
            usd(expected.get("cost_usd")),
            usd(expected.get("ceiling_usd")),
            f"{setting['records']:,}",
            f"{setting['on_demand_records']:,}",
            *_tokens(setting["tokens"]),
        )
    )


def _total(
    totals: Mapping[str, Any], settings: Sequence[Mapping[str, Any]], estimate: Mapping[str, Any]
) -> Row:
    cells = (
        "all",
        spent_usd(totals),
        "",
        usd(estimate.get("cost_usd")),
        usd(estimate.get("ceiling_usd")),
        f"{totals['records']:,}",
        f"{sum(each['on_demand_records'] for each in settings):,}",
        *_tokens(totals["tokens"]),
    )
    return Row(cells, "total")


def _tokens(tokens: Mapping[str, Any]) -> tuple[str, str]:
    about = "≈ " if tokens["estimated"] else ""
    return f"{about}{tokens['input']:,}", f"{about}{tokens['output']:,}"


def _priced(prices: Mapping[str, Any] | None, *, estimated: bool) -> str:
    if prices is None:
        return (
            "The model's prices are not known, so neither is the cost; give them in the request"
            ' as "prices": {"input": …, "output": …}, in USD per million tokens.'
        )
    batch = f"{usd(prices['batch_input'])} in and {usd(prices['batch_output'])} out"
    on_demand = f"{usd(prices['input'])} and {usd(prices['output'])}"
    origin = prices["source"]
    if origin != GIVEN:
        origin = f"as of {prices['as_of']}, {origin}"
    marked = " ≈: of tokens that are estimated in part." if estimated else ""
    return (
        f"USD per million tokens: {batch} in batch, {on_demand} on demand ({origin})."
        f" A path is one completion of every question.{marked}"
    )
