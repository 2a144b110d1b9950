"""Report: add up the partitions, write votes, accuracy and the report."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from operator import add
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.run_files import read_question_votes, read_texts
from lambdas.aws.run_table import run_table
from lambdas.aws.store import run_store
from lambdas.contract.entries import JobEntry, RunEntry
from lambdas.contract.keys import (
    ACCURACY,
    FINALS,
    PAGE,
    PILOT,
    REPORT,
    REPORT_FILES,
    REQUEST,
    VOTES,
    plan_key,
    publish_key,
    run_key,
    sums_key,
    votes_key,
)
from lambdas.contract.report import PilotReport, Report, StoredRequest, encode_report
from lambdas.contract.schema import FINAL, Partition, Plan
from lambdas.core.errors import FailureReason, MissingObjectError
from lambdas.core.outputs.reader import MAX_ROW_BYTES
from lambdas.core.report.build import accuracy_csv, accuracy_entries, headline, make_report
from lambdas.core.report.explorer import Explorer, fit_explorer
from lambdas.core.report.explorer_selection import ExampleSelector
from lambdas.core.report.final import scored_final
from lambdas.core.report.page.page import chart_library, make_page
from lambdas.core.report.scores import Pairing, ScoredRun, scored_settings
from lambdas.core.report.shown_votes import with_final
from lambdas.core.report.warnings import (
    CommonAnswers,
    incomplete_reason,
    left_out_reason,
    stopped_reason,
    stopped_warning,
)
from lambdas.core.sampling.plan import form_of, partitions_of
from lambdas.core.voting.final_vote import final_record
from lambdas.core.voting.sums import PartitionSums
from lambdas.handlers.decorators import logger, observed, redrivable

_PARTITION = msgspec.json.Decoder(Partition)


class ReportTask(TypedDict):
    """The run, and its last wave."""

    run_id: str
    execution_arn: str
    redrives: int
    wave: int


class ReportReceipt(TypedDict):
    """Where the report is; `complete` unless jobs or records were refused or left out.

    `reason` and `message` say why if not. The message of a complete run is its accuracies in one
    line.
    """

    run_id: str
    report_key: str
    complete: bool
    reason: str
    message: str


@observed
@redrivable
def handler(task: ReportTask, context: LambdaContext) -> ReportReceipt:
    """Read the partitions' votes and sums and the jobs' entries, write the run's outputs."""
    run_id, wave = task["run_id"], task["wave"]
    logger.append_keys(run_id=run_id)
    plan = run_store().read_document(plan_key(run_id), Plan)
    ended = datetime.now(UTC)

    run = run_table().run(run_id, task["redrives"])
    jobs, selector = run_table().jobs(run_id), ExampleSelector(plan.questions)
    published = _published(plan, wave)
    stopped = stopped_warning(run, jobs)
    incomplete = _incomplete(plan, run, jobs)
    scored = _scored(plan, published, jobs, selector)
    report = _report(plan, scored, jobs, ended, stopped=stopped, refused=bool(run.refused))

    _write(published, report, _explorer(plan, jobs, selector))
    if incomplete is None:
        # After a redrive the curve may be shorter: no point of an incomplete one may stay behind.
        run_table().put_all(run_id, accuracy_entries(report))
    _end(plan, report, ended, _told(incomplete, stopped), task["redrives"])
    logger.info("reported", warnings=len(report.warnings), complete=incomplete is None)
    return {
        "run_id": run_id,
        "report_key": run_key(run_id, REPORT),
        "complete": incomplete is None,
        "reason": incomplete.reason if incomplete else "",
        "message": incomplete.message if incomplete else headline(report),
    }


def _incomplete(plan: Plan, run: RunEntry, jobs: Sequence[JobEntry]) -> FailureReason | None:
    return (
        stopped_reason(run, jobs)
        or incomplete_reason(jobs, run.refused)
        or left_out_reason(plan, run_table().waves(plan.run_id))
    )


def _scored(
    plan: Plan,
    published: Sequence[Partition],
    jobs: Sequence[JobEntry],
    selector: ExampleSelector,
) -> ScoredRun:
    """Return the scored settings and final answers; the selector sees each question on the way."""
    common = {setting.name: CommonAnswers() for setting in plan.settings}
    pairing = Pairing(by_greedy=plan.ties == "greedy")
    for question in read_question_votes(run_store(), plan, published[0].wave):
        answer = final_record(plan, question.votes)
        selector.add(replace(question, votes=with_final(question.votes, answer)))
        pairing.add({**question.votes, FINAL: answer})
        for setting, vote in question.votes.items():
            common[setting].add(vote)
    sums, paired = _sums(published), pairing.paired()
    settings = scored_settings(plan, sums, jobs, paired, common)
    final = scored_final(plan, sums[FINAL], settings, paired.get(FINAL)) if FINAL in sums else None
    return ScoredRun(settings, final)


def _sums(published: Sequence[Partition]) -> dict[str, PartitionSums]:
    """Return the sums of all settings, and of the final answers if Publish voted on them.

    It did not in a run that an earlier version of the app planned to its end.
    """
    by_setting: dict[str, list[PartitionSums]] = {}
    for partition in published:
        key = sums_key(partition.run_id, partition.wave, partition.partition)
        sums = run_store().read_document(key, PartitionSums)
        by_setting.setdefault(partition.setting, []).append(sums)
    return {setting: reduce(add, sums) for setting, sums in by_setting.items()}


def _report(
    plan: Plan,
    scored: ScoredRun,
    jobs: Sequence[JobEntry],
    ended: datetime,
    *,
    stopped: str | None,
    refused: bool,
) -> Report:
    request = run_store().read_document(run_key(plan.run_id, REQUEST), dict[str, Any])
    return make_report(
        plan,
        StoredRequest.model_validate(request),
        scored,
        jobs=jobs,
        waves=run_table().waves(plan.run_id),
        pilot=_pilot(plan),
        refused=refused,
        seconds=(ended - datetime.fromisoformat(plan.started_at)).total_seconds(),
        stopped=stopped,
    )


def _pilot(plan: Plan) -> PilotReport | None:
    if not plan.pilot:
        return None
    return run_store().read_document(run_key(plan.run_id, PILOT), PilotReport)


def _explorer(plan: Plan, jobs: Sequence[JobEntry], selector: ExampleSelector) -> Explorer:
    """Return the page's questions, without texts that can no longer be read."""
    output_keys = {(job.wave, job.job): job.output_keys for job in jobs}
    read = read_texts(run_store(), form_of(plan), output_keys, selector.paths_to_show())
    if read.unread:
        logger.warning("left out paths that could not be read", paths=read.unread)
    return fit_explorer(selector, read.texts)


def _write(published: Sequence[Partition], report: Report, explorer: Explorer) -> None:
    store, run_id = run_store(), report.run_id
    page = make_page(report, explorer, chart_library())
    votes = [each for each in published if each.setting != FINAL]
    finals = [each for each in published if each.setting == FINAL]
    store.write_all(run_key(run_id, VOTES), _votes(votes))
    store.write_all(run_key(run_id, FINALS), _votes(finals))
    store.write(run_key(run_id, ACCURACY), accuracy_csv(report), "text/csv")
    store.write(run_key(run_id, PAGE), page.encode(), "text/html; charset=utf-8")
    store.write(run_key(run_id, REPORT), encode_report(report))


def _published(plan: Plan, wave: int) -> list[Partition]:
    """Return what Publish got after the last wave; in earlier versions partitions alone."""
    try:
        lines = list(run_store().lines(publish_key(plan.run_id, wave), MAX_ROW_BYTES))
    except MissingObjectError:
        return partitions_of(plan, wave)
    return [_PARTITION.decode(line.content or b"") for line in lines]


def _votes(partitions: Sequence[Partition]) -> Iterator[bytes]:
    for each in partitions:
        yield from run_store().pieces(votes_key(each.run_id, each.wave, each.partition))


def _told(incomplete: FailureReason | None, stopped: str | None) -> FailureReason | None:
    """Return why a run is incomplete as its entry says it, where texts may be quoted."""
    return replace(incomplete, message=stopped) if incomplete and stopped else incomplete


def _end(
    plan: Plan,
    report: Report,
    ended: datetime,
    incomplete: FailureReason | None,
    redrives: int,
) -> None:
    """Mark the run as succeeded with its accuracies, or as failed if it is incomplete."""
    status = RunEntry(status="succeeded", message=headline(report))
    if incomplete:
        status = RunEntry(status="failed", reason=incomplete.reason, message=incomplete.message)
    changes = RunEntry(
        **status.to_attributes(),
        ended_at=ended.isoformat(timespec="milliseconds"),
        totals=report.totals,
        report_key=run_key(plan.run_id, REPORT),
        outputs={name: run_key(plan.run_id, name) for name in REPORT_FILES},
        warnings=len(report.warnings),
    )
    run_table().update_run(plan.run_id, plan.execution_arn, changes, redrives)
