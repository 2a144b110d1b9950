"""A run's prompt: the texts around a question's fields, the same in every record."""

from dataclasses import dataclass
from typing import Literal

Field = Literal["question", "choices"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """Texts and fields by turns: `texts[0]`, `fields[0]`, `texts[1]` … `texts[-1]`.

    Attributes:
        texts: one more than there are fields; exemplars stand in them.
        fields: what of the question stands between two texts; "question" at least once.
        exemplars: worked examples among the texts.
        exemplar_characters: how long these are in all.
    """

    texts: tuple[str, ...]
    fields: tuple[Field, ...]
    exemplars: int = 0
    exemplar_characters: int = 0

    def around(self, question: str, choices: str = "") -> str:
        r"""Return the whole prompt of a question and the block of its choices.

        >>> Prompt(("Q: ", "\n", "\nA:"), ("question", "choices")).around("Which?", "(A) x")
        'Q: Which?\n(A) x\nA:'
        """
        by_field = {"question": question, "choices": choices}
        filled = (
            by_field[field] + text for field, text in zip(self.fields, self.texts[1:], strict=True)
        )
        return self.texts[0] + "".join(filled)

    @property
    def characters(self) -> int:
        """How long the texts are, without any question."""
        return sum(map(len, self.texts))
