"""The state machine: what follows what, and on which condition."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infrastructure.children import Children
from infrastructure.log_groups import log_group
from infrastructure.steps import Steps
from infrastructure.tasks import file_map, of_state, step_task
from lambdas.contract import StepName

# A lane takes a function for itself, and a new account may run no more than ten at once: half of
# them are left for the jobs of other runs.
_LANES_AT_ONCE = 5
# A job may take a week, and a large run has many of them after each other.
_LONGEST_RUN = Duration.days(60)


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
    ) -> None:
        super().__init__(scope, id_)
        self._steps = steps
        self._children = Children(self, "Children", steps=steps)
        self._bucket = bucket
        self._jobs_at_once = jobs_at_once
        self._abort = self._clean_up()

        plan = self._plan()
        plan_wave = self._plan_wave()
        started = sfn.Succeed(self, "Already started", comment="The same upload came twice.")
        wave = self._jobs().next(self._votes()).next(plan_wave)
        ending = self._answers().next(self._report())

        new = sfn.Choice(self, "New run?", comment="Events may be delivered more than once.")
        plan.next(new)
        new.when(sfn.Condition.boolean_equals("$.duplicate", True), started).otherwise(plan_wave)
        more = sfn.Choice(self, "Jobs to run?", comment="The last vote may have left none.")
        plan_wave.next(more)
        more.when(sfn.Condition.number_greater_than("$.jobs", 0), wave).otherwise(ending)
        self.machine = self._machine(plan, log_days)

    def _plan(self) -> sfn.TaskStateBase:
        return self._task(
            "Plan",
            "Check the request and its question set before anything is paid for.",
            payload={
                "start": sfn.JsonPath.entire_payload,
                "execution_arn": sfn.JsonPath.execution_id,
                "execution_name": sfn.JsonPath.execution_name,
                "started_at": sfn.JsonPath.execution_start_time,
            },
        )

    def _plan_wave(self) -> sfn.TaskStateBase:
        return self._task(
            "PlanWave",
            "List the jobs that the votes so far call for.",
            payload=of_state("run_id", "next_wave"),
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
            payload=of_state("run_id", "wave"),
        )

    def _clean_up(self) -> sfn.TaskStateBase:
        """Return what every failure leads to: stop live jobs, mark the run, fail."""
        failed = sfn.Fail(self, "Run failed", error_path="$.reason", cause_path="$.message")
        stuck = sfn.Fail(
            self,
            "Not cleaned up",
            comment="The run's own error is in the history, before Abort's.",
            error="AbortFailed",
            cause="The run failed, and so did Abort: its jobs may still be live, see Bedrock's "
            "console, and Abort's log for the reason.",
        )
        abort = step_task(
            self,
            "Abort",
            self._steps["Abort"],
            comment="Stop live jobs and mark the run as failed.",
            payload={
                "execution_arn": sfn.JsonPath.execution_id,
                "execution_name": sfn.JsonPath.execution_name,
                "start": sfn.JsonPath.object_at("$$.Execution.Input"),
                "error": sfn.JsonPath.entire_payload,
            },
        )
        abort.next(failed)
        return abort.add_catch(stuck, errors=[sfn.Errors.ALL])

    def _task(
        self, name: StepName, comment: str, *, payload: Mapping[str, Any]
    ) -> sfn.TaskStateBase:
        task = step_task(self, name, self._steps[name], comment=comment, payload=payload)
        return task.add_catch(self._abort, errors=[sfn.Errors.ALL])

    def _map(
        self, name: str, comment: str, *, key: str, at_once: int, each: sfn.IChainable
    ) -> sfn.DistributedMap:
        lines = file_map(
            self, name, comment=comment, bucket=self._bucket, key=key, at_once=at_once, each=each
        )
        return lines.add_catch(self._abort, errors=[sfn.Errors.ALL])

    def _machine(self, first: sfn.IChainable, log_days: int) -> sfn.StateMachine:
        return sfn.StateMachine(
            self,
            "Machine",
            comment="Self-consistency through Bedrock batch inference.",
            definition_body=sfn.DefinitionBody.from_chainable(first),
            state_machine_type=sfn.StateMachineType.STANDARD,
            timeout=_LONGEST_RUN,
            tracing_enabled=True,
            # Failures only: Step Functions itself keeps every event of a run for 90 days, and
            # a polling job would write the same events to the log a second time, for money.
            logs=sfn.LogOptions(
                destination=log_group(self, "Logs", days=log_days),
                level=sfn.LogLevel.ERROR,
                include_execution_data=False,
            ),
        )
