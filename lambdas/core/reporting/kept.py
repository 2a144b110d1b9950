"""What the explorer keeps of a question until it is known which are shown."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from lambdas.core.voting.examples import Example, Examples

_ENCODER = msgspec.json.Encoder()
_PLACES = msgspec.json.Decoder(dict[str, Examples])


@dataclass(frozen=True, slots=True)
class WantedPath:
    """A completion whose text is to be shown, and the index of the question it must be of."""

    question: int
    example: Example


@dataclass(frozen=True, slots=True)
class Kept:
    """A question that may be shown, encoded: as objects ten thousand would take ten times as much.

    Attributes:
        place: of the question among those asked, from 0.
        index: of the question in the set.
        row: as it is shown without paths.
        full: as it is shown with paths, whose texts are still to come; empty where it has none.
        places: where these lie.
    """

    place: int
    index: int
    row: bytes
    full: bytes = b""
    places: bytes = b""

    def examples(self) -> dict[str, Examples]:
        """Return where the paths lie, by setting."""
        return _PLACES.decode(self.places)


def encoded_places(examples: Mapping[str, Examples]) -> bytes:
    """Return where paths lie; the other answer, which may be long, stands in the row."""
    places = {
        setting: Examples(won=each.won, lost=each.lost, silent=each.silent)
        for setting, each in examples.items()
    }
    return _ENCODER.encode(places)
