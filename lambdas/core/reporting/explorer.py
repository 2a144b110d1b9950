"""The report's question explorer: rows of questions, the most telling with texts of paths."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from lambdas.core.reporting.explorer_rows import QuestionRow, VoteRow, cut
from lambdas.core.reporting.kept import Kept
from lambdas.core.reporting.packed import MOST_CHARACTERS, packed
from lambdas.core.reporting.telling import Telling
from lambdas.core.voting.examples import Example, Examples

CUT_MARK = "… [cut]"
# Of a path's text; where many or long ones do not fit, all are cut shorter, at 250 at least.
MAX_PATH_CHARACTERS = 4_000
_CHARACTERS = tuple(MAX_PATH_CHARACTERS >> halved for halved in range(5))
# What stands around the rows, and a comma after each.
_AROUND_BYTES = 200
_ROW = msgspec.json.Decoder(QuestionRow)
_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class _Shown:
    """A row of the explorer, with the question's place and what it takes in the page."""

    place: int
    row: QuestionRow
    size_bytes: int


def fitting_explorer(
    telling: Telling, texts: Sequence[str | None], most_characters: int = MOST_CHARACTERS
) -> dict[str, Any]:
    """Return what the page's explorer shows, so much of it as fits in the page once it is packed.

    Texts that hardly compress, such as random ones, get less room than texts as people write.
    """
    size_bytes = telling.limits.size_bytes
    while True:
        found = make_explorer(telling, texts, size_bytes)
        if len(packed(found)) <= most_characters or not found["questions"]:
            return found
        size_bytes //= 2


def make_explorer(
    telling: Telling, texts: Sequence[str | None], size_bytes: int | None = None
) -> dict[str, Any]:
    """Return what the page's explorer shows, in the order of the set.

    Args:
        telling: that has gone through all questions.
        texts: of `telling.wanted()`, in its order, `None` for one that could not be read.
        size_bytes: the most it may take as JSON, `None` for the limit that `telling` had.

    Returns:
        `{"total", "shown", "with_paths", "questions": [row]}`: how many questions the run has, how
        many are here, and how many of them with paths; rows as `QuestionRow` has them. As JSON it
        takes no more than `size_bytes`.
    """
    kept = telling.kept()
    budget = (telling.limits.size_bytes if size_bytes is None else size_bytes) - _AROUND_BYTES
    by_example = {
        wanted.example: text for wanted, text in zip(telling.wanted(), texts, strict=True)
    }
    with_paths = _with_paths(
        kept[: telling.limits.with_paths], by_example, _path_bytes(kept, budget)
    )
    left = budget - sum(shown.size_bytes for shown in with_paths)
    shown = [*with_paths, *_without_paths(kept[len(with_paths) :], left)]
    shown.sort(key=lambda each: each.place)
    return {
        "total": telling.total,
        "shown": len(shown),
        "with_paths": sum(_brings_path(each.row) for each in shown),
        "questions": [msgspec.to_builtins(each.row) for each in shown],
    }


def _path_bytes(kept: Sequence[Kept], budget: int) -> int:
    """Return what rows with paths may take: all that others leave, half at least."""
    others = sum(len(each.row) for each in kept)
    return budget - min(others, budget // 2)


def _with_paths(
    kept: Sequence[Kept], texts: Mapping[Example, str | None], budget: int
) -> list[_Shown]:
    """Return rows with paths, cut as little as lets all fit; as many as fit, if none does."""
    shown: list[_Shown] = []
    for characters in _CHARACTERS:
        rows = (_shown(each, _row_with_paths(each, texts, characters)) for each in kept)
        shown = list(_fitting(rows, budget))
        if len(shown) == len(kept):
            break
    return shown


def _without_paths(kept: Sequence[Kept], budget: int) -> Iterator[_Shown]:
    return _fitting((_shown(each, _ROW.decode(each.row)) for each in kept), budget)


def _fitting(rows: Iterator[_Shown], budget: int) -> Iterator[_Shown]:
    """Yield rows until one does not fit: a less telling one does not take its place."""
    for shown in rows:
        budget -= shown.size_bytes
        if budget < 0:
            return
        yield shown


def _shown(kept: Kept, row: QuestionRow) -> _Shown:
    return _Shown(kept.place, row, len(_ENCODER.encode(row)) + 1)


def _row_with_paths(
    kept: Kept, texts: Mapping[Example, str | None], characters: int
) -> QuestionRow:
    row = _ROW.decode(kept.full)
    for setting, examples in kept.examples().items():
        if vote := row.settings.get(setting):
            _add_paths(vote, examples, texts, characters)
    return row


def _add_paths(
    vote: VoteRow, examples: Examples, texts: Mapping[Example, str | None], characters: int
) -> None:
    def text(example: Example | None) -> str | None:
        found = texts.get(example) if example else None
        return None if found is None else cut(found, characters, CUT_MARK)

    vote.won, vote.lost, vote.silent = map(text, (examples.won, examples.lost, examples.silent))


def _brings_path(row: QuestionRow) -> bool:
    paths = ((vote.won, vote.lost, vote.silent) for vote in row.settings.values())
    return any(text is not None for texts in paths for text in texts)
