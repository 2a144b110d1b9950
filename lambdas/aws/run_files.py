"""The files of a run: jobs and their records, votes, texts of completions, inputs."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import msgspec
from botocore.exceptions import BotoCoreError

from lambdas.aws.store import Store
from lambdas.contract.entries import InputObject
from lambdas.contract.jobs import Job, JobSlice
from lambdas.contract.keys import MANIFEST, jobs_key, questions_key, row_keys, votes_key
from lambdas.contract.schema import Plan, Question
from lambdas.contract.votes import Examples, VoteRecord
from lambdas.core.dataset.files import MAX_DOCUMENT_BYTES, REQUEST_LIMIT, SizeLimit
from lambdas.core.errors import MissingObjectError, RequestError
from lambdas.core.models.base import UNDECODABLE, Form
from lambdas.core.outputs.counts import Manifest
from lambdas.core.outputs.reader import MAX_ROW_BYTES, count_records
from lambdas.core.question import MAX_QUESTION_BYTES, read_shard
from lambdas.core.report.explorer import MAX_PATH_CHARACTERS
from lambdas.core.report.explorer_selection import PathToShow, QuestionVotes
from lambdas.core.requests.start import InputName, read_request
from lambdas.core.sampling.jobs import RecordsByQuestion, all_records, open_records, retry_records
from lambdas.core.sampling.plan import partition_name, shard_named
from lambdas.core.sampling.records import parse_record_id
from lambdas.core.text import Line

Row = TypeVar("Row")
_JOB = msgspec.json.Decoder(Job)
# The client has ten connections; a row of 4 MiB and its text take about 20 MiB.
_READ_AT_ONCE = 8
# What keeps a row from being read; the report can do without its text.
_UNREADABLE = (MissingObjectError, BotoCoreError, *UNDECODABLE)


def jobs_in(store: Store, run_id: str, wave: int) -> Iterator[Job]:
    """Yield the jobs of a wave in order."""
    for line in store.lines(jobs_key(run_id, wave), MAX_ROW_BYTES):
        yield _JOB.decode(line.content or b"")


def questions_in(store: Store, run_id: str, shard: str) -> Iterator[Question]:
    """Yield the questions of a shard in order."""
    return read_shard(store.lines(questions_key(run_id, shard), MAX_QUESTION_BYTES))


def records_for(store: Store, plan: Plan, job: Job, job_slice: JobSlice) -> RecordsByQuestion:
    """Return the records of a job's slice; Build, Collect and Vote get the same ones."""
    before = job.wave - 1

    def lines(kind: str) -> Iterator[Line]:
        return store.lines(votes_key(job.run_id, before, job_slice.partition, kind), MAX_ROW_BYTES)

    if job_slice.retry_paths is not None:
        return retry_records(job_slice, lines("lost"))
    if before == 0:
        return all_records(job_slice, shard_named(plan, job_slice.shard))
    return open_records(job_slice, lines("open"))


def read_votes(
    store: Store, plan: Plan, wave: int, shard: str
) -> Iterator[Mapping[str, VoteRecord]]:
    """Yield the votes on each question of a shard after a wave, by setting."""
    names = [setting.name for setting in plan.settings]
    keys = [votes_key(plan.run_id, wave, partition_name(name, shard)) for name in names]
    for votes in zip(*(_rows(store, key, VoteRecord) for key in keys), strict=True):
        yield dict(zip(names, votes, strict=True))


def read_question_votes(store: Store, plan: Plan, wave: int) -> Iterator[QuestionVotes]:
    """Yield the run's questions with their votes after a wave, shard by shard."""
    names = [setting.name for setting in plan.settings]
    for shard in plan.shards:
        keys = [partition_name(name, shard.name) for name in names]
        examples = [
            _rows(store, votes_key(plan.run_id, wave, key, "examples"), Examples) for key in keys
        ]
        questions = questions_in(store, plan.run_id, shard.name)
        rows = read_votes(store, plan, wave, shard.name), zip(*examples, strict=True)
        for question, its_votes, its_examples in zip(questions, *rows, strict=True):
            yield QuestionVotes(
                question,
                its_votes,
                dict(zip(names, its_examples, strict=True)),
            )


def read_manifest(store: Store, output_keys: Sequence[str]) -> Manifest | None:
    """Return the manifest among a job's output; `None` if there is none that can be read.

    The rows are what is billed; a manifest only confirms them.
    """
    found = [key for key in output_keys if key.endswith(f"/{MANIFEST}")]
    try:
        return store.read_json(found[0], Manifest) if found else None
    except UNDECODABLE:
        return None


def records_written(store: Store, output_keys: Sequence[str]) -> int:
    """Return how many records have rows in a job's output."""
    # Two settings name their records alike, so each file is counted by itself.
    return sum(count_records(store.lines(key, MAX_ROW_BYTES)) for key in row_keys(output_keys))


@dataclass(frozen=True, slots=True)
class PathTexts:
    """Texts of completions in the requested order, `None` for each of the `unread` ones."""

    texts: tuple[str | None, ...]
    unread: int


def read_texts(
    store: Store,
    form: Form,
    output_keys: Mapping[tuple[int, str], Sequence[str]],
    paths: Sequence[PathToShow],
) -> PathTexts:
    """Return the texts of completions, no more of each than the report shows.

    Args:
        store: of the run.
        form: of the model's records.
        output_keys: by wave and job, its output files with rows, sorted.
        paths: the completions.

    A completion has no text if its row has expired, was replaced or cannot be read.
    """
    read = partial(_text, store, form, output_keys)
    with ThreadPoolExecutor(_READ_AT_ONCE) as threads:
        texts = tuple(threads.map(read, paths))
    return PathTexts(texts, texts.count(None))


def _rows(store: Store, key: str, kind: type[Row]) -> Iterator[Row]:
    decoder = msgspec.json.Decoder(kind)
    for line in store.lines(key, MAX_ROW_BYTES):
        if line.content:
            yield decoder.decode(line.content)


def _text(
    store: Store,
    form: Form,
    output_keys: Mapping[tuple[int, str], Sequence[str]],
    path: PathToShow,
) -> str | None:
    example = path.example
    keys = output_keys.get((example.wave, example.job), ())
    if not (0 <= example.file < len(keys) and 0 < example.size <= MAX_ROW_BYTES):
        return None
    try:
        row = store.span(keys[example.file], example.start, example.size)
        return _completion(form, row, path)
    except _UNREADABLE:
        return None


def _completion(form: Form, content: bytes, path: PathToShow) -> str | None:
    """Return the completion's text; `None` if the row lacks it or is another question's."""
    row = form.rows.decode(content)
    question, _ = parse_record_id(row.recordId) or (-1, -1)
    if question != path.question or row.modelOutput is None:
        return None
    completions = form.read(row.modelOutput).completions
    if not 0 <= path.example.completion < len(completions):
        return None
    # One character more than is shown, so that a text to be cut differs from a whole one.
    return completions[path.example.completion].text[: MAX_PATH_CHARACTERS + 1]


class InputFiles:
    """The objects that a run reads: an uploaded request, the dataset, the exemplars.

    Args:
        store: of the stack.
        etags: of the content to read, for objects whose content is known.
    """

    def __init__(self, store: Store, etags: Mapping[InputName, str]) -> None:
        self._store = store
        # What makes a second GetObject read the same content as the first.
        self._conditions = {name: {"IfMatch": f'"{etag}"'} for name, etag in etags.items()}
        self._found: dict[str, InputObject] = {}

    def request(self, key: str) -> object:
        """Return the JSON of an uploaded request.

        Raises:
            RequestError: it is too large, or no JSON.
            MissingObjectError: it does not exist, was replaced, or may not be read.
        """
        condition = self._measure("request", key, REQUEST_LIMIT)
        return read_request(b"".join(self._store.pieces(key, condition)), key)

    def lines(self, name: InputName, key: str, limit: SizeLimit) -> Iterator[Line]:
        """Return the lines of an object; a second call returns the same content.

        Raises:
            RequestError: it is too large; nothing was read.
            MissingObjectError: it does not exist, was replaced, or may not be read.
        """
        condition = self._measure(name, key, limit)
        return self._store.lines(key, MAX_DOCUMENT_BYTES, condition)

    def found(self) -> dict[str, InputObject]:
        """Return the objects found so far, as the run's entry lists them."""
        return dict(self._found)

    def _measure(self, name: InputName, key: str, limit: SizeLimit) -> dict[str, str]:
        """Check the size of an object; return the condition to read it under."""
        condition = self._conditions.setdefault(name, {})
        found = self._store.describe(key, condition)
        self._found[name] = found
        problem = limit.problem(f"s3://{self._store.bucket}/{key}", found.size_bytes)
        if problem:
            raise RequestError([problem])
        return condition
