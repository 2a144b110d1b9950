"""Lines, sentences and what they end with, without the dress of LaTeX, Markdown and quotes."""

import re
from collections.abc import Iterator
from unicodedata import normalize

_COMMAND = re.compile(r"\\(?:text|math|bf|rm|it|f?box)[a-z]{0,12}")
TAG = re.compile(r"</?(?:b|i|u|em|strong|code|mark|span|p|br)\s?/?>", re.IGNORECASE)
_FRACTION = re.compile(r"\\[dtc]?frac\s?(?:\{([^{}]{0,60})\}\s?\{([^{}]{0,60})\}|(\d)\s?(\d))")
_ROOT = re.compile(r"(?:\\?\bsqrt|√)\s?[({]?(\w{1,12})[)}]?")
_DEGREE = re.compile(r"\^(?:\\circ\b|\{\\circ\})")
_PI = re.compile(r"\\pi(?![A-Za-z])")
_QUOTED_LABEL = re.compile(r"(?<!\w)['‘’](\w{1,2})['’](?!\w)")
_DRESS = dict.fromkeys(map(ord, '*`$"“”{}\\_'))
_STOP = re.compile(r"[.!?](?=[\s\"')\]]|$)|\n")
_VERB = re.compile(r"\b(?:is|are|was|were|be|equals)\b|[=≈]|(?<!\d):|:(?!\d)", re.IGNORECASE)
_ASIDE = re.compile(r"[,;]?\s(?:because|since|as|so|which|but|\(|[-–—]{1,2}\s)|[,;]\s")


def bare(text: str) -> str:
    r"""Return a text without what only formats it; an apostrophe within a word stays.

    >>> bare(r'**"C"** is \\boxed{\\text{D}}')
    'C is D'
    """
    if not text.isascii():
        text = normalize("NFKC", text)
    text = formula(text)
    if "\\" in text:
        text = _COMMAND.sub("", text)
    if "<" in text:
        text = TAG.sub("", text)
    return (
        _QUOTED_LABEL.sub(r"\1", text.translate(_DRESS)) if "'" in text else text.translate(_DRESS)
    )


def formula(text: str) -> str:
    r"""Return a text with the formulas of LaTeX that options are made of as people type them.

    >>> [formula(text) for text in (r"\frac{\sqrt{3}}{2}", r"2\pi", "90^\\circ", "sqrt(2)")]
    ['√3/2', '2π', '90°', '√2']
    """
    if "sqrt" in text or "√" in text:
        text = _ROOT.sub(r"√\1", text)
    if "\\" not in text:
        return text
    text = _DEGREE.sub("°", _PI.sub("π", text))
    return _FRACTION.sub(lambda part: f"{part[1] or part[3]}/{part[2] or part[4]}", text)


def lines(text: str) -> list[str]:
    """Return the lines of a short text that are not blank."""
    return [line for line in map(str.strip, bare(text).split("\n")) if line]


def sentences(text: str) -> list[str]:
    """Return the sentences of a short text, each without its full stop."""
    return [sentence for sentence in map(str.strip, _STOP.split(bare(text))) if sentence]


def endings(sentence: str) -> Iterator[str]:
    """Yield what stands after a verb such as "is", the last one first.

    >>> [*endings("The height is x = 4 m")]
    ['4 m', 'x = 4 m']
    """
    for verb in reversed([*_VERB.finditer(sentence)][-8:]):
        yield sentence[verb.end() :].strip()


def beginning(sentence: str) -> str:
    """Return a sentence up to where it goes on to explain.

    >>> beginning("the rocks, since fish hide there")
    'the rocks'
    """
    return _ASIDE.split(sentence, maxsplit=1)[0].strip()
