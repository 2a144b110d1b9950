"""The state machine: what follows what, and on which condition."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infrastructure.children import Children
from infrastructure.endings import Endings
from infrastructure.log_groups import log_group
from infrastructure.steps import Steps
from infrastructure.tasks import OF_EXECUTION, file_map, of_state, step_task
from lambdas.contract import StepName

# A lane takes a function for itself, and a new account may run no more than ten at once: half of
# them are left for the jobs of other runs.
_LANES_AT_ONCE = 5
# Steps that a redriven execution may begin with, and that find the run as it was left: failed.
_REDRIVABLE: tuple[StepName, ...] = ("PlanWave", "Submit", "Invoke", "Report", "Reopen", "Abort")


class Workflow(Construct):
    """Plan, then waves of jobs and votes until no path is wanted, then answers and report."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        steps: Steps,
        bucket: s3.IBucket,
        jobs_at_once: int,
        log_days: int,
        longest_run: Duration,
    ) -> None:
        super().__init__(scope, id_)
        self._steps = steps
        self._children = Children(self, "Children", steps=steps)
        self._bucket = bucket
        self._jobs_at_once = jobs_at_once
        self._endings = Endings(self, "Endings", steps=steps)

        plan = self._plan()
        plan_wave = self._plan_wave()
        started = sfn.Succeed(self, "Already started", comment="The same upload came twice.")
        jobs = self._jobs()
        wave = jobs.next(self._votes()).next(plan_wave)
        ending = self._answers().next(self._report()).next(self._endings.completed())

        new = sfn.Choice(self, "New run?", comment="Events may be delivered more than once.")
        plan.next(new)
        new.when(sfn.Condition.boolean_equals("$.duplicate", True), started).otherwise(plan_wave)
        more = sfn.Choice(self, "Jobs to run?", comment="The last vote may have left none.")
        plan_wave.next(more)
        more.when(sfn.Condition.number_greater_than("$.jobs", 0), wave).otherwise(ending)

        begun = sfn.Choice(self, "How far?", comment="Of a wave laid out all jobs run again.")
        self._endings.reopen.next(begun)
        begun.when(sfn.Condition.boolean_equals("$.planned", False), plan)
        begun.when(sfn.Condition.number_greater_than("$.wave", 0), jobs).otherwise(plan_wave)
        self.machine = self._machine(plan, log_days, longest_run)
        self._grant_redrives()

    def _plan(self) -> sfn.TaskStateBase:
        return self._task(
            "Plan",
            "Check the request and its question set before anything is paid for.",
            payload={
                **OF_EXECUTION,
                "started_at": sfn.JsonPath.execution_start_time,
            },
        )

    def _plan_wave(self) -> sfn.TaskStateBase:
        return self._task(
            "PlanWave",
            "List the jobs that the votes so far call for.",
            payload=_of_run("next_wave"),
        )

    def _jobs(self) -> sfn.DistributedMap:
        return self._map(
            "Jobs",
            "Run the jobs of the wave, each in an execution with a history of its own.",
            key="$.jobs_key",
            at_once=self._jobs_at_once,
            each=self._children.job(),
        )

    def _votes(self) -> sfn.DistributedMap:
        return self._map(
            "Votes",
            "Vote in every lane, and find out which questions need more paths.",
            key="$.lanes_key",
            at_once=_LANES_AT_ONCE,
            each=self._children.vote(),
        )

    def _answers(self) -> sfn.DistributedMap:
        return self._map(
            "Answers",
            "Publish the voted answers of every lane.",
            key="$.lanes_key",
            at_once=_LANES_AT_ONCE,
            each=self._children.publish(),
        )

    def _report(self) -> sfn.TaskStateBase:
        return self._task(
            "Report",
            "Write accuracy and totals to the bucket and the table.",
            payload=_of_run("wave"),
        )

    def _task(
        self, name: StepName, comment: str, *, payload: Mapping[str, Any]
    ) -> sfn.TaskStateBase:
        task = step_task(self, name, self._steps[name], comment=comment, payload=payload)
        return task.add_catch(self._endings.abort, errors=[sfn.Errors.ALL])

    def _map(
        self, name: str, comment: str, *, key: str, at_once: int, each: sfn.IChainable
    ) -> sfn.DistributedMap:
        lines = file_map(
            self, name, comment=comment, bucket=self._bucket, key=key, at_once=at_once, each=each
        )
        return lines.add_catch(self._endings.abort, errors=[sfn.Errors.ALL])

    def _grant_redrives(self) -> None:
        """Let steps find out whether the execution of a run that has failed goes on.

        In a policy apart: the roles' own come before their functions, and these before the machine.
        """
        executions = Stack.of(self).format_arn(
            service="states",
            resource="execution",
            # A wildcard, for executions are named when they are started.
            resource_name=f"{self.machine.state_machine_name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        look = iam.PolicyStatement(actions=["states:DescribeExecution"], resources=[executions])
        roles = [self._steps.role(name) for name in _REDRIVABLE]
        iam.Policy(self, "Redrives", roles=roles, statements=[look])

    def _machine(
        self, first: sfn.IChainable, log_days: int, longest_run: Duration
    ) -> sfn.StateMachine:
        return sfn.StateMachine(
            self,
            "Machine",
            comment="Self-consistency through Bedrock batch inference.",
            definition_body=sfn.DefinitionBody.from_chainable(first),
            state_machine_type=sfn.StateMachineType.STANDARD,
            timeout=longest_run,
            tracing_enabled=True,
            # Failures only: Step Functions itself keeps every event of a run for 90 days, and
            # a polling job would write the same events to the log a second time, for money.
            logs=sfn.LogOptions(
                destination=log_group(self, "Logs", days=log_days),
                level=sfn.LogLevel.ERROR,
                include_execution_data=False,
            ),
        )


def _of_run(name: str) -> dict[str, Any]:
    """Return a payload of the run, its execution, and a member of the state."""
    return {**of_state("run_id", name), "execution_arn": sfn.JsonPath.execution_id}
