"""The functions of ministack that are replaced here, so that a later one that lacks them tells."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from typing import Any, Final

from local.errors import EmulatorError

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class MinistackHook:
    """A function of ministack.

    Attributes:
        module: the module that looks it up by name on each call.
        name: its name there, `Class.method` for a method.
        arguments: the names of its first arguments, which what replaces it relies on.
    """

    module: str
    name: str
    arguments: tuple[str, ...] = ()

    def replace(self, around: Callable[[Function], Function]) -> None:
        """Put what `around` makes of the function in its place.

        Raises:
            EmulatorError: ministack has no such function, or it takes other arguments.
        """
        found = self.found()
        owner, _, method = self.name.rpartition(".")
        module = import_module(self.module)
        setattr(getattr(module, owner) if owner else module, method, around(found))

    def found(self) -> Function:
        """Return the function as it is now.

        Raises:
            EmulatorError: ministack has no such function, or it takes other arguments.
        """
        found: Any = import_module(self.module)
        for name in self.name.split("."):
            found = getattr(found, name, None)
        taken = tuple(signature(found).parameters) if callable(found) else ()
        if not callable(found) or taken[: len(self.arguments)] != self.arguments:
            raise EmulatorError(
                f"{self.module}.{self.name}{taken} is not what local/emulation is made for: "
                f"{self.name}{self.arguments} is expected; pin the ministack it was written "
                "against, or change what replaces it"
            )
        function: Function = found
        return function


class _LazyModule:
    """A module of ministack, imported at its first use: in the emulator's process alone."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


_STATES: Final = "ministack.services.stepfunctions"
stepfunctions: Any = _LazyModule(_STATES)
iam_evaluator: Any = _LazyModule("ministack.core.iam_evaluator")
_SERVED: Final = ("method", "path", "headers", "body", "query_params")
# Where requests arrive once they are authenticated and allowed: faults hit there.
SERVE_S3: Final = MinistackHook("ministack.services.s3", "handle_request", _SERVED)
SERVE_DYNAMODB: Final = MinistackHook("ministack.services.dynamodb", "handle_request", _SERVED)
BATCH_WRITE: Final = MinistackHook("ministack.services.dynamodb", "_batch_write_item", ("data",))
# One invocation by a function's process: it gets a name, so that its calls can be attributed.
INVOKE_WORKER: Final = MinistackHook(
    "ministack.core.lambda_runtime", "Worker.invoke", ("self", "event", "request_id")
)
# Where a process that died is reported under a name that AWS does not use.
RUN_FUNCTION: Final = MinistackHook(
    "ministack.services.lambda_svc", "_execute_function_warm", ("func", "event", "request_id")
)
# Where a state machine calls a function.
CALL_FUNCTION: Final = MinistackHook(_STATES, "_call_lambda", ("func_ref", "event"))
# What has no redrive, no time limit, and does not stop a map's children.
SERVE_STATES: Final = MinistackHook(_STATES, "handle_request", _SERVED)
RUN_EXECUTION: Final = MinistackHook(_STATES, "_run_execution", ("exec_arn",))
RUN_MAP: Final = MinistackHook(
    _STATES,
    "_run_distributed_map",
    ("state_def", "raw_input", "effective", "iterator", "execution", "ctx"),
)
STOP_EXECUTION: Final = MinistackHook(_STATES, "_stop_execution", ("data",))
DESCRIBE_EXECUTION: Final = MinistackHook(_STATES, "_describe_execution", ("data",))
PUT_EVENTS: Final = MinistackHook("ministack.services.eventbridge", "_put_events", ("data",))
# What is allowed, and the keys by which functions ask for it.
ENFORCE: Final = MinistackHook(
    "ministack.core.iam_evaluator", "enforce", ("access_key_id", "iam_action", "service", "region")
)
GIVE_KEYS: Final = MinistackHook(
    "ministack.core.lambda_runtime", "execution_credentials", ("config",)
)
# What a rule starts in the name of a role, and what a map reads in the name of its machine's.
INVOKE_TARGET: Final = MinistackHook(
    "ministack.services.eventbridge", "_invoke_target", ("target", "event", "rule")
)
READ_ITEMS: Final = MinistackHook(_STATES, "_read_map_items", ("reader", "effective", "ctx"))
HOOKS: Final = tuple(
    value for value in list(globals().values()) if isinstance(value, MinistackHook)
)
