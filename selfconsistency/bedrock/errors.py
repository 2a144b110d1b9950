"""The errors of the API, and those by which a job ends."""

from typing import ClassVar


class ApiError(Exception):
    """An error that the caller of the API sees, under the name of its class."""

    status: ClassVar[int] = 400

    def __init_subclass__(cls, status: int = 400) -> None:
        cls.status = status

    @property
    def code(self) -> str:
        """The name by which boto3 finds the typed exception."""
        return type(self).__name__.removesuffix("Error") + "Exception"


class ValidationError(ApiError):
    """The request is not acceptable."""


class ConflictError(ApiError):
    """The request contradicts what is there."""


class ServiceQuotaExceededError(ApiError):
    """The account has as much of this as it may."""


class ThrottlingError(ApiError, status=429):
    """Too many requests."""


class AccessDeniedError(ApiError, status=403):
    """The caller lacks a permission."""


class MissingAuthenticationTokenError(ApiError, status=403):
    """The request is not signed."""


class ResourceNotFoundError(ApiError, status=404):
    """There is no such job, profile or model."""


class UnknownOperationError(ApiError, status=404):
    """The Bedrock emulator does not have this operation."""


class InternalServerError(ApiError, status=500):
    """The service failed."""


class ServiceUnavailableError(ApiError, status=503):
    """The service cannot answer just now."""


class ModelTimeoutError(ApiError, status=408):
    """The model took too long."""


class ModelErrorError(ApiError, status=424):
    """The model failed."""


class ModelNotReadyError(ApiError, status=429):
    """The model is being loaded."""


class JobFailedError(Exception):
    """The job ends Failed, with this message."""


class JobStoppedError(Exception):
    """The job was asked to stop."""
