"""CDK contexts that the tests synthesize the stack with, and their templates."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from infrastructure.synth import make_template

KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TOPIC = "arn:aws:sns:us-east-1:111122223333:alarms"
_KEY = {"kms_key_arn": KEY}
_NETWORK = {
    "vpc_subnet_ids": [f"subnet-0123456789abcde{number:02x}" for number in range(16)],
    "vpc_security_group_ids": [f"sg-0123456789abcde{number:02x}" for number in range(5)],
}
# One Region, to be quick.
CONTEXTS: Mapping[str, Mapping[str, Any]] = {
    "defaults": {},
    **{
        name: {**settings, "profile_regions": {"us": ["us-east-1"]}}
        for name, settings in {
            "key": _KEY,
            "network": _NETWORK,
            "all": {**_KEY, **_NETWORK, "alarm_topic_arn": TOPIC},
        }.items()
    },
}


@cache
def template_of(name: str) -> dict[str, Any]:
    return make_template(CONTEXTS[name])
