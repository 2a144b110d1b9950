"""Every name of ministack that is touched beside its public application, and by what.

Hooks are replaced, modules' names are used; what is not listed here cannot be reached. A test has
the emulator's interpreter look each of them up, so that a release without one of them is noticed.
`local/emulator_process.py` replaces two names of Python's before ministack is imported:
`zipfile.ZipFile`, so that layers are unpacked once, and `sys.executable`, on which functions run.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from typing import Any, Final

Function = Callable[..., Any]


class MinistackError(Exception):
    """This ministack is not the one that `local/emulation` is made for."""


@dataclass(frozen=True, slots=True)
class MinistackHook:
    """A function of ministack that is replaced.

    Attributes:
        module: the module that looks it up by name on each call.
        name: its name there.
        arguments: the names of its first arguments, which what replaces it relies on.
    """

    module: str
    name: str
    arguments: tuple[str, ...] = ()

    def replace(self, around: Callable[[Function], Function]) -> None:
        """Put what `around` makes of the function in its place.

        Raises:
            MinistackError: ministack has no such function, or it takes other arguments.
        """
        setattr(import_module(self.module), self.name, around(self.found()))

    def found(self) -> Function:
        """Return the function as it is now.

        Raises:
            MinistackError: ministack has no such function, or it takes other arguments.
        """
        found = getattr(import_module(self.module), self.name, None)
        taken = tuple(signature(found).parameters) if callable(found) else ()
        if not callable(found) or taken[: len(self.arguments)] != self.arguments:
            raise MinistackError(
                f"{self.module}.{self.name}{taken} is not what local/emulation is made for: "
                f"{self.name}{self.arguments} is expected; pin the ministack it was written "
                "against, or change what replaces it"
            )
        function: Function = found
        return function


class MinistackModule:
    """A module of ministack, imported at its first use: in the emulator's process alone.

    Args:
        name: the module's.
        used: the names of it that are used; others cannot be reached.
    """

    def __init__(self, name: str, used: str) -> None:
        self.name = name
        self.used: Sequence[str] = used.split()

    def __getattr__(self, name: str) -> Any:
        if name not in self.used:
            raise AttributeError(f"{self.name}.{name} is used, but not listed in {__name__}")
        return getattr(import_module(self.name), name)


_STATES: Final = "ministack.services.stepfunctions"
# Replaced by lambda_processes, because a state's Retry and Catch name errors as AWS does.
RUN_FUNCTION: Final = MinistackHook(
    "ministack.services.lambda_svc", "_execute_function_warm", ("func", "event", "request_id")
)
# Replaced by lambda_processes, for a state machine calls functions inside the process: a call may
# time out, be refused to the machine's role, or come from an execution that was stopped.
CALL_FUNCTION: Final = MinistackHook(_STATES, "_call_lambda", ("func_ref", "event"))
# Replaced by executions: redrives, time limits, and children that stop with their parent.
SERVE_STATES: Final = MinistackHook(
    _STATES, "handle_request", ("method", "path", "headers", "body", "query_params")
)
RUN_EXECUTION: Final = MinistackHook(_STATES, "_run_execution", ("exec_arn",))
STOP_EXECUTION: Final = MinistackHook(_STATES, "_stop_execution", ("data",))
DESCRIBE_EXECUTION: Final = MinistackHook(_STATES, "_describe_execution", ("data",))
PUT_EVENTS: Final = MinistackHook("ministack.services.eventbridge", "_put_events", ("data",))
# Replaced by map_runs: children that fail, stop and are redriven, and MaxConcurrencyPath.
RUN_MAP: Final = MinistackHook(
    _STATES,
    "_run_distributed_map",
    ("state_def", "raw_input", "effective", "iterator", "execution", "ctx"),
)
# Replaced by iam_audit: what a rule starts in the name of its role.
INVOKE_TARGET: Final = MinistackHook(
    "ministack.services.eventbridge", "_invoke_target", ("target", "event", "rule")
)

# Used by state_runner, map_runs, executions and iam_audit: records, states and paths of Step
# Functions, which are ministack's own.
stepfunctions: Any = MinistackModule(
    _STATES,
    "_executions _map_runs _state_machines _ExecutionError _SFN_WAIT_SCALE"
    " _execute_pass _execute_task _execute_choice _execute_wait _execute_parallel _execute_map"
    " _add_event _fail_execution _fail_state_error _emit_execution_status_event"
    " _apply_input_path _apply_output_path _apply_result_path"
    " _resolve_params_obj _resolve_path_or_ctx _next_or_end _read_map_items"
    " _finalize_response _iso_to_epoch_ms"
    " error_response_json json_response new_uuid now_iso",
)
# Used by iam_audit (may a role do something?) and layer (who asks for which action, on what?).
iam_evaluator: Any = MinistackModule(
    "ministack.core.iam_evaluator",
    "_gather_role_policies EvalContext evaluate resolve_caller_identity",
)
iam_actions: Any = MinistackModule(
    "ministack.core.iam_actions", "extract_iam_action extract_resource_arn s3_additional_checks"
)
router: Any = MinistackModule("ministack.core.router", "detect_service")
responses: Any = MinistackModule("ministack.core.responses", "get_account_id")
MODULES: Final = (stepfunctions, iam_evaluator, iam_actions, router, responses)
HOOKS: Final = tuple(
    value for value in list(globals().values()) if isinstance(value, MinistackHook)
)
