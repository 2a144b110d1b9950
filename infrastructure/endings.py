"""How a run ends: complete, or failed, cleaned up after, and gone on with when redriven."""

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infrastructure.steps import Steps
from infrastructure.tasks import OF_EXECUTION, step_task


class Endings(Construct):
    """Every failure leads to `abort`, and from there to `reopen`, where the execution fails.

    `reopen` is a task, not a state of type Fail: redriven, an execution begins where it failed,
    and a Fail fails there again. What follows it is the workflow's.
    """

    def __init__(self, scope: Construct, id_: str, *, steps: Steps) -> None:
        super().__init__(scope, id_)
        self.reopen = step_task(
            self,
            "Reopen",
            steps["Reopen"],
            comment="Fail with the run's reason; redriven, go on with the run.",
            payload={**OF_EXECUTION, "ended": sfn.JsonPath.entire_payload},
        )
        self.abort = step_task(
            self,
            "Abort",
            steps["Abort"],
            comment="Stop live jobs and mark the run as failed.",
            payload={**OF_EXECUTION, "error": sfn.JsonPath.entire_payload},
        )
        self.abort.next(self.reopen)
        self.abort.add_catch(self.reopen, errors=[sfn.Errors.ALL])

    def completed(self) -> sfn.Choice:
        """Return what ends a run that has a report; one that lacks refused jobs may go on."""
        complete = sfn.Choice(self, "Complete?", comment="Was any of its jobs refused?")
        done = sfn.Succeed(self, "Done")
        complete.when(sfn.Condition.boolean_equals("$.complete", True), done)
        return complete.otherwise(self.reopen)
