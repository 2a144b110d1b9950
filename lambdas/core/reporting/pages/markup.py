"""Tables, sections and charts as HTML; whatever stands in them is text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its figure, what belongs below it, what only those hear who do not see."""

    shown: str
    below: str = ""
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; the first cell names it, `kind` is its class in the style sheet."""

    cells: tuple[Cell | str, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with a title of its own."""

    name: str
    title: str
    body: str

    def html(self) -> str:
        """Return the section as HTML."""
        return (
            f'<section id="{self.name}" aria-labelledby="{self.name}-title">\n'
            f'<h2 id="{self.name}-title">{escape(self.title)}</h2>\n{self.body}\n</section>'
        )


def table(name: str, caption: str, heads: Sequence[Cell | str], rows: Iterable[Row]) -> str:
    r"""Return a table that scrolls in a box of its own where the window is narrow.

    Args:
        name: the table's id.
        caption: what it shows, for those who hear the page.
        heads: one for each cell of a row.
        rows: in the order shown.

    >>> table("t", "Sums", ["Name", "Sum"], [Row(("<b>", Cell("1", "about")))]).split("\n")[-2]
    '<tbody><tr><th scope="row">&lt;b&gt;</th><td>1<small>about</small></td></tr></tbody>'
    """
    named = "".join(_cell("th", ' scope="col"', head) for head in heads)
    body = "\n".join(map(_row, rows))
    return (
        f'<div class="table" role="region" aria-label="{escape(caption)}" tabindex="0">'
        f'<table id="{name}">\n<caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{named}</tr></thead>\n<tbody>{body}</tbody>\n</table></div>"
    )


def chart(name: str, title: str, gist: str) -> str:
    """Return the place of a chart, shown once the browser draws it.

    Args:
        name: which chart it is, as the script calls it.
        title: stands above it.
        gist: what it shows, in words.
    """
    return (
        f'<figure class="chart" hidden>\n<figcaption>{escape(title)}</figcaption>\n'
        f'<div class="canvas"><canvas data-chart="{name}" role="img" aria-label="{escape(gist)}">'
        "</canvas></div>\n</figure>"
    )


def folded(title: str, body: str, *, printed: bool = False) -> str:
    """Return what is shown when its title is clicked, and on paper where it is `printed`."""
    kind = ' class="printed"' if printed else ""
    return f"<details{kind}>\n<summary>{escape(title)}</summary>\n{body}\n</details>"


def paragraph(words: str, kind: str = "") -> str:
    """Return a paragraph of plain words, none where there are none."""
    named = f' class="{kind}"' if kind else ""
    return f"<p{named}>{escape(words)}</p>" if words else ""


def listed(sentences: Iterable[str], kind: str = "") -> str:
    """Return a list of plain sentences, none where there are none."""
    named = f' class="{kind}"' if kind else ""
    entries = "".join(f"<li>{escape(each)}</li>" for each in sentences)
    return f"<ul{named}>{entries}</ul>" if entries else ""


def _row(row: Row) -> str:
    first, *others = row.cells
    named = f' class="{row.kind}"' if row.kind else ""
    cells = (_cell("th", ' scope="row"', first), *(_cell("td", "", cell) for cell in others))
    return f"<tr{named}>{''.join(cells)}</tr>"


def _cell(tag: str, attribute: str, cell: Cell | str) -> str:
    if isinstance(cell, str):
        return f"<{tag}{attribute}>{escape(cell)}</{tag}>"
    below = f"<small>{escape(cell.below)}</small>" if cell.below else ""
    heard = f'<span class="heard">{escape(cell.heard)}</span>' if cell.heard else ""
    return f"<{tag}{attribute}>{escape(cell.shown)}{heard}{below}</{tag}>"
