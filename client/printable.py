"""Texts of models, users and services as a terminal may show them: nothing that it would obey."""

import re

from rich.console import Console

# Control characters of ASCII and of ISO 6429, and what turns the direction of writing.
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""Return a text with what a terminal obeys written out, as a program would write it.

    Line ends and tabs stay. An escape sequence could rewrite what stands on the screen, set the
    window's title or the clipboard.

    >>> printable("\x1b[2J gone, \u202etxet"), printable("kept:\té\n")
    ('\\x1b[2J gone, \\u202etxet', 'kept:\té\n')
    """
    return _OBEYED.sub(lambda found: _written(ord(found[0])), text)


def tell(console: Console, line: str) -> None:
    """Print a line as it is, but for what a terminal obeys."""
    console.print(printable(line), highlight=False, markup=False, soft_wrap=True)


def _written(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
