"""Amazon Nova: its own form is that of Converse, member for member.

Source: Amazon Nova user guide, "Complete request schema".
"""

from lambdas.core.families.base import Family, Trait
from lambdas.core.families.converse import CONVERSE, CONVERSE_ROWS, Converse

NOVA = Family(
    name="nova",
    pattern=r"amazon\.nova-[a-z0-9.:-]+",
    forms=(CONVERSE, Converse("InvokeModel", 1, CONVERSE_ROWS)),
    max_temperature=1.0,
    max_tokens=32_768,
    # Source: Bedrock user guide, supported Regions and models for batch inference, 2026.
    traits=(Trait(r"amazon\.nova-(?:2-lite|premier)", only_by_profile=True),),
)
