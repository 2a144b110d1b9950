"""Words around equations that change what is to be computed, so that no figure is sure."""

from collections.abc import Collection, Sequence


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


# Words that change a value, or the unit it is in, wherever in an equation they stand.
_CHANGING = _words(
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty",
    "hundred hundreds thousand thousands million millions billion trillion dozen dozens pair pairs",
    "half halves third thirds fourth quarter quarters fifth twice thrice double doubled triple",
    "tripled score gross percent percents squared cubed halved root sqrt mod modulo remainder",
    "factorial cent cents penny pennies nickel nickels dime dimes round rounded rounding rounds",
    "am pm",
)
# Within an expression, these say that another sentence has begun: `9 because - 18/-2`.
_JOINING = _words(
    "because so and then which that is are was has have if since but where while or equals gives",
    "leaves therefore thus hence",
)
# Before an expression, these take it into another: `half of 10 + 2`, `day 1 - 5`.
_TAKING = _CHANGING | _words("average mean log no step day week month year part case")
# And these where a number stands before them: `5 and 3 + 1`, `5 less than 10 + 2`.
_LINKING = _words("of and by from to than per over times plus minus divided multiplied less")
# What stands between those and an expression of its own.
_STOPPING = _words(
    "is are was were be been has have had so then that means costs makes gets get total sum spends",
    "earns pays because which since where while therefore thus hence",
)
_REACH = 4
_DETERMINERS = _words("the another a an his her their its about only additional other")

_FAMILIES: Sequence[frozenset[str]] = (
    _words("second sec minute min hour hr day week month year yr decade century"),
    _words("inch inche in foot feet ft yard yd mile mm cm km meter metre centimeter kilometer"),
    _words("ounce oz pound lb kg gram kilogram ton"),
    _words("ml liter litre cup pint quart gallon tablespoon teaspoon milliliter"),
)


def begins_clearly(before: Sequence[str], *, after_number: bool) -> bool:
    """Whether an expression begins where it seems to.

    Args:
        before: the words before it, from the last number of its clause on.
        after_number: whether there is such a number.

    >>> [begins_clearly(words.split(), after_number=True) for words in ("so she has", "of the")]
    [True, False]
    """
    near = before[: -_REACH - 1 : -1]
    if tuple(near[:2]) in {("of", "total"), ("of", "sum"), ("to", "comes"), ("to", "equal")}:
        return True
    taking = _TAKING | _LINKING if after_number else _TAKING
    for word in near:
        if word in _STOPPING:
            return True
        if word in taking:
            return False
    return True


def is_determiner(word: str) -> bool:
    """Whether a word may stand between a sign and its number, as in `5 + another 3`."""
    return word in _DETERMINERS


def links(word: str) -> bool:
    """Whether a word right behind a number takes it on to something else, as in `3/4 of a cake`."""
    return word in _LINKING


def changes_value(words: Collection[str]) -> bool:
    """Whether any of an equation's words changes a value or what it is counted in."""
    return any(word in _CHANGING for word in words)


def joins_sentences(words: Collection[str]) -> bool:
    """Whether the words of an expression are of more than one sentence."""
    return any(word in _JOINING for word in words)


def mixes_units(words: Collection[str]) -> bool:
    """Whether words name two units of one kind, so that sums are of what is not alike.

    >>> [mixes_units({"hours", other}) for other in ("hour", "minutes", "miles")]
    [False, True, False]
    """
    named = {word.strip("-/").removesuffix("s") for word in words}
    return any(len(named & family) > 1 for family in _FAMILIES)
