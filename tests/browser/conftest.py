"""A browser for all tests; its pages must show no error and load nothing from elsewhere."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from lambdas.contract.report import Report
from lambdas.core.report.explorer import Explorer
from lambdas.core.report.page.page import chart_library, make_page

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MISSING = (
    f"NOT TESTED in a browser: none of {', '.join(_NAMES)} is on the path; install one, on Debian"
    " with apt-get install chromium"
)
# What the policy forbids is noted here, whether the page or its content tries it.
_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
# Neither leaves the browser.
_OWN = ("blob:", "data:")

Open = Callable[..., "Opened"]


@dataclass
class Opened:
    """A page in the browser, with its errors, warnings and requests."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def counted(self) -> str:
        return self.page.inner_text("#explorer-count")

    def ids(self) -> list[str]:
        return self.page.locator("details.question .id").all_inner_texts()

    def charts(self) -> dict[str, dict[str, Any]]:
        """Return the charts by name: lines, and how many of their pixels are painted."""
        found: dict[str, dict[str, Any]] = self.page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll("canvas")].map((canvas) => {
              const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
              const painted = all.data.filter((value, place) => place % 4 === 3 && value > 0);
              const lines = Chart.getChart(canvas)?.data.datasets.map(({label}) => label) ?? null;
              return [canvas.dataset.chart, {lines, painted: painted.length}];
            }))"""
        )
        return found

    def ink(self) -> str:
        """Return the colour of the charts' text."""
        # A change of medium is noticed before the next frame.
        return str(
            self.page.evaluate(
                """() => new Promise((done) => requestAnimationFrame(() =>
                  requestAnimationFrame(() => done(Chart.defaults.color))))"""
            )
        )

    def is_too_wide(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say that there was no browser; pytest does not show why tests were skipped."""
    if _executable() is None:
        terminalreporter.write_line(_MISSING, yellow=True, bold=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = _executable()
    if found is None:
        pytest.skip(_MISSING)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Open a report; the test fails if the page had errors or requested anything."""
    all_opened: list[Opened] = []

    def open_(report: Report, explorer: Explorer | None = None, **options: Any) -> Opened:
        file = tmp_path / "report.html"
        file.write_text(make_page(report, explorer, chart_library()), encoding="utf-8")
        chosen = {"viewport": {"width": 1280, "height": 900}, "offline": True} | options
        context = browser.new_context(**chosen)
        context.set_default_timeout(5000)
        opened = Opened(context.new_page())
        all_opened.append(opened)
        _watch(opened, file.as_uri())
        opened.page.goto(file.as_uri())
        return opened

    yield open_

    for opened in all_opened:
        opened.complaints += opened.page.evaluate("window.violations ?? []")
        opened.page.context.close()
        assert opened.complaints == []


def _executable() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def _watch(opened: Opened, address: str) -> None:
    def refuse(route: Route) -> None:
        if route.request.url == address:
            route.continue_()
        else:
            route.abort()

    page, complaints = opened.page, opened.complaints
    page.add_init_script(_WATCH)
    page.route("**/*", refuse)
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("popup", lambda popup: complaints.append(f"popup {popup.url}"))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
    )
    page.on(
        "request",
        lambda request: (
            complaints.append(request.url)
            if request.url != address and not request.url.startswith(_OWN)
            else None
        ),
    )
