"""Run the benchmarks: a table on standard output, `build/bench.json` beside it."""

import argparse
import json
from dataclasses import asdict

from benchmarks import (
    build,
    collect,
    curve,
    defaults,
    early_stop,
    extraction,
    forecast,
    hostile,
    large,
    long,
    memory,
    one_process,
    overhead,
    variants,
)
from benchmarks.measure import ROUNDS, table
from benchmarks.samples import RECORDED, ROOT

_BENCHMARKS = {
    "build": build,
    "collect": collect,
    "curve": curve,
    "defaults": defaults,
    "early_stop": early_stop,
    "extraction": extraction,
    "forecast": forecast,
    "hostile": hostile,
    "large": large,
    "long": long,
    "memory": memory,
    "one_process": one_process,
    "overhead": overhead,
    "variants": variants,
}
# What a table of figures and ratios does not show.
_REPORTS = {
    "defaults": defaults.report,
    "early_stop": early_stop.report,
    "forecast": forecast.report,
    "variants": variants.report,
}


def main() -> None:
    """Measure what is asked for, all unless named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(_BENCHMARKS))
    names = parser.parse_args().names or list(_BENCHMARKS)
    unknown = [name for name in names if name not in _BENCHMARKS]
    if unknown:
        parser.error(f"{unknown[0]!r} is no benchmark; there are {', '.join(_BENCHMARKS)}")
    texts = "recorded GSM8K completions" if RECORDED.exists() else "one completion of our own"
    print(f"median of {ROUNDS} rounds; texts: {texts}\n")
    measured = [each for name in names for each in _BENCHMARKS[name].measure()]
    if measured:
        print(table(measured))
    for name in names:
        if name in _REPORTS:
            print(f"\n{_REPORTS[name]()}")
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps([asdict(each) for each in measured], indent=1) + "\n")
    print(f"\nwrote {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
