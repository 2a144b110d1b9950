"""How completions write an option's label: `(C)`, `C:`, `option C`, `**C**`, but not an article."""

import re
from collections.abc import Iterator

from lambdas.core.extraction.offered import Options

# What may stand between "the answer is" and a label. Possessive: it never gives anything back.
_LEAD_IN = re.compile(
    r"""(?: [\s:=>→,\#–—"] | -(?!\d) | \.(?!\d)
      | \b(?: most | likely | probably | clearly | definitely | either | both | options? | choices?
        | letters? | answers? | alternatives? | label(?:l?ed)? | the | correct | best | closest
        | right | actually | therefore | then | simply | only | indeed | final | following | are
        | is | would\ be | number | select | choose ) \b )*+""",
    re.VERBOSE | re.IGNORECASE,
)
_ONE = r"[A-Za-z](?![\w'’])|\d{1,2}(?![\d%°]|[.,:/]\d|\s?[-+*/^=×÷])"
_END = r"\s*(?:$|[\].,;:!?)\n/&+])"
_GOES_ON = r"\s{1,3}(?:because|since|as|due|which|and|or|is|was|if|but|with|\()"
_FIRST = re.compile(
    rf"""\(\s?(?P<round>{_ONE})\s?\)
  | \[\s?(?P<square>{_ONE})\s?\]
  | (?P<glued>[A-Z]{{2,26}})(?={_END})
  | \((?P<inner>{_ONE})(?=[:.,])
  | (?P<bare>{_ONE})
    (?:(?P<end>(?={_END}))|(?P<on>(?={_GOES_ON}))|(?P<dash>(?=\s{{1,3}}[-–—=]))|(?=\s))""",
    re.VERBOSE,
)
_NEXT = re.compile(
    rf"""[):.]?\s*(?:,\s*(?:or\b|and\b)?|;|/|&|\+|\band/or\b|\bor\b|\band\b)\s*
    (?:(?:options?|choices?|answers?|also|maybe|possibly|perhaps|either)\s+){{0,2}}
    \(?(?P<label>{_ONE})(?={_END}|\s+(?:and|or|are)\s)""",
    re.VERBOSE | re.IGNORECASE,
)
_OTHERWISE = re.compile(
    rf"\b(?:or|and)\s+(?:(?:option|choice)\s+)?(?:\((?P<round>{_ONE})\)|(?P<bare>{_ONE})[):])"
)
_MARKED = re.compile(
    rf"""(?<![\w)\]}}^\\])\((?P<round>{_ONE})\)(?![\w(])
  | \b(?:option|choice|answer|letter|alternative)s?\s\(?(?P<called>{_ONE})\)?(?!\w)
  | (?:\b(?:is|be|are|choose|select|pick|chose|with|to|it['’]s)\s|:\s?)(?P<bare>{_ONE})(?={_END})
  | (?<=\s)(?P<listed>{_ONE})[:)](?=\s)""",
    re.VERBOSE | re.IGNORECASE,
)
_AND = re.compile(r"(?:,\s?|\s)(?:(?:and|or|&)\s)?(?P<label>[A-Z]|\d{1,2})\b(?![.]\d)")
_ARTICLES = ("a", "A", "I", "i")


def leading(phrase: str, options: Options) -> tuple[str, ...] | None:
    """Return the labels that a phrase begins with, `None` where it begins with no label.

    Args:
        phrase: a line without quotes and Markdown.
        options: of the question. A capital letter that is none of them gives an empty tuple.

    >>> from lambdas.core.sets.question import Choice
    >>> options = Options.of([Choice(label, "") for label in "ABCD"])
    >>> [leading(text, options) for text in ("(C) 4m", "C or D.", "a book", "F.")]
    [('C',), ('C', 'D'), None, ()]
    """
    start = _LEAD_IN.match(phrase)
    first = _FIRST.match(phrase, start.end() if start else 0)
    if not first:
        return None
    if first["glued"]:
        return _glued(first["glued"], options)
    label = _first(first, options)
    if label is None:
        return None
    return _known([label, *_following(phrase, first)], options)


def mentioned(sentence: str, options: Options) -> tuple[str, ...]:
    """Return the labels that a sentence names as labels, in any place.

    >>> from lambdas.core.sets.question import Choice
    >>> options = Options.of([Choice(label, "") for label in "ABCD"])
    >>> mentioned("So option b is a better fit than (C).", options)
    ('B', 'C')
    """
    labels = (label for token in _MARKED.finditer(sentence) for label in _named(token, options))
    return tuple(dict.fromkeys(labels))


def _named(found: re.Match[str], options: Options) -> Iterator[str]:
    """Yield a label, and those that follow it in a list such as "choices A, B and C"."""
    label = _marked(found, options)
    place = found.end()
    while label:
        yield label
        after = _AND.match(found.string, place) if found["called"] else None
        label = options.label_of.get(after["label"]) if after else None
        place = after.end() if after else place


def _marked(found: re.Match[str], options: Options) -> str | None:
    token = found[found.lastgroup or 0]
    # Unmarked, "a" and "I" are mostly words, and a number is mostly a number.
    if found["bare"] and (token in ("a", "i", "I") or token.isdecimal()):
        return None
    if found["listed"] and not token.isupper():
        return None
    return options.label_of.get(token.upper())


def _first(found: re.Match[str], options: Options) -> str | None:
    enclosed = found["round"] or found["square"] or found["inner"]
    if enclosed:
        return enclosed
    bare = found["bare"]
    if found["end"] is not None:
        return bare if bare.upper() in options.label_of or bare.isupper() else None
    if found["on"] is not None:
        return None if bare in ("a", "i", "I") else bare
    if found["dash"] is not None:
        return bare if bare.isupper() else None
    # "B the rocks" names an option, "A rock" and "d rocks" do not.
    return bare if bare.isupper() and bare not in _ARTICLES else None


def _following(phrase: str, first: re.Match[str]) -> Iterator[str]:
    """Yield the labels that go on a list, or stand for another option in the same breath."""
    place = first.end()
    while found := _NEXT.match(phrase, place):
        yield found["label"]
        place = found.end()
    for other in _OTHERWISE.finditer(phrase, place):
        yield other["round"] or other["bare"]


def _glued(letters: str, options: Options) -> tuple[str, ...] | None:
    labels = [options.label_of.get(letter) for letter in letters]
    sole = len(set(letters)) == len(letters)
    return tuple(label for label in labels if label) if sole and all(labels) else None


def _known(labels: list[str], options: Options) -> tuple[str, ...] | None:
    """Return labels as the question set gives them, none where one is a letter but no option."""
    known = [options.label_of.get(label.upper()) for label in labels]
    if all(known):
        return tuple(dict.fromkeys(label for label in known if label))
    return () if labels[0].isalpha() and options.lettered else None
