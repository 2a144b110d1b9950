"""The explorer's questions as the page carries them: compressed, for texts of votes are alike."""

import gzip
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import msgspec

# Beside the tables, the charts' library and the rest, some 0.4 MB, that keeps a page below 5 MB.
MOST_CHARACTERS = 4_200_000
# Higher levels take twice the time for a hundredth of the size.
_LEVEL = 6


def packed(explorer: Mapping[str, Any]) -> str:
    """Return the explorer as JSON, by gzip, in Base64: letters, digits, `+`, `/` and `=`."""
    compressed = gzip.compress(msgspec.json.encode(explorer), _LEVEL, mtime=0)
    return b64encode(compressed).decode("ascii")
