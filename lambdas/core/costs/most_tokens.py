"""How many tokens a text may have, whatever the model's vocabulary."""

import re

# Each byte as its kind: a letter, a space, anything else.
_KINDS = re.sub(rb"[A-Za-z]", b"a", re.sub(rb"[^A-Za-z ]", b".", bytes(range(256))))


def most_tokens(text: str) -> int:
    r"""Return how many tokens a text has at most, in any vocabulary of byte pairs.

    No token is shorter than a byte of UTF-8, so digits, signs, line ends and all bytes of what is
    not ASCII count as one each. Only ASCII words count as less: one token for two letters, a begun
    pair too, and none for the space before a word, which vocabularies have joined to it. Prose has
    about half as many. What is assumed is that letters pair up; in a row of random ones they may
    not.

    >>> most_tokens("7*8-9=47;"), most_tokens("A B C"), most_tokens("She has 12 eggs.\n")
    (9, 3, 11)
    >>> most_tokens("é中")
    5
    """
    octets = text.encode("utf-8", "surrogatepass")
    kinds = octets.translate(_KINDS)
    return len(octets) - kinds.count(b"aa") - kinds.count(b" a")
