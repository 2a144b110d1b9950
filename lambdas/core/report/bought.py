"""What each wave bought: accuracy and paths after it, and the points that its paths added."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lambdas.contract.schema import GREEDY
from lambdas.contract.votes import WaveSummary


@dataclass(frozen=True, slots=True)
class Bought:
    """A setting after a wave in which it sampled.

    Attributes:
        wave: counted from 1.
        setting: its name.
        questions: those that the wave requested paths of.
        paths: requested in the wave.
        mean_paths: of a question so far; `None` if not known.
        accuracy: of the votes after the wave, from 0 to 1.
        points_per_thousand: percentage points that the wave added to the accuracy, for each
            thousand paths it requested; `None` for the first.
    """

    wave: int
    setting: str
    questions: int
    paths: int
    mean_paths: float | None
    accuracy: float
    points_per_thousand: float | None


def bought_by(waves: Iterable[WaveSummary]) -> list[Bought]:
    """Return what each wave bought, by setting; greedy has one path and buys no more.

    Nothing where no accuracy is known, as in reports of earlier versions, or where only one wave
    has one.
    """
    found = list(_bought(waves))
    return found if len({each.wave for each in found}) > 1 else []


def _bought(waves: Iterable[WaveSummary]) -> Iterator[Bought]:
    before: dict[str, float] = {}
    for wave in waves:
        for each in wave.settings:
            if each.setting == GREEDY or each.accuracy is None or not each.generations:
                continue
            points = None
            if each.setting in before:
                added = 100 * (each.accuracy - before[each.setting])
                points = added / (each.generations / 1000)
            before[each.setting] = each.accuracy
            yield Bought(
                wave=wave.wave,
                setting=each.setting,
                questions=each.questions,
                paths=each.generations,
                mean_paths=each.mean_paths,
                accuracy=each.accuracy,
                points_per_thousand=points,
            )
