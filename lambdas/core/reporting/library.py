"""The chart library that the page carries: Chart.js, as npm installed it or as it was deployed."""

from functools import cache
from pathlib import Path

from lambdas.core.errors import SelfConsistencyError

# The same place in a checkout and in a function: infrastructure/steps.py puts it there.
_ROOT = Path(__file__).parents[3]
LIBRARY = "node_modules/chart.js/dist/chart.umd.min.js"
# Names a file that is not there; a browser's developer tools would ask for it.
_MAP = "//# sourceMappingURL="


class NoChartLibraryError(SelfConsistencyError):
    """The chart library is not where it belongs."""


@cache
def chart_library(root: Path = _ROOT) -> str:
    """Return the library's source, with its licence's notice at the top.

    Args:
        root: of the checkout, or of the function's code.

    Raises:
        NoChartLibraryError: it is not installed.
    """
    try:
        source = (root / LIBRARY).read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise NoChartLibraryError(
            f"{LIBRARY} is missing below {root}, but the page's charts need Chart.js;"
            " run make setup, and deploy again if this is a function"
        ) from missing
    return source.partition(_MAP)[0]
