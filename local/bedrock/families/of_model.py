"""Which family reads the records of a job."""

from local.bedrock.answers.source import Asked, Completion
from local.bedrock.families.cohere_command import CohereCommand
from local.bedrock.families.converse import Converse
from local.bedrock.families.family import Family, Output, RefusedBodyError


class Unread:
    """A model whose own form the stand-in does not know: every record is refused."""

    def __init__(self, base_id: str) -> None:
        self._base_id = base_id

    def asked(self, record_id: str, model_input: bytes) -> Asked:  # noqa: ARG002
        """Refuse the record."""
        raise RefusedBodyError(
            f"This stand-in does not know the InvokeModel form of {self._base_id}; "
            "use modelInvocationType Converse"
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """There is none."""
        raise NotImplementedError


def family_of(base_id: str, invocation_type: str) -> Family:
    """Return the family of a model, named without a profile's prefix."""
    if invocation_type == "Converse":
        return Converse()
    if base_id.startswith(("cohere.command-text-", "cohere.command-light-text-")):
        return CohereCommand()
    return Unread(base_id)
