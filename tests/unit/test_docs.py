"""The documentation: links lead somewhere, states are named, and no retired word is in use."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/**/*.md"))]
SOURCES = ("lambdas", "infrastructure", "selfconsistency", "docs")
SUFFIXES = {".py", ".js", ".css", ".html", ".json", ".jsonl", ".md", ".in"}
# The history of the words is told in one place.
LAYOUT_AND_WORDS = ROOT / "docs" / "decisions" / "0025-layout-and-words.md"
RETIRED = re.compile(r"\b(?:lanes?|telling)\b", re.IGNORECASE)

_FENCE = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`]*`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def relative_links(text: str) -> Iterator[str]:
    """The targets of links to other files and headings, without those that code shows."""
    for target in _LINK.findall(_CODE.sub("", _FENCE.sub("", text))):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = _HEADING.findall(_FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_broken(link: str, page: Path) -> bool:
    """Whether a link of a page leads to no file, or to no heading of the file."""
    name, _, anchor = link.partition("#")
    target = (page.parent / name) if name else page
    if not target.exists():
        return True
    return bool(anchor) and anchor not in anchors(target.read_text(encoding="utf-8"))


def state_names(workflow: dict[str, Any]) -> Iterator[str]:
    """The names of all states of a workflow and of its maps' children."""
    for name, state in workflow["States"].items():
        yield name
        if "ItemProcessor" in state:
            yield from state_names(state["ItemProcessor"])


def sources() -> Iterator[Path]:
    """The files that people read: code, what the page is made of, and documentation."""
    yield ROOT / "README.md"
    for folder in SOURCES:
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    links = relative_links(page.read_text(encoding="utf-8"))

    assert [link for link in links if is_broken(link, page)] == []


@pytest.mark.parametrize(
    ("link", "broken"),
    [
        pytest.param("docs/method.md#early-stopping", False, id="a heading"),
        pytest.param("LICENSE", False, id="a file"),
        pytest.param("docs/schemas", False, id="a folder"),
        pytest.param("#the-request", False, id="a heading of the page itself"),
        pytest.param("docs/method.md#late-stopping", True, id="no such heading"),
        pytest.param("docs/methods.md", True, id="no such file"),
    ],
)
def test_a_broken_link_is_noticed(link: str, broken: bool) -> None:
    assert is_broken(link, ROOT / "README.md") == broken


def test_links_in_code_and_to_the_web_are_passed_over() -> None:
    text = "[a](a.md) `[b](b.md)` [c](https://c.org)\n```\n[d](d.md)\n```\n![e](e.png)"

    assert list(relative_links(text)) == ["a.md", "e.png"]


def test_the_architecture_names_every_state() -> None:
    workflow = json.loads((ROOT / "docs" / "workflow.asl.json").read_text(encoding="utf-8"))
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    assert [name for name in state_names(workflow) if name not in architecture] == []


def test_no_retired_word_is_in_use() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in sources()
        if path != LAYOUT_AND_WORDS
        for word in RETIRED.findall(path.read_text(encoding="utf-8"))
    ]

    assert found == []
