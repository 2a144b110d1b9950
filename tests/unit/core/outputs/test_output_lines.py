"""Lines of `answers.jsonl`: which part they are of, where rows lie, what variants need."""

from collections.abc import Sequence
from typing import Any

import msgspec

from lambdas.contract import Variant
from lambdas.core.answers import read_arithmetic
from lambdas.core.families import form_named
from lambdas.core.lines import split_lines
from lambdas.core.outputs.answer_lines import Answers
from lambdas.core.outputs.output import OutputReader
from lambdas.core.waves.wanted import Slot, Wanted
from tests.unit.core.samples import WANTED, rows


def a_reader(
    wanted: Wanted = WANTED, part: int = 0, variants: Sequence[Variant] = ()
) -> OutputReader:
    form = form_named("cohere-command", "InvokeModel")
    return OutputReader(
        wanted, part, form, first=10, read_answer=read_arithmetic, variants=variants
    )


def row(record_id: str, *texts: str) -> dict[str, Any]:
    return {
        "modelOutput": {"generations": [{"text": text} for text in texts]},
        "recordId": record_id,
    }


def decoded(lines: Any) -> list[Answers]:
    return [msgspec.json.decode(line, type=Answers) for line in lines]


def test_an_answer_tells_part_file_and_where_its_row_lies() -> None:
    found = [msgspec.json.encode(row(f"q000001{n}s03", "It is 1.", "It is 2.")) for n in (0, 1)]
    whole = b"\n" + found[0] + b"\r\n" + found[1]
    reader = a_reader(part=3)

    answers = decoded(reader.answers(split_lines([whole], 4096), file=2))

    assert [(each.p, each.f) for each in answers] == [(3, 2), (3, 2)]
    spans = [whole[each.o : each.o + each.n].strip() for each in answers]
    assert spans == found


def test_files_of_one_part_are_read_one_after_the_other_as_one() -> None:
    reader = a_reader()

    first = decoded(reader.answers(rows(row("q0000010s03", "1.", "2.")), 0))
    second = decoded(
        reader.answers(rows(row("q0000010s03", "1.", "2."), row("q0000011s03", "3.", "4.")), 1)
    )

    assert [(each.q, each.f) for each in first + second] == [(10, 0), (11, 1)]
    assert (reader.receipts.duplicates, reader.receipts.missing_paths) == (1, 6)


def test_a_part_of_lost_paths_takes_the_records_asked_for_and_no_others() -> None:
    wanted = {10: (Slot(2, 1),), 11: (Slot(0, 1), Slot(4, 1))}
    reader = a_reader(wanted)
    asked = [row(each, "1.") for each in ("q0000010s02", "q0000011s00", "q0000011s04")]

    found = decoded(reader.answers(rows(*asked, row("q0000010s00", "1.", "1.", "1."))))

    assert [(each.q, each.s, each.a) for each in found] == [
        (10, 2, ["1"]),
        (11, 0, ["1"]),
        (11, 4, ["1"]),
    ]
    assert (reader.receipts.foreign, reader.receipts.missing_paths) == (1, 0)


def test_the_calculator_checks_each_answer_s_equation_where_it_is_asked_to() -> None:
    texts = ("4 + 14 = 18. The answer is 18.", "4 + 14 = 19. The answer is 19.", "None.")

    (checked,) = decoded(
        a_reader(variants=["calculator"]).answers(rows(row("q0000010s00", *texts)))
    )
    (plain,) = decoded(a_reader().answers(rows(row("q0000010s00", *texts))))

    assert (checked.a, checked.c) == (["18", "19", None], [True, False, None])
    assert plain.c is None
