"""The log of calls, and what state machines and rules may do in the name of their roles.

ministack asks no policy there. On AWS both assume the role they were given, and fail without its
grants: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
"""

import logging
from collections.abc import Sequence
from threading import Lock
from typing import Any, Final

from local.emulation.ministack_patches import (
    INVOKE_TARGET,
    Function,
    iam_evaluator,
    stepfunctions,
)
from local.emulation.protocol import Call
from local.emulation.state_runner import current_run

_logger: Final = logging.getLogger("local.emulation")


class CallLog:
    """Distinct calls that functions made, or that a service made in the name of a role."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: set[Call] = set()

    def note(self, role: str, action: str, resource: str) -> None:
        """Add a call that was allowed."""
        with self._lock:
            self._calls.add(Call(role, action, resource))

    def calls(self) -> Sequence[Call]:
        """Return the calls so far, in order of role, action and resource."""
        with self._lock:
            return sorted(self._calls)


class ServiceRoles:
    """Asks the policies of the role before a service acts in its name."""

    def __init__(self, log: CallLog) -> None:
        self._log = log

    def install(self) -> None:
        """Ask before a rule starts an execution; others ask `require`."""
        INVOKE_TARGET.replace(self._before_target)

    def denial(self, role_arn: str, action: str, resource: str) -> str:
        """Return why a role may not do something, or "" after noting that it did."""
        if not role_arn:
            return ""
        account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
        asked = iam_evaluator.EvalContext(
            principal_arn=role_arn,
            principal_type="AssumedRole",
            principal_account=account,
            action=action,
            resource_arn=resource,
            region=resource.split(":")[3],
            secure_transport=True,
        )
        policies = iam_evaluator._gather_role_policies(name, account)
        if iam_evaluator.evaluate(asked, policies).decision != "Allow":
            return f"{role_arn} is not authorized to perform: {action} on resource: {resource}"
        self._log.note(name, action, resource)
        return ""

    def require(self, action: str, resource: str, error: str) -> None:
        """Let the execution of this thread do something, or fail its state with `error`.

        Raises:
            _ExecutionError: its state machine's role may not.
        """
        run = current_run.get()
        denied = self.denial(run.role_arn if run else "", action, resource)
        if denied:
            raise stepfunctions._ExecutionError(error, denied)

    def _before_target(self, invoke: Function) -> Function:
        def invoked(target: Any, event: Any, rule: Any, view: Any = None) -> Any:
            arn, role_arn = target.get("Arn", ""), target.get("RoleArn", "")
            if ":states:" in arn:
                denied = self.denial(role_arn, "states:StartExecution", arn)
                if denied:
                    _logger.warning("rule %s: %s", rule.get("Name"), denied)
                    return None
            return invoke(target, event, rule, view)

        return invoked
