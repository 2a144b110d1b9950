"""The report's cost as a page shows it: what was spent, beside what was expected."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from lambdas.contract import usd
from lambdas.core.costs.prices import GIVEN

_HEADS = (
    "Setting",
    "Cost",
    "A path",
    "Expected",
    "At most",
    "Records",
    "On demand",
    "Tokens in",
    "Tokens out",
)


def cost_section(report: Mapping[str, Any]) -> str:
    """Return the cost of a report as HTML: a table by setting, prices, what would save some."""
    settings, totals, estimate = report["settings"], report["totals"], report["estimate"]
    by_setting = {each["setting"]: each for each in estimate["settings"]} if estimate else {}
    rows = [_setting(each, by_setting.get(each["setting"], {})) for each in settings]
    rows.append(_total(totals, settings, estimate or {}))
    remarks = "".join(f"<li>{escape(each)}</li>" for each in _remarks(estimate))
    return (
        f'<h2>Cost</h2>\n<div class="table"><table>\n<thead>{_row(_HEADS, "th")}</thead>\n'
        f"<tbody>{''.join(map(_row, rows))}</tbody>\n</table></div>\n"
        f"<p>{escape(_priced(report['prices'], estimated=totals['cost_estimated']))}</p>\n"
        + (f"<ul>{remarks}</ul>\n" if remarks else "")
    )


def spent_usd(spent: Mapping[str, Any], name: str = "cost_usd") -> str:
    """Return an amount of a setting or of the totals, marked where tokens are estimated."""
    marked = spent["cost_estimated"] and spent[name] is not None
    return f"{'≈ ' if marked else ''}{usd(spent[name])}"


def _setting(setting: Mapping[str, Any], expected: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        setting["setting"],
        spent_usd(setting),
        spent_usd(setting, "usd_per_path"),
        usd(expected.get("cost_usd")),
        usd(expected.get("ceiling_usd")),
        f"{setting['records']:,}",
        f"{setting['on_demand_records']:,}",
        *_tokens(setting["tokens"]),
    )


def _total(
    totals: Mapping[str, Any], settings: Sequence[Mapping[str, Any]], estimate: Mapping[str, Any]
) -> tuple[str, ...]:
    return (
        "all",
        spent_usd(totals),
        "",
        usd(estimate.get("cost_usd")),
        usd(estimate.get("ceiling_usd")),
        f"{totals['records']:,}",
        f"{sum(each['on_demand_records'] for each in settings):,}",
        *_tokens(totals["tokens"]),
    )


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


def _remarks(estimate: Mapping[str, Any] | None) -> Sequence[str]:
    return estimate["remarks"] if estimate else ()


def _row(cells: Sequence[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
