"""The state machine: which state follows which, and on which condition."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infrastructure.map_workflows import ASKING, MapWorkflows
from infrastructure.monitoring import log_group
from infrastructure.steps import Steps
from infrastructure.tasks import EXECUTION, REDRIVES, file_map, state_payload, step_task
from lambdas.contract import StepName
from lambdas.contract.jobs import Job
from lambdas.contract.schema import Partition

# Each partition occupies a function. A new account may run ten functions at once: half of them
# stay free for the jobs of other runs.
_PARTITIONS_AT_ONCE = 5


class Workflow(Construct):
    """Plan, then waves of jobs and votes until no job is needed, then answers and report."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        steps: Steps,
        bucket: s3.IBucket,
        jobs_at_once: int,
        log_days: int,
        max_duration: Duration,
    ) -> None:
        super().__init__(scope, id_)
        self._steps = steps
        self._children = MapWorkflows(self, "MapWorkflows", steps=steps)
        self._bucket = bucket
        self._jobs_at_once = jobs_at_once
        self._failures = _FailureHandling(self, "FailureHandling", steps=steps)

        plan = self._plan()
        pilot = self._pilot()
        plan_wave = self._plan_wave()
        pilot.next(plan_wave)
        started = sfn.Succeed(self, "Already started", comment="The same upload came twice.")
        jobs = self._jobs()
        wave = jobs.next(self._votes()).next(plan_wave)
        ending = self._answers().next(self._report()).next(self._complete())

        new = sfn.Choice(self, "New run?", comment="Events may be delivered more than once.")
        plan.next(new)
        has_pilot = sfn.Condition.boolean_equals("$.pilot", True)
        new.when(sfn.Condition.boolean_equals("$.duplicate", True), started)
        new.when(has_pilot, pilot).otherwise(plan_wave)
        more = sfn.Choice(self, "Jobs to run?", comment="Does any question need more paths?")
        plan_wave.next(more)
        more.when(sfn.Condition.number_greater_than("$.jobs", 0), wave).otherwise(ending)

        resume = sfn.Choice(
            self, "Resume where?", comment="Repeat all jobs of the last planned wave."
        )
        self._failures.reopen.next(resume)
        resume.when(sfn.Condition.boolean_equals("$.planned", False), plan)
        resume.when(sfn.Condition.number_greater_than("$.wave", 0), jobs)
        resume.when(has_pilot, pilot).otherwise(plan_wave)
        self.machine = self._machine(plan, log_days, max_duration)
        self._grant_redrives()

    def _plan(self) -> sfn.TaskStateBase:
        return self._task(
            "Plan",
            "Check the request and its dataset before anything is paid for.",
            payload={**EXECUTION, "started_at": sfn.JsonPath.execution_start_time},
        )

    def _pilot(self) -> sfn.TaskStateBase:
        return self._task(
            "Pilot",
            "Ask a few questions on demand, and refuse the run if no answer can be read.",
            payload=_run_payload("next_wave"),
        )

    def _plan_wave(self) -> sfn.TaskStateBase:
        return self._task(
            "PlanWave",
            "List the jobs of the next wave, from the votes so far.",
            payload=_run_payload("next_wave"),
        )

    def _jobs(self) -> sfn.DistributedMap:
        return self._map(
            "Jobs",
            "Run the jobs of the wave, each in a child execution with its own history.",
            key_path="$.jobs_key",
            line=Job,
            max_concurrency=self._jobs_at_once,
            child=self._children.job(),
        )

    def _votes(self) -> sfn.DistributedMap:
        return self._map(
            "Votes",
            "Vote in every partition, and find the questions that need more paths.",
            key_path="$.partitions_key",
            line=Partition,
            max_concurrency=_PARTITIONS_AT_ONCE,
            child=self._children.vote(),
        )

    def _answers(self) -> sfn.DistributedMap:
        return self._map(
            "Answers",
            "Publish the voted answers of every partition.",
            key_path="$.partitions_key",
            line=Partition,
            max_concurrency=_PARTITIONS_AT_ONCE,
            child=self._children.publish(),
        )

    def _report(self) -> sfn.TaskStateBase:
        return self._task(
            "Report",
            "Write accuracy and totals to the bucket and the table.",
            payload=_run_payload("wave"),
        )

    def _complete(self) -> sfn.Choice:
        """Return the choice that ends a run; a run with refused jobs fails, to be redriven."""
        complete = sfn.Choice(self, "Complete?", comment="Were all jobs run?")
        complete.when(sfn.Condition.boolean_equals("$.complete", True), sfn.Succeed(self, "Done"))
        return complete.otherwise(self._failures.reopen)

    def _task(
        self, name: StepName, comment: str, *, payload: Mapping[str, Any]
    ) -> sfn.TaskStateBase:
        task = step_task(self, name, self._steps[name], comment=comment, payload=payload)
        return task.add_catch(self._failures.abort, errors=[sfn.Errors.ALL])

    def _map(
        self,
        name: str,
        comment: str,
        *,
        key_path: str,
        line: type[Job | Partition],
        max_concurrency: int,
        child: sfn.IChainable,
    ) -> sfn.DistributedMap:
        lines = file_map(
            self,
            name,
            comment=comment,
            bucket=self._bucket,
            key_path=key_path,
            line=line,
            max_concurrency=max_concurrency,
            child=child,
        )
        return lines.add_catch(self._failures.abort, errors=[sfn.Errors.ALL])

    def _grant_redrives(self) -> None:
        """Allow children's steps to find out whether the execution of a failed run was redriven.

        The policy is separate because the roles' own policies are created before their functions,
        and the functions before the state machine.
        """
        executions = Stack.of(self).format_arn(
            service="states",
            resource="execution",
            # A wildcard, because executions are named when they start.
            resource_name=f"{self.machine.state_machine_name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        describe = iam.PolicyStatement(actions=["states:DescribeExecution"], resources=[executions])
        roles = [self._steps.role(name) for name in ASKING]
        iam.Policy(self, "Redrives", roles=roles, statements=[describe])

    def _machine(
        self, first: sfn.IChainable, log_days: int, max_duration: Duration
    ) -> sfn.StateMachine:
        return sfn.StateMachine(
            self,
            "Machine",
            comment="Self-consistency through Bedrock batch inference.",
            definition_body=sfn.DefinitionBody.from_chainable(first),
            state_machine_type=sfn.StateMachineType.STANDARD,
            timeout=max_duration,
            tracing_enabled=True,
            # Failures only: Step Functions keeps every event for 90 days, and a polling job would
            # write the same events to the log a second time, for money.
            logs=sfn.LogOptions(
                destination=log_group(self, "Logs", days=log_days),
                level=sfn.LogLevel.ERROR,
                include_execution_data=False,
            ),
        )


class _FailureHandling(Construct):
    """Every failure leads to `abort`, and from there to `reopen`, where the execution fails.

    `reopen` is a task and not a Fail state. A redriven execution restarts where it failed, and a
    Fail state would fail again. The workflow decides what follows `reopen`.
    """

    def __init__(self, scope: Construct, id_: str, *, steps: Steps) -> None:
        super().__init__(scope, id_)
        self.reopen = step_task(
            self,
            "Reopen",
            steps["Reopen"],
            comment="Fail with the run's reason; after a redrive, reopen the run.",
            payload={**EXECUTION, "ended": sfn.JsonPath.entire_payload},
        )
        self.abort = step_task(
            self,
            "Abort",
            steps["Abort"],
            comment="Stop live jobs and mark the run as failed.",
            payload={**EXECUTION, "error": sfn.JsonPath.entire_payload},
        )
        self.abort.next(self.reopen)
        self.abort.add_catch(self.reopen, errors=[sfn.Errors.ALL])


def _run_payload(name: str) -> dict[str, Any]:
    """Return a payload of the run, its execution with its redrives, and a member of the state."""
    arn = {"execution_arn": sfn.JsonPath.execution_id}
    return {**state_payload("run_id", name), **arn, **REDRIVES}
