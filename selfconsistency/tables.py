"""A report's figures and the list of runs as tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from lambdas.contract import usd
from lambdas.contract.answered_by import names_of
from lambdas.contract.costs import PILOT
from lambdas.contract.entries import DatasetFindings
from lambdas.contract.report import FinalReport, Report, SettingReport
from lambdas.contract.schema import FINAL, GREEDY
from lambdas.contract.statistics import CurvePoint, Gain
from lambdas.contract.votes import WaveSummary
from lambdas.core.report.bought import bought_by
from lambdas.core.report.page.votes import pooled_final
from lambdas.core.text import count_of, group_messages
from selfconsistency.figures import NONE, chance, interval, percent, points, span
from selfconsistency.headline import final_lines, time_lines
from selfconsistency.runs import Run
from selfconsistency.shell import printable

CURVE_POINTS = (1, 3, 5, 10, 20, 30, 40)
_SHOWN_WARNINGS = 8
_SHOWN_WAVES = 10
_INTERVAL = "95 % interval\nover questions"
_ACCURACY_COLUMNS = ("setting", "paths", "accuracy", _INTERVAL, "paths without\nan answer")
_GAIN_COLUMNS = ("setting", "over", "points", _INTERVAL, "gained", "lost", "McNemar\np")
_GAIN_TITLE = "Gain in points on the same questions"
_COST_COLUMNS = ("a path", "expected", "upper bound", "records", "on demand")
_RUN_COLUMNS = ("run", "status", "started", "questions", "jobs", "cost", "message")
_WAVE_COLUMNS = (
    *("wave", "jobs", "records", "paths", "setting"),
    *("asked", "decided", "ex-\nhausted", "open"),
)
_BOUGHT_COLUMNS = (
    *("wave", "setting", "paths", "paths per\nquestion", "accuracy", "points per\n1,000 paths"),
)

Rows = list[tuple[str, ...]]


def report_tables(report: Report) -> RenderableType:
    """Return who answered, the final vote in words, and all figures as tables.

    The title of each table says so if the answers are made up. In a rehearsal there is no cost
    unless the request gives prices or names a model.
    """
    suffix = f" · {report.made_up_label}" if report.made_up_label else ""
    lines = [*answered_by_lines(report), *final_lines(report), *time_lines(report)]
    tables = (
        _titled(f"{title}{suffix}", columns, rows) for title, columns, rows in _tables_of(report)
    )
    return Group(*(Text(printable(line)) for line in lines), *tables)


def _tables_of(report: Report) -> Iterator[tuple[str, Sequence[str], Rows]]:
    """Yield title, columns and rows of each table that has rows."""
    yield accuracy_title(report), _ACCURACY_COLUMNS, accuracy_rows(report)
    if gains := gain_rows(report):
        yield gain_title(report), _GAIN_COLUMNS, gains
    points = curve_points(report)
    if len(points) > 1:
        columns = ("setting", *(f"k = {point}" for point in points))
        title = "Accuracy in % when k paths vote, ± sd over draws of paths"
        yield title, columns, curve_rows(report, points)
    if len(report.waves) > 1:
        title = "Waves: questions sampled, decided, exhausted and still open"
        yield title, _WAVE_COLUMNS, wave_rows(report.waves)
    if bought := bought_rows(report.waves):
        yield "What each wave bought: accuracy after it", _BOUGHT_COLUMNS, bought
    if word := report.cost_word:
        yield word.capitalize(), ("setting", word, *_COST_COLUMNS), cost_rows(report)


def answered_by_lines(report: Report) -> list[str]:
    """Return who answered, and for which model in a rehearsal; nothing if it is not known."""
    if not report.answered_by:
        return []
    model_id = report.request.model_id
    named = report.is_rehearsed and model_id
    stands_in = f", standing in for {model_id}" if named else ""
    return [f"answered by {names_of(report.answered_by)}{stands_in}"]


def notes(report: Report) -> list[str]:
    """Return where curves end, the first warnings, and how many more there are.

    Before them stands the advice of each setting, in reports without a final vote, whose advice
    is the only one.
    """
    sentences = [
        (setting.setting, text)
        for setting in report.settings
        for text in (_own_advice(report, setting), setting.curve_reach)
        if text
    ]
    warnings = [f"note: {warning}" for warning in report.warnings[:_SHOWN_WARNINGS]]
    more = len(report.warnings) - _SHOWN_WARNINGS
    rest = [f"… and {more:,} more warnings in the report"] if more > 0 else []
    return [*group_messages(sentences), *warnings, *rest]


def _own_advice(report: Report, setting: SettingReport) -> str | None:
    return None if report.final or not setting.advice else setting.advice.sentence


def runs_table(runs: Iterable[Run]) -> RenderableType:
    """Return runs as a table, in the order given."""
    return _titled("Recent runs", _RUN_COLUMNS, [_run_row(run) for run in runs])


def finding_lines(findings: DatasetFindings) -> list[str]:
    """Return how a dataset is read, a line for each thing worth knowing."""
    task = findings.task or "no task"
    yes_no = ", answers are yes or no" if findings.yes_no else ""
    mark = f", decimals behind {findings.decimal_mark!r}" if findings.decimal_mark == "," else ""
    lines = [
        f"task {task}{yes_no}{mark}: {count_of(findings.questions, 'question')},"
        f" {findings.labelled:,} with a right answer",
        f"in the prompt: {_names(findings.asked)}",
    ]
    if findings.options:
        lines.append(f"options: {_names(findings.options)}")
    if findings.answers:
        lines.append(f"right answer: {_names(findings.answers)}")
    if findings.golds:
        lines.append(f"first right answers: {' · '.join(findings.golds)}")
    return [*lines, *(f"warning: {warning}" for warning in findings.warnings)]


def accuracy_title(report: Report) -> str:
    """Return the title of the accuracies: how many questions, and how many are labelled."""
    questions, labelled = report.dataset.questions, report.dataset.labelled
    if not labelled:
        return f"Votes on {count_of(questions, 'question')}, none of them labelled"
    if labelled < questions:
        return f"Accuracy of the vote on {count_of(labelled, 'labelled question')} of {questions:,}"
    return f"Accuracy of the vote on {count_of(questions, 'question')}"


def accuracy_rows(report: Report) -> Rows:
    """Return a row for several settings together, one per setting, and one below per variant."""
    pooled = pooled_final(report)
    of_settings = [row for setting in report.settings for row in _accuracies(setting)]
    return [_final_row(report, pooled), *of_settings] if pooled else of_settings


def gain_rows(report: Report) -> Rows:
    """Return a row per gain over greedy, or of a variant over the plain majority.

    That of several settings together stands first. The p-value of one of several settings is the
    corrected one.
    """
    pooled = pooled_final(report)
    gains = [(FINAL, GREEDY, pooled.gain)] if pooled and pooled.gain else []
    gains += [each for setting in report.settings for each in _gains(setting)]
    return [(name, over, *_gain(gain)) for name, over, gain in gains]


def gain_title(report: Report) -> str:
    """Return the title of the gains, which says whether some p-values are corrected."""
    gains = [setting.gain for setting in report.settings if setting.gain]
    corrected = any(each.p_adjusted is not None for each in gains)
    return f"{_GAIN_TITLE}; p of each setting corrected (Holm)" if corrected else _GAIN_TITLE


def curve_points(report: Report) -> list[int]:
    """Return the main numbers of paths at which some curve has a point, and the last of all."""
    known = {point.paths for _, curve in _curves(report) for point in curve}
    return sorted(known & {*CURVE_POINTS, max(known, default=0)})


def curve_rows(report: Report, points: Sequence[int]) -> Rows:
    """Return a row per curve, of all settings, one or a variant: mean and sd at each point."""
    return [
        (name, *(_point(curve, point) for point in points))
        for name, curve in _curves(report)
        if curve
    ]


def bought_rows(waves: Sequence[WaveSummary]) -> Rows:
    """Return a row per wave and sampled setting: accuracy after it, points for its paths."""
    rows: Rows = [
        (
            f"{each.wave}",
            each.setting,
            f"{each.paths:,}",
            NONE if each.mean_paths is None else f"{each.mean_paths:.2f}",
            percent(each.accuracy),
            "" if each.points_per_thousand is None else f"{each.points_per_thousand:+.2f}",
        )
        for each in bought_by(waves[:_SHOWN_WAVES])
    ]
    return rows


def wave_rows(waves: Sequence[WaveSummary]) -> Rows:
    """Return a row per wave and sampled setting."""
    rows = [row for wave in waves[:_SHOWN_WAVES] for row in _wave_rows(wave)]
    more = len(waves) - _SHOWN_WAVES
    rest = [(f"… and {more:,} more", *("",) * (len(_WAVE_COLUMNS) - 1))] if more > 0 else []
    return rows + rest


def cost_rows(report: Report) -> Rows:
    """Return a row per setting: its cost and that of a path, the estimate, its records.

    A pilot has a row below them.
    """
    estimates = report.estimate.settings if report.estimate else ()
    expected = {each.setting: each for each in estimates}
    rows: Rows = [
        (
            setting.setting,
            _usd(setting, setting.cost_usd),
            _usd(setting, setting.usd_per_path),
            usd(expected[setting.setting].cost_usd if setting.setting in expected else None),
            usd(expected[setting.setting].ceiling_usd if setting.setting in expected else None),
            f"{setting.records:,}",
            f"{setting.on_demand_records:,}",
        )
        for setting in report.settings
    ]
    return rows + _pilot_rows(report)


def _pilot_rows(report: Report) -> Rows:
    pilot, expected = report.pilot, report.estimate and report.estimate.pilot
    if pilot is None:
        return []
    likely, most = (expected.cost_usd, expected.ceiling_usd) if expected else (None, None)
    calls = f"{pilot.asked:,}"
    return [(PILOT, usd(pilot.cost_usd), "", usd(likely), usd(most), calls, calls)]


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "nothing"


def _accuracies(setting: SettingReport) -> Iterator[tuple[str, ...]]:
    yield (
        setting.setting,
        span(setting.paths),
        percent(setting.accuracy),
        interval(setting.interval),
        f"{setting.unanswered:,} of {setting.generations:,}",
    )
    for variant in setting.variants:
        figures = percent(variant.accuracy), interval(variant.interval)
        yield (f"  {variant.variant}", "", *figures, "")


def _final_row(report: Report, final: FinalReport) -> tuple[str, ...]:
    paths = sum(each.generations for each in report.settings if each.setting in final.settings)
    return (
        FINAL,
        span(final.paths),
        percent(final.accuracy),
        interval(final.interval),
        f"{final.unanswered:,} of {paths:,}",
    )


def _curves(report: Report) -> Iterator[tuple[str, Sequence[CurvePoint]]]:
    pooled = pooled_final(report)
    if pooled:
        yield FINAL, pooled.curve
    for setting in report.settings:
        yield setting.setting, setting.curve
        for variant in setting.variants:
            yield f"  {variant.variant}", variant.curve


def _gains(setting: SettingReport) -> Iterator[tuple[str, str, Gain]]:
    if setting.gain:
        yield setting.setting, GREEDY, setting.gain
    # Without a row of the setting's own, its variants name it.
    named = "  " if setting.gain else f"{setting.setting} "
    for variant in setting.variants:
        if variant.versus:
            yield f"{named}{variant.variant}", "majority", variant.versus


def _gain(gain: Gain) -> tuple[str, ...]:
    return (
        points(gain.points),
        f"{points(gain.low, 1)} to {points(gain.high, 1)}",
        f"{gain.gained:,}",
        f"{gain.lost:,}",
        chance(gain.p_value if gain.p_adjusted is None else gain.p_adjusted),
    )


def _usd(setting: SettingReport, amount: float | None) -> str:
    estimated = setting.cost_estimated and amount is not None
    return f"{'≈ ' if estimated else ''}{usd(amount)}"


def _wave_rows(wave: WaveSummary) -> Iterator[tuple[str, ...]]:
    counts = (wave.wave, wave.jobs, wave.records, wave.generations)
    of_wave = tuple(f"{count:,}" for count in counts)
    sampled = [each for each in wave.settings if each.setting != GREEDY]
    for each in sampled or wave.settings:
        of_setting = (each.questions, each.decided, each.exhausted, each.open)
        yield (*of_wave, each.setting, *(f"{count:,}" for count in of_setting))
        # The counts of the wave stand beside its first setting only.
        of_wave = ("", "", "", "")


def _point(curve: Sequence[CurvePoint], paths: int) -> str:
    point = next((point for point in curve if point.paths == paths), None)
    return f"{100 * point.mean:.2f} ± {100 * point.sd:.2f}" if point else ""


def _run_row(run: Run) -> tuple[str, ...]:
    return (
        run.run_id,
        run.status_line,
        run.started_at[:19].replace("T", " "),
        f"{run.questions:,}",
        f"{run.jobs_planned:,}",
        _run_cost(run),
        run.message[:100],
    )


def _run_cost(run: Run) -> str:
    ended = run.status == "succeeded" or (run.ended and run.report_key)
    expected_usd = run.expected.cost_usd if run.expected else None
    amount = run.cost_usd if ended else expected_usd
    if run.is_rehearsed:
        return "" if amount is None else f"would be {usd(amount)}"
    if ended:
        return usd(amount)
    return f"{usd(amount)} expected" if run.expected else ""


def _titled(title: str, columns: Sequence[str], rows: Rows) -> RenderableType:
    """Return a table below its title, which may be the wider of the two."""
    return Group(Text(printable(title), style="italic"), _table(columns, rows))


def _table(columns: Sequence[str], rows: Rows) -> Table:
    table = Table()
    for number, column in enumerate(columns):
        numeric = number > 0 and columns is not _RUN_COLUMNS
        # Names stay whole, so that they can be copied.
        table.add_column(column, justify="right" if numeric else "left", no_wrap=not number)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table


def memory_table(peaks: Mapping[str, float]) -> Table:
    """Return the most memory that each step or process has held, in MiB."""
    table = Table(title="Peak memory", title_justify="left")
    table.add_column("step")
    table.add_column("MiB", justify="right")
    for name, peak in peaks.items():
        table.add_row(name, f"{peak:.0f}")
    return table
