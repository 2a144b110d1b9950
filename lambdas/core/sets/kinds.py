"""Values of uploaded files as messages name them: by kind and length, never by their content.

A message ends in logs, in the execution's history and in the table. Whoever reads these need not
be allowed to read the question set; whoever owns the set finds the value by its line.
"""

import re

# What a name, such as an id or the member of a row, may look like to be quoted.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}", re.ASCII)


def kind_of(value: object) -> str:
    """Return what kind of value this is; only what has no content is shown as it is.

    >>> [kind_of(value) for value in (None, True, "", " ", "x", 7, ["x"], {})]
    ['null', 'true', '""', 'blank', 'a text of 1 character', 'a number', 'a list', 'an object']
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case "":
            return '""'
        case str():
            many = f"{len(value):,} character{'' if len(value) == 1 else 's'}"
            return f"a text of {many}" if value.strip() else "blank"
        case int() | float():
            return "a number"
    return "a list" if isinstance(value, list) else "an object"


def name_shown(value: object) -> str:
    """Return a name in quotes where it looks like one, else its kind.

    >>> name_shown("q-17"), name_shown("What is 1 + 1?")
    ('"q-17"', 'a text of 14 characters')
    """
    plain = isinstance(value, str) and _PLAIN_NAME.fullmatch(value)
    return f'"{value}"' if plain else kind_of(value)
