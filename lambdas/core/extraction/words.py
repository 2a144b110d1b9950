"""Number words: what `twenty-five` is."""

import re

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
_SMALL = dict(zip(_WORDS.split(), (*range(20), *range(20, 100, 10)), strict=True))
_LARGE = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_ANY = "|".join((*_SMALL, "hundred", *_LARGE))
_PHRASE = re.compile(
    rf"""[^A-Za-z0-9]{{0,20}}
    (?: (?:only|just|about|approximately|exactly) \s )?
    (?P<minus> (?:minus|negative) \s )?
    (?: (?P<half> (?:(?:one|an?) [ -])? half )
      | (?:an? \s (?=hundred|thousand|million))?
        (?P<words> (?:{_ANY}) (?: (?:-|\s|\sand\s) (?:{_ANY}) ){{0,15}} ) )
    \b (?!\s+of\b)""",
    re.VERBOSE | re.IGNORECASE,
)


def leading_words(text: str) -> str | None:
    """Return, in digits, the number word that a text begins with, `None` where it has none.

    >>> [leading_words(text) for text in ("Twenty-five apples.", "one hundred and four", "half")]
    ['25', '104', '0.5']
    >>> leading_words("one of them")
    """
    found = _PHRASE.match(text)
    if not found:
        return None
    value = "0.5" if found["half"] else str(_value(re.split(r"[\s-]", found["words"].lower())))
    return f"-{value}" if found["minus"] and value != "0" else value


def _value(words: list[str]) -> int:
    total = group = 0
    for word in words:
        if word in _LARGE:
            total, group = total + max(group, 1) * _LARGE[word], 0
        elif word == "hundred":
            group = max(group, 1) * 100
        else:
            group += _SMALL.get(word, 0)
    return total + group
