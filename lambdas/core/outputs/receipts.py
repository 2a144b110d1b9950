"""What a job's output came to, counted by kind."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from lambdas.core.families import Completion

_KEPT_MESSAGES = 3
_SHOWN_END = 90


@dataclass(slots=True)
class Receipts:
    """Counts of a job's output; grows row by row.

    Attributes:
        rows: lines of the output.
        succeeded: records with completions.
        errors: records with an error row.
        duplicates: further rows of a record already read; passed over.
        foreign: rows whose id is none of the job's records; passed over.
        malformed: lines that are no row; their records count as missing.
        unreadable: records whose output has not the form of the model's family.
        missing_paths: paths asked for that no row brought, not even as an error.
        answered: paths with an answer.
        unanswered: paths without one, cut off and filtered ones and error rows among them.
        cut_off: completions that ended at the token limit without stating an answer.
        filtered: completions that the service or the model withheld.
        empty: completions without a text.
        odd_stops: completions that ended for a reason not known; they are read all the same.
        tokens_in: as far as rows state them.
        tokens_out: as far as rows state them.
        unstated: records with completions that do not state their tokens.
        characters_out: of the completions of these records.
        maybe_billed: error rows of calls on demand whose answer was lost, or could not be read.
        messages: the first different error messages.
        unread: how the first whole completion ends in which no answer was found, "" for none.
    """

    rows: int = 0
    succeeded: int = 0
    errors: int = 0
    duplicates: int = 0
    foreign: int = 0
    malformed: int = 0
    unreadable: int = 0
    missing_paths: int = 0
    answered: int = 0
    unanswered: int = 0
    cut_off: int = 0
    filtered: int = 0
    empty: int = 0
    odd_stops: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    unstated: int = 0
    characters_out: int = 0
    maybe_billed: int = 0
    messages: list[str] = field(default_factory=list)
    unread: str = ""

    def note(self, message: str) -> None:
        """Keep an error message, if it is one of the first different ones."""
        if message not in self.messages and len(self.messages) < _KEPT_MESSAGES:
            self.messages.append(message)

    def note_unanswered(self, completion: Completion) -> None:
        """Count a path whose completion has no answer, and keep the end of the first whole one."""
        self.unanswered += 1
        self.cut_off += completion.cut_off
        self.filtered += completion.filtered
        self.empty += not completion.text.strip()
        if not (self.unread or completion.cut_off or completion.filtered):
            self.unread = " ".join(completion.text[-_SHOWN_END:].split())


def summed(receipts: Sequence[Receipts]) -> Receipts:
    """Return the counts of several parts together."""
    total = Receipts()
    for each in receipts:
        for field_ in fields(Receipts):
            value = getattr(each, field_.name)
            if isinstance(value, int):
                setattr(total, field_.name, getattr(total, field_.name) + value)
        for message in each.messages:
            total.note(message)
        total.unread = total.unread or each.unread
    return total
