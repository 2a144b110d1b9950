"""Many runs in a row on one local stack, under random faults: `pytest tests/faults/soak.py`.

`SOAK_RUNS` is how many (50), `SOAK_SEED` replays a soak, `SOAK_FIRST` begins at a later run of it.
"""

import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.faults.conftest import CONTEXT, questions
from tests.faults.harness import Ended, Harness
from tests.faults.random_faults import STEPS, RandomFaults, drawn

RUNS = int(os.environ.get("SOAK_RUNS", "50"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or secrets.randbelow(10**6) + 1
FIRST = int(os.environ.get("SOAK_FIRST", "1"))
FOLDERS = ("runs/", "datasets/", "uploads/")
STEPS_DEPLOYED = (*STEPS, "Invoke", "Abort", "Reopen")


def test_many_runs_leave_nothing_behind(
    harness: Harness, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {}
    for number in range(FIRST, FIRST + RUNS):
        random_faults, began = drawn(SEED, number), time.monotonic()
        try:
            ended = suffered(harness, random_faults)
            found = [*map(str, ended.audit.findings)]
            shown = f"{ended.status}, {harness.injected.total()} faults"
            # Where every job of every try ended without a row, there is nothing to succeed with.
            if ended.status != "succeeded" and ended.audited.counted.delivered:
                found.append(f"{ended.status}: {ended.message}")
        except (AssertionError, TimeoutError, ClientError) as error:
            harness.reset()
            found, shown = [str(error)], "hangs"
        wrong |= {number: found} if found else {}
        seconds = time.monotonic() - began
        with capsys.disabled():
            mark = f"{len(found)} FINDINGS, {found[0]}" if found else "sound"
            print(
                f"soak {SEED} run {number}: {shown}, {mark}, {seconds:.1f} s "
                f"({random_faults.describe()})"
            )

    assert wrong == {}, f"replay with SOAK_SEED={SEED} SOAK_FIRST={min(wrong)} SOAK_RUNS=1"
    assert left_behind(harness) == []
    assert strays(harness) == []


def suffered(harness: Harness, random_faults: RandomFaults) -> Ended:
    """Carry a run out under a mix; one that fails is redriven once its faults are gone.

    An aborted execution whose job was refused takes two redrives: the first resumes the children
    that had not ended, the second repeats the wave.
    """
    harness.suffer("", random_faults.plan)
    if random_faults.act:
        harness.source.hold_after(50)
    run_id = harness.start(questions(random_faults.questions), **random_faults.request)
    if random_faults.act and harness.source.held.wait(30):
        _act(harness, random_faults, run_id)
    harness.source.release()
    harness.execution(run_id)
    for _ in range(2):
        if harness.status(harness.local_stack.stack.execution_arn(run_id)) == "SUCCEEDED":
            break
        harness.failed(run_id)
        harness.suffer_no_more()
        harness.redrive(run_id)
        harness.execution(run_id)
    [ended] = harness.settle(run_id)
    return ended


def _act(harness: Harness, random_faults: RandomFaults, run_id: str) -> None:
    if random_faults.act == "abort":
        harness.abort(run_id)
        return
    for job in harness.live(run_id)[:1]:
        harness.bedrock.stop_model_invocation_job(jobIdentifier=job.arn)


def left_behind(harness: Harness) -> list[str]:
    """Return what should not be there once all runs have ended: jobs, uploads, objects."""
    bucket = harness.local_stack.stack.bucket
    pages = harness.bedrock.get_paginator("list_model_invocation_jobs").paginate()
    jobs = [job for page in pages for job in page["invocationJobSummaries"]]
    live = [
        job["jobArn"]
        for job in jobs
        if job["status"] in {"Submitted", "Validating", "Scheduled", "InProgress"}
    ]
    uploads = harness.s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    objects = harness.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [each["Key"] for page in objects for each in page.get("Contents", ())]
    strange = [key for key in keys if not key.startswith(FOLDERS)]
    return [*live, *(upload["Key"] for upload in uploads), *strange]


def strays(harness: Harness) -> list[str]:
    """Return the processes that should not be there: orphans, zombies, too many at rest."""
    emulator, folder = harness.local_stack.emulator.pid, str(harness.local_stack.emulator.folder)
    found = {each.pid: each for each in processes()}
    family = {emulator}
    for _ in range(8):
        family |= {each.pid for each in found.values() if each.parent in family}
    orphans = [
        f"{each.pid} is an orphan: {each.command}"
        for each in found.values()
        if each.pid not in family and folder in each.command
    ]
    own = [found[pid] for pid in family if pid in found]
    zombies = [f"{each.pid} is a zombie" for each in own if each.state == "Z"]
    # A function keeps a process at rest for as many calls as it has had at once.
    most = 1 + len(STEPS_DEPLOYED) * int(CONTEXT["jobs_at_once"])
    many = [f"{len(own)} processes, {most} at most"] if len(own) > most else []
    return [*orphans, *zombies, *many]


@dataclass(frozen=True, slots=True)
class Process:
    """A process of this machine."""

    pid: int
    parent: int
    state: str
    command: str


def processes() -> Iterator[Process]:
    """Yield the processes of this machine."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (
                (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            )
        except OSError:
            continue
        yield Process(int(folder.name), int(fields[1]), fields[0], command)
