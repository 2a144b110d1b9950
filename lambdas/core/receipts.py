"""What a job's output came to, counted by kind."""

from dataclasses import dataclass, field


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
