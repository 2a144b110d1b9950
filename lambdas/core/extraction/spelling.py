"""Texts as they vote: one spelling for what a reader takes as the same."""

import re
from unicodedata import normalize

from lambdas.core.extraction.number import canonical
from lambdas.core.extraction.phrases import TAG

# A class, a name, a date. Every different answer of a lane is held in memory while it votes.
LONGEST_ANSWER = 120
_SIGNS = str.maketrans({**dict.fromkeys('`"“”«»', ""), **dict.fromkeys("‘’", "'")})
# Stars that emphasise stand at a word; between two spaces, or within a word, they multiply.
_STARS = re.compile(r"(?<!\w)\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?!\w)")
_LATEX = re.compile(r"\\(?:text|math|bf|rm|it|[fm]?box)[a-z]{0,12}\s?(?:\{([^{}]*)\})?")
# LaTeX escapes signs, and so does Markdown.
_ESCAPE = re.compile(r"\\(?=[^a-z0-9\s])")
_EDGES = " \t\n*_'$~.,;:!?"
_BRACKETS = ("()", "[]", "{}", "<>")
_NUMBER = re.compile(r"[-+]?[$€£]?(?:\d[\d,]{0,39}(?:\.\d{0,39})?|\.\d{1,39})", re.ASCII)
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})", re.ASCII)


def normalised(text: str) -> str | None:
    r"""Return the one spelling under which a text is counted, `None` for an empty or a long one.

    Args:
        text: an answer. Case, spaces, quotes, Markdown, brackets around it and the full stop do
            not count, nor do LaTeX's `\text{}` and tags of type; what stands within words does.
            Days and months have two digits; a bare number is counted by its value.

    >>> [normalised(text) for text in ("**Not  Sure.**", "1/5/2021", "1,000.0", "...")]
    ['not sure', '01/05/2021', '1000', None]
    """
    if len(text) > LONGEST_ANSWER:
        return None
    spelling = _undressed(" ".join(_folded(text).split()))
    if _NUMBER.fullmatch(spelling) and (number := canonical(spelling)):
        return number
    if date := _DATE.fullmatch(spelling):
        return f"{date[1]:0>2}/{date[2]:0>2}/{date[3]}"
    return spelling or None


def _folded(text: str) -> str:
    """Return a text without differences of case and width, as Unicode folds them."""
    if text.isascii():
        text = text.lower()
        return text.translate(_SIGNS) if '"' in text or "`" in text else text
    # Folding may leave what normalizing changes again, and the other way round.
    return normalize("NFKC", normalize("NFKC", text).casefold()).casefold().translate(_SIGNS)


def _undressed(text: str) -> str:
    """Return a text without what surrounds it or only formats it, however often."""
    before = ""
    while text != before:
        before, text = text, text.strip(_EDGES)
        if "\\" in text or "<" in text or "*" in text:
            text = _unformatted(text)
        if len(text) > 1 and text[0] + text[-1] in _BRACKETS:
            text = text[1:-1]
        if text.endswith(")") and "(" not in text:
            text = text[:-1]
    return text


def _unformatted(text: str) -> str:
    text = _ESCAPE.sub("", _LATEX.sub(r"\1", text))
    return _STARS.sub("", TAG.sub("", text))
