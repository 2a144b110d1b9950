"""Report: sum the lanes up, write votes, accuracy and the report."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce
from operator import add
from typing import Any, TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.asked import asked_questions
from lambdas.aws.examples import read_texts
from lambdas.aws.store import run_store
from lambdas.aws.table import run_table
from lambdas.core.ending import Reason
from lambdas.core.keys import accuracy_entry, run_key, tally_key, votes_key
from lambdas.core.plan import Plan, form_of, lanes_of
from lambdas.core.reporting.explorer import fitting_explorer
from lambdas.core.reporting.library import chart_library
from lambdas.core.reporting.page import make_page
from lambdas.core.reporting.pairing import Pairing
from lambdas.core.reporting.report import curve_rows, headline, make_report
from lambdas.core.reporting.scored import scored_settings
from lambdas.core.reporting.telling import Telling
from lambdas.core.reporting.unfinished import unfinished
from lambdas.core.voting.sums import LaneSums
from lambdas.handlers.observed import logger, observed
from lambdas.handlers.redrivable import redrivable

_RESULTS = ("votes.jsonl", "accuracy.csv", "report.json", "report.html")


class ReportTask(TypedDict):
    """The run, and its last wave."""

    run_id: str
    execution_arn: str
    wave: int


class ReportReceipt(TypedDict):
    """Where the report lies; `complete` unless Bedrock refused jobs, and then why.

    `message` of a complete run has the accuracies in one line.
    """

    run_id: str
    report_key: str
    complete: bool
    reason: str
    message: str


@observed
@redrivable
def handler(task: ReportTask, context: LambdaContext) -> ReportReceipt:
    """Read the lanes' votes and sums and the jobs' records, write the run's results."""
    run_id, wave = task["run_id"], task["wave"]
    logger.append_keys(run_id=run_id)
    store, table = run_store(), run_table()
    plan = store.read_as(run_key(run_id, "plan.json"), Plan)
    ended = datetime.now(UTC)

    jobs, telling, pairing = table.jobs(run_id), Telling(plan.questions), Pairing()
    lacking = unfinished(jobs)
    for asked in asked_questions(store, plan, wave):
        telling.add(asked)
        pairing.add(asked.votes)
    scored = scored_settings(plan, _sums(plan, wave), jobs, pairing.paired())
    report = make_report(
        plan,
        store.read_as(run_key(run_id, "request.json"), dict[str, Any]),
        scored,
        jobs=jobs,
        waves=table.waves(run_id),
        seconds=(ended - datetime.fromisoformat(plan.started_at)).total_seconds(),
    )

    curve = curve_rows(scored)
    _write(plan, wave, report, curve, _explorer(plan, jobs, telling))
    if lacking is None:
        # A curve that is not the last one may have points that the last one has not.
        table.put_all(run_id, _accuracies(curve))
    _end(plan, report, ended, lacking, headline(scored))
    logger.info("reported", warnings=len(report["warnings"]), complete=lacking is None)
    return {
        "run_id": run_id,
        "report_key": run_key(run_id, "report.json"),
        "complete": lacking is None,
        "reason": lacking.reason if lacking else "",
        "message": lacking.message if lacking else headline(scored),
    }


def _end(
    plan: Plan, report: dict[str, Any], ended: datetime, lacking: Reason | None, found: str
) -> None:
    """Note how the run ended: with what it found, or failed for what it lacks."""
    why: dict[str, Any] = {"reason": lacking.reason} if lacking else {}
    run_table().update_run(
        plan.run_id,
        plan.execution_arn,
        status="failed" if lacking else "succeeded",
        **why,
        message=lacking.message if lacking else found,
        ended_at=ended.isoformat(timespec="milliseconds"),
        totals=report["totals"],
        report_key=run_key(plan.run_id, "report.json"),
        results={name: run_key(plan.run_id, name) for name in _RESULTS},
        warnings=len(report["warnings"]),
    )


def _explorer(plan: Plan, jobs: Sequence[Mapping[str, Any]], telling: Telling) -> dict[str, Any]:
    """Return the page's questions; texts that cannot be read any more are left out."""
    output_keys = {(job["wave"], job["job"]): job.get("output_keys", ()) for job in jobs}
    read = read_texts(run_store(), form_of(plan), output_keys, telling.wanted())
    if read.unread:
        logger.warning("left out paths that could not be read", paths=read.unread)
    return fitting_explorer(telling, read.texts)


def _write(
    plan: Plan,
    wave: int,
    report: dict[str, Any],
    curve: Sequence[tuple[str, int, float, float]],
    explorer: Mapping[str, Any],
) -> None:
    store, run_id = run_store(), plan.run_id
    page = make_page(report, explorer, chart_library())
    store.write_all(run_key(run_id, "votes.jsonl"), _votes(plan, wave))
    store.write(run_key(run_id, "accuracy.csv"), _csv(curve), "text/csv")
    store.write(run_key(run_id, "report.html"), page.encode(), "text/html; charset=utf-8")
    store.write_json(run_key(run_id, "report.json"), report)


def _sums(plan: Plan, wave: int) -> dict[str, LaneSums]:
    by_setting: dict[str, list[LaneSums]] = {}
    for lane in lanes_of(plan, wave):
        sums = run_store().read_as(tally_key(plan.run_id, wave, lane.lane), LaneSums)
        by_setting.setdefault(lane.setting, []).append(sums)
    return {setting: reduce(add, sums) for setting, sums in by_setting.items()}


def _votes(plan: Plan, wave: int) -> Iterator[bytes]:
    for lane in lanes_of(plan, wave):
        yield from run_store().pieces(votes_key(plan.run_id, wave, lane.lane))


def _csv(curve: Sequence[tuple[str, int, float, float]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["setting", "paths", "mean", "sd"])
    writer.writerows(curve)
    return text.getvalue().encode()


def _accuracies(
    curve: Sequence[tuple[str, int, float, float]],
) -> Iterator[tuple[str, dict[str, Any]]]:
    for setting, paths, mean, sd in curve:
        yield accuracy_entry(setting, paths), {"paths": paths, "mean": mean, "sd": sd}
