"""What some Claude models refuse of sampling, whichever form asks them.

Seen on the service by users: from Opus 4.1 and the 4.5 models on, temperature and top-p together;
from Opus 5 on, any temperature but 1.
"""

import re

from local.bedrock.families.family import RefusedBodyError

_NAME = re.compile(r"anthropic\.claude-([a-z]+)-(\d{1,2})(?:-(\d{1,2}))?(?!\d)")
_REFUSED = "The model returned the following errors: "


def check_sampling(base_id: str, temperature: float | None, top_p: float | None) -> None:
    """Refuse what the model does not take; models of other families take anything.

    Raises:
        RefusedBodyError: the combination is one that the model refuses.
    """
    found = _NAME.match(base_id)
    if found is None:
        return
    opus, version = found[1] == "opus", (int(found[2]), int(found[3] or 0))
    if opus and version >= (5, 0) and temperature not in (None, 1):
        raise RefusedBodyError(
            f"{_REFUSED}`temperature` may only be set to 1 for this model: {temperature}"
        )
    one_of_two = version >= ((4, 1) if opus else (4, 5))
    if one_of_two and None not in (temperature, top_p):
        raise RefusedBodyError(
            f"{_REFUSED}`temperature` and `top_p` cannot both be specified for this model. "
            "Please use only one."
        )
