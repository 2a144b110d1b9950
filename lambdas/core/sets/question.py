"""A question of the set, as every step has it: a line of `questions/S.jsonl`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a multiple-choice question: its label, such as `B`, and its text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, ready for its place in the prompt.

    Attributes:
        index: its place in the set, from 0.
        id: of the set's own, or made from the index.
        text: as it stands in the prompt.
        gold: the right answer in canonical form, `None` where it is not known.
        choices: its options in order; none unless it is multiple choice.
        chosen: how many options are to be chosen; 0 where it is "all that apply".
    """

    index: int
    id: str
    text: str
    gold: str | None
    choices: tuple[Choice, ...] = ()
    chosen: int = 1
