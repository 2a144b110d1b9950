import pytest
from rich.console import Console

from selfconsistency.runs import Run
from selfconsistency.shell import complain, printable
from selfconsistency.tables import runs_table

CLEAR = "\x1b[2J\x1b]0;title\x07"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("\x1b[31mred", "\\x1b[31mred", id="a colour"),
        pytest.param("\x9b2J", "\\x9b2J", id="a sequence of one byte"),
        pytest.param("a\rb", "a\\x0db", id="back to the line's start"),
        pytest.param("a\x08b\x7f\x00", "a\\x08b\\x7f\\x00", id="backspace, delete and null"),
        pytest.param("a\u202eb", "a\\u202eb", id="the other direction"),
        pytest.param("[bold]é\t漢\n", "[bold]é\t漢\n", id="what is only text"),
    ],
)
def test_a_terminal_is_told_nothing_to_do(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_table_shows_escape_sequences_and_markup_as_text() -> None:
    console = Console(width=200, force_terminal=True, color_system=None)
    hostile = Run("r", status=f"[red]{CLEAR}", message=f"[link=http://example.com]x{CLEAR}")

    with console.capture() as captured:
        console.print(runs_table([hostile]))

    assert "\x1b[2J" not in captured.get()
    assert "[red]\\x1b[2J" in captured.get()
    assert "[link=http://example.com]x\\x1b[2J" in captured.get()


def test_a_complaint_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    complain(f"why: {CLEAR}")

    assert capsys.readouterr().err == "error: why: \\x1b[2J\\x1b]0;title\\x07\n"
