"""The errors of the API, and those by which a job ends."""

from typing import ClassVar


class ApiError(Exception):
    """An error that the caller of the API sees, under the name of its class."""

    status: ClassVar[int] = 400

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


class ThrottlingError(ApiError):
    """Too many requests."""

    status = 429


class AccessDeniedError(ApiError):
    """The caller lacks a permission."""

    status = 403


class MissingAuthenticationTokenError(ApiError):
    """The request is not signed."""

    status = 403


class ResourceNotFoundError(ApiError):
    """There is no such job, profile or model."""

    status = 404


class UnknownOperationError(ApiError):
    """The stand-in does not have this operation."""

    status = 404


class InternalServerError(ApiError):
    """The service failed."""

    status = 500


class ServiceUnavailableError(ApiError):
    """The service cannot answer just now."""

    status = 503


class ModelTimeoutError(ApiError):
    """The model took too long."""

    status = 408


class ModelErrorError(ApiError):
    """The model failed."""

    status = 424


class ModelNotReadyError(ApiError):
    """The model is being loaded."""

    status = 429


class JobFailedError(Exception):
    """The job ends Failed, with this message."""


class JobStoppedError(Exception):
    """The job was asked to stop."""
