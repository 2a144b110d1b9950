"""Cost: what was paid beside what was expected, by setting, and what more paths cost."""

from collections.abc import Sequence

from lambdas.contract import usd
from lambdas.contract.costs import PILOT, ModelPrices, SettingEstimate
from lambdas.contract.report import Report, SettingReport
from lambdas.core.prices import GIVEN_IN_REQUEST
from lambdas.core.report.page.curves import cost_and_time
from lambdas.core.report.page.format import token_counts
from lambdas.core.report.page.html import (
    Section,
    TableCell,
    TableRow,
    paragraph,
    sentence_list,
    table,
)
from lambdas.core.report.page.run_time import run_time
from lambdas.core.report.page.votes import answer_votes

_AMOUNT_HEADS = (
    TableCell("Per path", "one completion of every question"),
    "Expected",
    "Upper bound",
)
_VOLUME_HEADS = ("Records", "On demand", "Tokens in", "Tokens out")
_TITLES = {
    "cost": "Cost and time",
    "would cost": "What it would cost, and time",
    "": "Tokens and time",
}
_NO_PRICES = (
    "The model’s prices are unknown, and so is the cost. Give them in the request as"
    ' "prices": {"input": …, "output": …}, in USD per million tokens.'
)


def cost_section(report: Report) -> Section:
    """Return the cost by setting and by paths, the prices, and what would save some.

    In a rehearsal it is what the run would have cost; without prices there are no amounts.
    """
    word, estimate = report.cost_word, report.estimate
    by_setting = {each.setting: each for each in estimate.settings} if estimate else {}
    rows = [_setting_row(each, by_setting.get(each.setting)) for each in report.settings]
    rows += [*_pilot_rows(report), _total_row(report)]
    prices = _prices_text(report.prices, estimated=report.totals.cost_estimated) if word else ""
    parts = (
        _figures(word, rows),
        paragraph(prices, "note"),
        sentence_list(estimate.remarks if estimate else (), "note"),
        run_time(report),
        cost_and_time(answer_votes(report), report.settings, word),
    )
    return Section("cost", _TITLES[word], "\n".join(filter(None, parts)))


def _figures(word: str, rows: Sequence[TableRow]) -> str:
    if word:
        heads = ("Setting", word.capitalize(), *_AMOUNT_HEADS, *_VOLUME_HEADS)
        return table("cost-figures", f"{word.capitalize()} by setting", heads, rows)
    # The name, then the cells behind the amounts.
    volumes = (TableRow((row.cells[0], *row.cells[5:]), row.kind) for row in rows)
    title = "Records and tokens by setting"
    return table("token-figures", title, ("Setting", *_VOLUME_HEADS), volumes)


def marked_usd(amount: float | None, *, estimated: bool) -> str:
    """Return an amount, marked if it comes from estimated tokens."""
    return f"{'≈ ' if estimated and amount is not None else ''}{usd(amount)}"


def _setting_row(setting: SettingReport, expected: SettingEstimate | None) -> TableRow:
    return TableRow(
        (
            setting.setting,
            marked_usd(setting.cost_usd, estimated=setting.cost_estimated),
            marked_usd(setting.usd_per_path, estimated=setting.cost_estimated),
            usd(expected.cost_usd if expected else None),
            usd(expected.ceiling_usd if expected else None),
            f"{setting.records:,}",
            f"{setting.on_demand_records:,}",
            *token_counts(setting.tokens),
        )
    )


def _pilot_rows(report: Report) -> list[TableRow]:
    """Return a row for the pilot, none for a run without one."""
    pilot, expected = report.pilot, report.estimate and report.estimate.pilot
    if pilot is None:
        return []
    cells = (
        PILOT,
        marked_usd(pilot.cost_usd, estimated=pilot.tokens.estimated),
        "",
        usd(expected.cost_usd if expected else None),
        usd(expected.ceiling_usd if expected else None),
        f"{pilot.asked:,}",
        f"{pilot.asked:,}",
        *token_counts(pilot.tokens),
    )
    return [TableRow(cells)]


def _total_row(report: Report) -> TableRow:
    totals, expected = report.totals, report.estimate
    cells = (
        "all",
        marked_usd(totals.cost_usd, estimated=totals.cost_estimated),
        "",
        usd(expected.cost_usd if expected else None),
        usd(expected.ceiling_usd if expected else None),
        f"{totals.records:,}",
        f"{sum(setting.on_demand_records for setting in report.settings):,}",
        *token_counts(totals.tokens),
    )
    return TableRow(cells, "total")


def _prices_text(prices: ModelPrices | None, *, estimated: bool) -> str:
    if prices is None:
        return _NO_PRICES
    batch = f"{usd(prices.batch_input)} in and {usd(prices.batch_output)} out"
    on_demand = f"{usd(prices.input)} and {usd(prices.output)}"
    source = prices.source
    if source != GIVEN_IN_REQUEST:
        source = f"as of {prices.as_of}, {source}"
    mark = " ≈ marks figures from estimated tokens." if estimated else ""
    return f"USD per million tokens: {batch} in batch, {on_demand} on demand ({source}).{mark}"
