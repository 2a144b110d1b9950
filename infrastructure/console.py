"""Where AWS's console is: each partition has a domain of its own."""

from collections.abc import Mapping

from aws_cdk import Aws, CfnCondition, Fn, Token
from constructs import Construct

_DOMAIN = "console.aws.amazon.com"
# https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-console.html,
# https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html; the last one is the
# European Sovereign Cloud. A mapping would fail the deployment in a partition that it lacks.
_OF_PARTITIONS: Mapping[str, tuple[str, str]] = {
    "InGovCloud": ("aws-us-gov", "console.amazonaws-us-gov.com"),
    "InChina": ("aws-cn", "console.amazonaws.cn"),
    "InSovereignCloud": ("aws-eusc", "console.amazonaws-eusc.eu"),
}


def state_machine_url(scope: Construct, arn: str) -> str:
    """Return the console's page of a state machine, in the partition that it is deployed to."""
    domain: str = _DOMAIN
    for name, (partition, its_domain) in _OF_PARTITIONS.items():
        condition = CfnCondition(
            scope, name, expression=Fn.condition_equals(Aws.PARTITION, partition)
        )
        domain = Token.as_string(Fn.condition_if(condition.logical_id, its_domain, domain))
    page = f"states/home?region={Aws.REGION}#/statemachines/view/{arn}"
    return f"https://{Aws.REGION}.{domain}/{page}"
