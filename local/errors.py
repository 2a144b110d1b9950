"""What can go wrong while the local stack is set up."""

from selfconsistency.shell import ClientError


class LocalError(ClientError):
    """The local stack cannot do what it was asked; the message says why, in one line."""


class EmulatorError(LocalError):
    """The emulator did not start or did not stay up."""


class DeploymentError(LocalError):
    """The CDK command line could not bootstrap, synthesize or deploy."""
