"""How large what users upload may be, each limit in this one place."""

from dataclasses import dataclass

# recordId has seven digits for a question: 10,000,000 would fit. This is what Plan can read.
MAX_QUESTIONS = 1_000_000
MAX_LINE_BYTES = 256 * 1024
# Blank lines, and lines within a quoted field, are lines as well.
MAX_LINES = 10 * MAX_QUESTIONS
# Every row of a CSV costs a step for each column, were it empty.
MAX_COLUMNS = 1_000
# The table's entries and the report's page carry a question's id.
MAX_ID_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class SizeLimit:
    """The most bytes an object may have, and what to do with a larger one."""

    most_bytes: int
    way_out: str

    def refusal(self, location: str, size_bytes: int) -> str | None:
        """Return why an object of this size is refused, `None` where it is not.

        >>> SizeLimit(9, "split it").refusal("s3://b/k", 10)
        's3://b/k is 10 bytes large, must be at most 9 bytes; split it'
        """
        if size_bytes <= self.most_bytes:
            return None
        return (
            f"{location} is {size_bytes:,} bytes large, must be at most {self.most_bytes:,}"
            f" bytes; {self.way_out}"
        )


# A million questions of 1 KiB, as much as Plan reads in its time; GSM8K's have 0.6 with solutions.
QUESTION_SET = SizeLimit(2**30, "split the set, or leave out members that are not read")
# 200,000 characters, each as the 12 of an escaped surrogate pair.
EXEMPLARS = SizeLimit(4 * 2**20, "keep the best few")
# A template of 100,000 characters, escaped.
REQUEST = SizeLimit(2 * 2**20, "a request has a few short values; correct the file")
