"""The report's question explorer: rows of questions, the highlights with texts of paths."""

import gzip
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from lambdas.contract.votes import Example, Examples
from lambdas.core.report.explorer_rows import QuestionRow, VoteRow, cut
from lambdas.core.report.explorer_selection import Candidate, ExampleSelector

# With the tables, the chart library and the rest, some 0.4 MB, that keeps a page below 5 MB.
MOST_CHARACTERS = 4_200_000
CUT_MARK = "… [cut]"
# Of a path's text; if that is too much, all paths are cut shorter, to 250 at least.
MAX_PATH_CHARACTERS = 4_000
_CHARACTERS = tuple(MAX_PATH_CHARACTERS >> halved for halved in range(5))
# Higher levels take twice the time for a hundredth of the size.
_GZIP_LEVEL = 6
# What surrounds the rows, with a comma after each.
_AROUND_BYTES = 200
_ROW = msgspec.json.Decoder(QuestionRow)
_ENCODER = msgspec.json.Encoder()


class Explorer(msgspec.Struct):
    """What the page's explorer shows.

    Attributes:
        total: questions of the run.
        shown: how many of them are here.
        with_paths: how many of these have texts of paths.
        questions: the rows, in the order of the dataset.
    """

    total: int
    shown: int
    with_paths: int
    questions: list[QuestionRow]


def pack(explorer: Explorer) -> str:
    """Return the explorer as JSON, by gzip, in Base64: letters, digits, `+`, `/` and `=`."""
    compressed = gzip.compress(_ENCODER.encode(explorer), _GZIP_LEVEL, mtime=0)
    return b64encode(compressed).decode("ascii")


def fit_explorer(
    selector: ExampleSelector, texts: Sequence[str | None], most_characters: int = MOST_CHARACTERS
) -> Explorer:
    """Return as much of the explorer as fits in the page once it is packed.

    Texts that compress badly, such as random ones, get less room than natural language.
    """
    size_bytes = selector.limits.size_bytes
    while True:
        explorer = make_explorer(selector, texts, size_bytes)
        if len(pack(explorer)) <= most_characters or not explorer.questions:
            return explorer
        size_bytes //= 2


def make_explorer(
    selector: ExampleSelector, texts: Sequence[str | None], size_bytes: int | None = None
) -> Explorer:
    """Return what the page's explorer shows.

    Args:
        selector: which has taken all questions.
        texts: of `selector.paths_to_show()`, in its order, `None` for one that cannot be read.
        size_bytes: the most that it may take as JSON, `None` for the selector's own limit.
    """
    candidates, limits = selector.candidates(), selector.limits
    budget = (limits.size_bytes if size_bytes is None else size_bytes) - _AROUND_BYTES
    paths = selector.paths_to_show()
    by_example = {path.example: text for path, text in zip(paths, texts, strict=True)}
    with_paths = _rows_with_paths(
        candidates[: limits.with_paths], by_example, _budget_with_paths(candidates, budget)
    )
    left = budget - sum(row.size_bytes for row in with_paths)
    rows = [*with_paths, *_rows_without_paths(candidates[len(with_paths) :], left)]
    rows.sort(key=lambda row: row.number)
    return Explorer(
        total=selector.total,
        shown=len(rows),
        with_paths=sum(_has_path(row.row) for row in rows),
        questions=[row.row for row in rows],
    )


@dataclass(frozen=True, slots=True)
class _SizedRow:
    """A row with its question's number in the run, and its bytes in the page."""

    number: int
    row: QuestionRow
    size_bytes: int


def _budget_with_paths(candidates: Sequence[Candidate], budget: int) -> int:
    """Return the bytes for rows with paths: what the others leave, at least half."""
    others = sum(len(candidate.short_row) for candidate in candidates)
    return budget - min(others, budget // 2)


def _rows_with_paths(
    candidates: Sequence[Candidate], texts: Mapping[Example, str | None], budget: int
) -> list[_SizedRow]:
    """Return rows with paths, cut as little as lets all fit; else the first that fit."""
    rows: list[_SizedRow] = []
    for characters in _CHARACTERS:
        sized = (_sized(each, _row_with_paths(each, texts, characters)) for each in candidates)
        rows = list(_take_while_fitting(sized, budget))
        if len(rows) == len(candidates):
            break
    return rows


def _rows_without_paths(candidates: Sequence[Candidate], budget: int) -> Iterator[_SizedRow]:
    sized = (_sized(each, _ROW.decode(each.short_row)) for each in candidates)
    return _take_while_fitting(sized, budget)


def _take_while_fitting(rows: Iterator[_SizedRow], budget: int) -> Iterator[_SizedRow]:
    """Yield rows until one does not fit; a row of a lower rank does not replace it."""
    for row in rows:
        budget -= row.size_bytes
        if budget < 0:
            return
        yield row


def _sized(candidate: Candidate, row: QuestionRow) -> _SizedRow:
    return _SizedRow(candidate.number, row, len(_ENCODER.encode(row)) + 1)


def _row_with_paths(
    candidate: Candidate, texts: Mapping[Example, str | None], characters: int
) -> QuestionRow:
    row = _ROW.decode(candidate.full_row)
    for setting, examples in candidate.examples().items():
        if vote := row.settings.get(setting):
            _add_paths(vote, examples, texts, characters)
    return row


def _add_paths(
    vote: VoteRow, examples: Examples, texts: Mapping[Example, str | None], characters: int
) -> None:
    def text(example: Example | None) -> str | None:
        whole = texts.get(example) if example else None
        return None if whole is None else cut(whole, characters, CUT_MARK)

    vote.winner_path = text(examples.winner)
    vote.rival_path = text(examples.rival)
    vote.unanswered_path = text(examples.unanswered)


def _has_path(row: QuestionRow) -> bool:
    return any(
        text is not None
        for vote in row.settings.values()
        for text in (vote.winner_path, vote.rival_path, vote.unanswered_path)
    )
