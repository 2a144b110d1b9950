"""The answer in a completion, by task."""

from lambdas.core.arithmetic import extract
from lambdas.core.families import Completion
from lambdas.core.slots import own


def read_arithmetic(completion: Completion) -> str | None:
    """Return the number a completion answers with, `None` where none can be read.

    A completion that was cut off answers only where it had gone on to invent a next question:
    what stands before that is whole. The last number of a text broken off is no answer.

    >>> read_arithmetic(Completion("So it is 4 + 14", cut_off=True))
    >>> read_arithmetic(Completion("The answer is 18. Q: What is 4 + 14", cut_off=True))
    '18'
    """
    if not completion.cut_off:
        return extract(completion.text)
    whole = own(completion.text).rstrip()
    goes_on = not completion.text.rstrip().endswith(whole)
    return extract(whole) if goes_on else None
