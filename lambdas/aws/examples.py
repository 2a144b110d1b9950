"""Texts of single completions, each read from its row of a job's output."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from botocore.exceptions import BotoCoreError

from lambdas.aws.store import Store
from lambdas.core.errors import MissingObjectError
from lambdas.core.families import Form
from lambdas.core.outputs.output import MAX_ROW_BYTES, UNDECODABLE
from lambdas.core.records import parse_record_id
from lambdas.core.reporting.explorer import MAX_PATH_CHARACTERS
from lambdas.core.reporting.kept import WantedPath

# The client has ten connections; a row of 4 MiB and its text take some 20 MiB.
_READ_AT_ONCE = 8
# What keeps a row from being read; whatever it is, the report can do without the text.
_LOST = (MissingObjectError, BotoCoreError, *UNDECODABLE)


@dataclass(frozen=True, slots=True)
class PathTexts:
    """Texts in the order in which they were wanted, `None` for each of those `unread`."""

    texts: tuple[str | None, ...]
    unread: int


def read_texts(
    store: Store,
    form: Form,
    output_keys: Mapping[tuple[int, str], Sequence[str]],
    wanted: Sequence[WantedPath],
) -> PathTexts:
    """Return the texts of completions, no more of each than is shown.

    Args:
        store: of the run.
        form: in which its model was asked.
        output_keys: of a job's files with rows, sorted, by wave and job.
        wanted: the completions.

    A row that has expired, was replaced or cannot be read is counted and gives no text.
    """
    read = partial(_text, store, form, output_keys)
    with ThreadPoolExecutor(_READ_AT_ONCE) as threads:
        texts = tuple(threads.map(read, wanted))
    return PathTexts(texts, texts.count(None))


def _text(
    store: Store,
    form: Form,
    output_keys: Mapping[tuple[int, str], Sequence[str]],
    wanted: WantedPath,
) -> str | None:
    example = wanted.example
    keys = output_keys.get((example.wave, example.job), ())
    if not (0 <= example.file < len(keys) and 0 < example.size <= MAX_ROW_BYTES):
        return None
    try:
        row = store.span(keys[example.file], example.start, example.size)
        return _completion(form, row, wanted)
    except _LOST:
        return None


def _completion(form: Form, content: bytes, wanted: WantedPath) -> str | None:
    """Return the completion's text, `None` where the row is another question's or lacks it."""
    row = form.rows.decode(content)
    question, _ = parse_record_id(row.recordId) or (-1, -1)
    if question != wanted.question or row.modelOutput is None:
        return None
    completions = form.read(row.modelOutput).completions
    if not 0 <= wanted.example.place < len(completions):
        return None
    # One more than is shown, so that what is cut can be told from what is whole.
    return completions[wanted.example.place].text[: MAX_PATH_CHARACTERS + 1]
