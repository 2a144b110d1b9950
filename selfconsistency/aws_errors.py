"""What AWS refuses, and what keeps a command from reaching it, in one line with the way out."""

import os
from collections.abc import Mapping

from botocore.exceptions import (
    BotoCoreError,
    CredentialRetrievalError,
    HTTPClientError,
    InvalidConfigError,
    InvalidRegionError,
    LoginError,
    MissingDependencyException,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import ClientError as AwsError
from botocore.exceptions import ConnectionError as UnreachedError

_EXPIRED = (
    "the credentials have expired: log in again (`aws login`, `aws sso login`), or export new ones"
)
_UNKNOWN = (
    "AWS does not know these credentials: check AWS_PROFILE and AWS_ACCESS_KEY_ID, and that the"
    " Region is of the account's partition and enabled there"
)
_DENIED = (
    "ask for this permission (docs/aws.md lists what the command needs), or name another profile"
    " with --profile"
)
# Services name the same thing differently.
_OF_CODES: Mapping[str, str] = {
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"), _EXPIRED),
    **dict.fromkeys(
        (
            *("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"),
            *("SignatureDoesNotMatch", "InvalidSignatureException", "InvalidToken", "AuthFailure"),
        ),
        _UNKNOWN,
    ),
    **dict.fromkeys(("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"), _DENIED),
    **dict.fromkeys(("RequestTimeTooSkewed", "RequestExpired"), "set this machine's clock"),
    # The answer to HEAD has no body, hence no other code.
    "403": _DENIED,
}
_SEE_CONFIG = "correct ~/.aws/config, or name another profile with --profile or in AWS_PROFILE"
_OF_TYPES: tuple[tuple[type[BotoCoreError], str], ...] = (
    (ProfileNotFound, "`aws configure list-profiles` shows those there are; " + _SEE_CONFIG),
    (
        PartialCredentialsError,
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or unset both and name a profile",
    ),
    (InvalidConfigError, _SEE_CONFIG),
    (SSOError, "log in with `aws sso login`, and --profile if it has a name"),
    (TokenRetrievalError, "log in with `aws sso login`, and --profile if it has a name"),
    (LoginError, "log in with `aws login`, and --profile if it has a name"),
    (
        MissingDependencyException,
        "`make setup` installs it; without it, put `credential_process = aws configure"
        " export-credentials --profile PROFILE` into a profile of its own",
    ),
    (CredentialRetrievalError, _SEE_CONFIG),
    (InvalidRegionError, "name a Region such as us-east-1 with --region or in AWS_REGION"),
)
_NO_CREDENTIALS = (
    "no AWS credentials: log in with `aws login`, or name a profile with --profile or in"
    " AWS_PROFILE, or make one with `aws configure`"
)


def explained(error: AwsError | BotoCoreError, place: str = "") -> str:
    """Return what is wrong and the way out, in one line.

    Args:
        error: as boto3 raised it.
        place: Region and profile that the command uses, "" if it is not known.
    """
    if isinstance(error, AwsError):
        return _refused(error, place)
    if isinstance(error, NoCredentialsError):
        return _NO_CREDENTIALS
    if isinstance(error, HTTPClientError | UnreachedError):
        return _joined(f"AWS: {error}", _way_to_the_endpoint())
    ways = (way for kind, way in _OF_TYPES if isinstance(error, kind))
    return _joined(f"AWS: {error}", next(ways, ""))


def _refused(error: AwsError, place: str) -> str:
    there = f" in {place}" if place else ""
    code = error.response.get("Error", {}).get("Code", "")
    return _joined(f"AWS{there}: {error}", _OF_CODES.get(code, ""))


def _joined(problem: str, way: str) -> str:
    return f"{problem.rstrip(' .')}; {way}" if way else problem


def _way_to_the_endpoint() -> str:
    """Return what to do where a service is not reached; a variable may lead to a local stack."""
    leading = sorted(name for name in os.environ if name.startswith("AWS_ENDPOINT_URL"))
    if leading:
        return (
            f"{', '.join(leading)} leads there: unset it (and AWS_CA_BUNDLE) to reach AWS, or start"
            " the local stack again with `python -m local up`"
        )
    return "check the Region (--region, AWS_REGION), the network and AWS_CA_BUNDLE"
