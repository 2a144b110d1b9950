"""What the client says when it cannot do what it was asked."""


class ClientError(Exception):
    """The command cannot go on; the message says why and what to do, in one line."""
