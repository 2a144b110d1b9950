"""Application inference profiles: the model behind an ARN that does not name it."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from lambdas.aws.clients import bedrock_client

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient


def profile_model(arn: str, client: "BedrockClient | None" = None) -> str | None:
    """Return the id of the model behind an application profile.

    A profile across Regions has a model in each, and it is the same everywhere.

    Args:
        arn: of the profile.
        client: of Bedrock's control plane; the functions' own where none is given.

    Returns:
        The id, such as `amazon.nova-lite-v1:0`; `None` where there is no such profile, where it
        may not be looked at, or where Bedrock does not answer now: its user can name the family.
    """
    try:
        found = (client or bedrock_client()).get_inference_profile(inferenceProfileIdentifier=arn)
    except (BotoConnectionError, HTTPClientError, ClientError):
        return None
    return found["models"][0].get("modelArn", "").rpartition("/")[2] or None
