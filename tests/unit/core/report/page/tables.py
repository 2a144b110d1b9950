"""Tables of a page as lists of cells."""

import re

from lambdas.core.report.page.html import Section


def body_of(section: Section | None) -> str:
    """Return the HTML of a section that must be there."""
    assert section is not None
    return section.body


def rows_of(body: str, table: str) -> list[list[str]]:
    """Return the cells of a table's body; the note below a figure stands after a bar."""
    [found] = re.findall(rf'<table id="{table}">.*?<tbody>(.*?)</tbody>', body, re.DOTALL)
    return [
        [cell.replace("<small>", "|").replace("</small>", "") for cell in cells]
        for cells in (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in found.split("</tr>"))
        if cells
    ]
