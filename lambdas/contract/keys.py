"""Names at rest: a run's S3 keys and table entries, the statuses of its jobs, its names in Bedrock.

Bedrock accepts only `- ! _ * ' ( ) . a-z 0-9 A-Z` in keys of batch inference (service model of
botocore 1.43, pattern of `S3Uri`), so a run's id and a setting's name are made of these.
"""

import hashlib
import re
from collections.abc import Iterable

from lambdas.contract import RUNS

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}", re.ASCII)
# Prefixes of the names of a run's table entries.
WAVE_PREFIX = "wave#"
JOB_PREFIX = "job#"
# Statuses of a job that are ours: until it is submitted, while it runs on demand, if Bedrock
# refuses it, if Bedrock does not know it, and if the run was stopped before. The last two are
# Bedrock's, and used on demand, too.
BUILDING, WAITING = "building", "waiting"
INVOKING, REFUSED, UNKNOWN, SKIPPED = "Invoking", "Refused", "Unknown", "Skipped"
SUBMITTED, COMPLETED = "Submitted", "Completed"
# What Plan writes.
REQUEST = "request.json"
PLAN = "plan.json"
QUESTIONS = "questions/"
# What Pilot writes.
PILOT = "pilot.json"
# What Report writes, and `fetch` copies.
REPORT = "report.json"
PAGE = "report.html"
VOTES = "votes.jsonl"
FINALS = "final.jsonl"
ACCURACY = "accuracy.csv"
REPORT_FILES = (REPORT, PAGE, FINALS, VOTES, ACCURACY)
# What Bedrock calls the counts that it leaves beside a job's rows.
MANIFEST = "manifest.json.out"
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+", re.ASCII)


def run_id_of_execution(execution_name: str) -> str:
    """Return the run id of an execution: its name, if that is a safe key.

    >>> run_id_of_execution("gsm8k-nova_1")
    'gsm8k-nova_1'
    >>> run_id_of_execution("a+b=c")
    'a-b-c-a905cf241e'
    """
    if _PLAIN_NAME.fullmatch(execution_name):
        return execution_name
    return _slug(execution_name, execution_name)


def run_id_of_upload(key: str, version: str) -> str:
    """Return the run id of an upload: the same for each delivery of the same object version.

    Args:
        key: the object's key, below `uploads/`.
        version: its version id, or its ETag in a bucket without versions.
    """
    stem = key.rsplit("/", 1)[-1].split(".", 1)[0]
    return _slug(stem, f"{key}\n{version}")


def upload_partition(key: str, etag: str) -> str:
    """Return where the table notes an upload of this content, as no run's id can be written.

    Args:
        key: the object's key, below `uploads/`.
        etag: of its content.
    """
    return "upload#" + _digest(f"{key}\n{etag}")


def run_key(run_id: str, name: str) -> str:
    """Return the key of one of the run's own files, such as `plan.json`."""
    return f"{RUNS}{run_id}/{name}"


def plan_key(run_id: str) -> str:
    """Return the key of the run's plan."""
    return run_key(run_id, PLAN)


def questions_key(run_id: str, shard: str) -> str:
    """Return the key of a shard of the dataset."""
    return run_key(run_id, f"{QUESTIONS}{shard}.jsonl")


def pilot_folder(run_id: str, setting: str) -> str:
    """Return the folder of the pilot's replies in one setting."""
    return run_key(run_id, f"pilot/{setting}/")


def wave_key(run_id: str, wave: int, name: str) -> str:
    """Return the key of a file of a wave, such as `jobs.jsonl`."""
    return run_key(run_id, f"waves/{wave:02d}/{name}")


def jobs_key(run_id: str, wave: int) -> str:
    """Return the key of the list of a wave's jobs."""
    return wave_key(run_id, wave, "jobs.jsonl")


def partitions_key(run_id: str, wave: int) -> str:
    """Return the key of the list of partitions that vote after a wave."""
    return wave_key(run_id, wave, "partitions.jsonl")


def publish_key(run_id: str, wave: int) -> str:
    """Return the key of the list of what is published after a run's last wave."""
    return wave_key(run_id, wave, "publish.jsonl")


def wave_totals_key(run_id: str, wave: int) -> str:
    """Return the key of the counts of a wave and of the run up to it."""
    return wave_key(run_id, wave, "wave.json")


def job_key(run_id: str, wave: int, job: str, name: str) -> str:
    """Return the key of a file of a job, such as `input.jsonl`; `output/` is its folder."""
    return wave_key(run_id, wave, f"{job}/{name}")


def answers_key(run_id: str, wave: int, job: str) -> str:
    """Return the key of the answers that a job's output brought."""
    return job_key(run_id, wave, job, "answers.jsonl")


def votes_key(run_id: str, wave: int, partition: str, kind: str = "") -> str:
    """Return the key of a partition's votes after a wave, or of what goes with them.

    `kind` is "examples" (completions to show), "open" (questions that may get more paths) or
    "lost" (paths that did not come back).

    >>> votes_key("r", 1, "T0.7-000", "open")
    'runs/r/waves/01/votes/T0.7-000.open.jsonl'
    """
    return wave_key(run_id, wave, f"votes/{partition}{'.' if kind else ''}{kind}.jsonl")


def sums_key(run_id: str, wave: int, partition: str) -> str:
    """Return the key of a partition's sums after a wave."""
    return wave_key(run_id, wave, f"votes/{partition}.json")


def backlog_key(run_id: str, wave: int, partition: str) -> str:
    """Return the key of a partition's backlog after a wave."""
    return wave_key(run_id, wave, f"votes/{partition}.backlog.json")


def output_folder(run_id: str, wave: int, job: str, job_arn: str) -> str:
    """Return the folder in which Bedrock leaves a job's output: by the last part of its ARN."""
    return job_key(run_id, wave, job, f"output/{job_arn.rsplit('/', 1)[-1]}/")


def row_keys(output_keys: Iterable[str]) -> list[str]:
    """Return, of the keys of a job's output, those of files with rows, in their order."""
    return sorted(key for key in output_keys if key.endswith(".jsonl.out"))


def wave_entry(wave: int) -> str:
    """Return the table entry of a wave."""
    return f"{WAVE_PREFIX}{wave:02d}"


def job_entry(wave: int, job: str) -> str:
    """Return the table entry of a job."""
    return f"{JOB_PREFIX}{wave:02d}#{job}"


def slot_name(wave: int, job: str) -> str:
    """Return the name under which a job holds a slot in the run's entry."""
    return f"{wave:02d}-{job}"


def accuracy_entry(setting: str, paths: int) -> str:
    """Return the table entry of a point of the curve."""
    return f"accuracy#{setting}#{paths:03d}"


def answer_entry(setting: str, question: int) -> str:
    """Return the table entry of a voted answer."""
    return f"answer#{setting}#q{question:07d}"


def final_entry(question: int) -> str:
    """Return the table entry of the run's one answer to a question."""
    return f"final#q{question:07d}"


def job_name(bucket: str, run_id: str, wave: int, job: str) -> str:
    """Return the name Bedrock knows the job by: unique in the account, the same on each try.

    Bedrock takes letters, digits, `+`, `-` and `.`, 63 characters at most, no underscore.
    """
    return f"{job_name_prefix(bucket, run_id)}w{wave:02d}-{job}"


def job_name_prefix(bucket: str, run_id: str) -> str:
    """Return what the names of all the run's jobs begin with."""
    return f"sc-{_digest(f'{bucket}/{run_id}')[:16]}-"


def job_token(bucket: str, run_id: str, wave: int, job: str) -> str:
    """Return the token that makes creating the job idempotent: hexadecimal, 64 characters."""
    return _digest(f"{bucket}/{run_id}/{wave}/{job}")


def _slug(readable: str, unique: str) -> str:
    safe = _UNSAFE.sub("-", readable).strip("-")[:40] or "run"
    return f"{safe}-{_digest(unique)[:10]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
