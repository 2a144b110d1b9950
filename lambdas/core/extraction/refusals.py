"""How texts say that there is no answer."""

import re

# For verbose patterns.
CANNOT = r"""
    \b(?: can(?:not|'t|’t|\ not) | could(?:n't|n’t|\ not) | unable\ to | possible\ to
      | impossible\ to )
    \ (?:be\ )? (?:[a-z]{1,12}ly\ )?
    (?: determin | answer | solve | calculate | compute | provide | give | say | tell | known )
  | \b(?: not\ enough | insufficient | missing | without\ (?:more|further|additional)
      | inadequate )
    \ (?: information | data | details )
  | \bdata\ (?:is\ |are\ )?(?:in(?:adequate|sufficient)|not\ sufficient)"""
CANNOT_TELL = re.compile(CANNOT, re.VERBOSE | re.IGNORECASE)
NONE_OF_THEM = re.compile(
    r"""\b(?: none\ of\ (?:the|these|those|them|above)
      | no\ (?:correct|right|valid|suitable)\ (?:answer|option|choice)
      | not\ (?:\w{1,12}\ )?(?:listed|one\ of\ the|among\ the|given\ (?:in|among|as|here)
          |provided\ (?:in|among|as|here)) )""",
    re.VERBOSE | re.IGNORECASE,
)


def refuses(sentence: str) -> re.Match[str] | None:
    """Return where a sentence says that there is no answer among the options, or none at all.

    >>> [bool(refuses(text)) for text in ("None of these.", "It cannot be determined.", "It is B.")]
    [True, True, False]
    """
    return NONE_OF_THEM.search(sentence) or CANNOT_TELL.search(sentence)
