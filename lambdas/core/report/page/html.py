"""Tables, sections and charts as HTML; cells, titles and sentences are plain text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

# Of a table or a chart; escaped text cannot hold one.
_TITLE_START = re.compile("<(caption|figcaption)>")
_TITLE_END = re.compile("(?=</(?:caption|figcaption)>)")
# More would run off the paper.
_MOST_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table: its value, a note below it, text for screen readers only."""

    value: str
    below: str = ""
    screen_reader: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: the first cell names it, `kind` is its class in the style sheet."""

    cells: tuple[TableCell | str, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with a title."""

    name: str
    title: str
    body: str

    def html(self) -> str:
        """Return the section as HTML."""
        return (
            f'<section id="{self.name}" aria-labelledby="{self.name}-title">\n'
            f'<h2 id="{self.name}-title">{escape(self.title)}</h2>\n{self.body}\n</section>'
        )


def table(
    name: str, caption: str, heads: Sequence[TableCell | str], rows: Iterable[TableRow]
) -> str:
    r"""Return a table that scrolls in a box of its own in a narrow window.

    Args:
        name: the table's id.
        caption: what it shows, for screen readers.
        heads: one for each cell of a row.
        rows: in the order shown.

    >>> rows = [TableRow(("<b>", TableCell("1", "about")))]
    >>> table("t", "Sums", ["Name", "Sum"], rows).split("\n")[-2]
    '<tbody><tr><th scope="row">&lt;b&gt;</th><td>1<small>about</small></td></tr></tbody>'
    """
    named = "".join(_cell("th", ' scope="col"', head) for head in heads)
    body = "\n".join(map(_row, rows))
    return (
        f'<div class="table" role="region" aria-label="{escape(caption)}" tabindex="0">'
        f'<table id="{name}">\n<caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{named}</tr></thead>\n<tbody>{body}</tbody>\n</table></div>"
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A setting's figures, as shown, by number of paths."""

    head: TableCell
    figures: Mapping[int, str]


def tables_by_paths(name: str, caption: str, columns: Sequence[Column]) -> str:
    """Return a table with a row for each number of paths, or several if there are many columns.

    Args:
        name: the table's id; further tables have a number behind it.
        caption: what it shows.
        columns: at least one.
    """
    parts = [
        columns[start : start + _MOST_COLUMNS] for start in range(0, len(columns), _MOST_COLUMNS)
    ]
    if len(parts) == 1:
        return _table_by_paths(name, caption, columns)
    return "\n".join(
        _table_by_paths(
            f"{name}-{number}" if number > 1 else name,
            f"{caption}: {part[0].head.value} to {part[-1].head.value}",
            part,
        )
        for number, part in enumerate(parts, 1)
    )


def chart(name: str, title: str, description: str) -> str:
    """Return the canvas of a chart; it stays hidden until the browser draws it.

    Args:
        name: which chart it is, as the script calls it.
        title: stands above it.
        description: what it shows, for screen readers.
    """
    return (
        f'<figure class="chart" hidden>\n<figcaption>{escape(title)}</figcaption>\n'
        f'<div class="canvas"><canvas data-chart="{name}" role="img"'
        f' aria-label="{escape(description)}"></canvas></div>\n</figure>'
    )


def labelled(body: str, label: str) -> str:
    """Return a body in which the title of each table and chart ends with a label and is shown.

    >>> labelled("<caption>Sums</caption>", "MADE UP")
    '<caption class="labelled">Sums · MADE UP</caption>'
    """
    if not label:
        return body
    ended = _TITLE_END.sub(f" · {escape(label)}", body)
    return _TITLE_START.sub(r'<\1 class="labelled">', ended)


def folded(title: str, body: str, *, printed: bool = False) -> str:
    """Return a body that opens when its title is clicked, and on paper if it is `printed`."""
    kind = ' class="printed"' if printed else ""
    return f"<details{kind}>\n<summary>{escape(title)}</summary>\n{body}\n</details>"


def paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph of plain text, "" for no text."""
    named = f' class="{kind}"' if kind else ""
    return f"<p{named}>{escape(text)}</p>" if text else ""


def sentence_list(sentences: Iterable[str], kind: str = "") -> str:
    """Return a list of plain sentences, "" for none."""
    named = f' class="{kind}"' if kind else ""
    entries = "".join(f"<li>{escape(each)}</li>" for each in sentences)
    return f"<ul{named}>{entries}</ul>" if entries else ""


def _table_by_paths(name: str, caption: str, columns: Sequence[Column]) -> str:
    counts = sorted({count for column in columns for count in column.figures})
    rows = (
        TableRow((f"{count:,}", *(column.figures.get(count, "") for column in columns)))
        for count in counts
    )
    return table(name, caption, ("Paths", *(column.head for column in columns)), rows)


def _row(row: TableRow) -> str:
    first, *others = row.cells
    named = f' class="{row.kind}"' if row.kind else ""
    cells = (_cell("th", ' scope="row"', first), *(_cell("td", "", cell) for cell in others))
    return f"<tr{named}>{''.join(cells)}</tr>"


def _cell(tag: str, attribute: str, cell: TableCell | str) -> str:
    if isinstance(cell, str):
        return f"<{tag}{attribute}>{escape(cell)}</{tag}>"
    below = f"<small>{escape(cell.below)}</small>" if cell.below else ""
    spoken = cell.screen_reader
    hidden = f'<span class="screen-reader">{escape(spoken)}</span>' if spoken else ""
    return f"<{tag}{attribute}>{escape(cell.value)}{hidden}{below}</{tag}>"
