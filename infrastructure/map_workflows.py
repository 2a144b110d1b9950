"""What a child execution of each map does: run a job, vote in a partition, or publish it."""

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infrastructure.steps import Steps
from infrastructure.tasks import CHILD_REDRIVES, state_payload, step_task
from lambdas.contract import StepName

# The steps that need their run to be open; a redrive may restart with them.
REDRIVABLE: tuple[StepName, ...] = ("Submit", "Poll", "Invoke")
# Those that ask Step Functions whether a run that has ended was redriven.
ASKING: tuple[StepName, ...] = ("Submit", "Invoke")
# What they raise if the answer contradicts their own execution, which runs. The answer may be late;
# 2, 4, 8, 8 and 8 seconds are half a minute.
_UNKNOWN = "RedriveUnknownError"


class MapWorkflows(Construct):
    """The states of the three maps' children; a child that fails reports its own error to Abort."""

    def __init__(self, scope: Construct, id_: str, *, steps: Steps) -> None:
        super().__init__(scope, id_)
        self._steps = steps

    def job(self) -> sfn.IChainable:
        """Return the states that run one job of a wave, from its line in `jobs.jsonl`."""
        abort = self._abort_from("job")
        build = self._task("Build", "Write the job's input.", abort, result_path="$.input")
        collect = self._task("Collect", "Read the job's output.", abort).next(self._end("Job done"))
        collected = sfn.Choice(
            self,
            "Already collected?",
            comment="After a redrive, some jobs are already collected.",
        )
        on_demand = sfn.Choice(self, "On demand?", comment="Too few records for a batch job?")
        build.next(collected)
        collected.when(
            sfn.Condition.boolean_equals("$.input.collected", True), self._end("Job skipped")
        )
        collected.otherwise(on_demand)
        on_demand.when(
            sfn.Condition.boolean_equals("$.on_demand", True), self._on_demand(abort, collect)
        )
        on_demand.otherwise(self._batch(abort, collect))
        return build

    def vote(self) -> sfn.IChainable:
        """Return the states that vote in one partition, from its line in `partitions.jsonl`."""
        abort = self._abort_from("vote")
        vote = self._task("Vote", "Merge a partition's answers and vote.", abort)
        return vote.next(self._end("Partition voted"))

    def publish(self) -> sfn.IChainable:
        """Return the states that publish one partition, from its line in `partitions.jsonl`."""
        abort = self._abort_from("publish")
        publish = self._task("Publish", "Write a partition's answers to the table.", abort)
        return publish.next(self._end("Partition published"))

    def _batch(self, abort: sfn.IChainable, collect: sfn.IChainable) -> sfn.IChainable:
        """Return the states that have Bedrock run a batch job, until it ends."""
        submit = self._task(
            "Submit",
            "Create the batch job if the job limits allow one more.",
            abort,
            result_path="$.bedrock",
        )
        wait = self._wait("Wait")
        poll = self._task("Poll", "Read the job's status.", abort, result_path="$.bedrock")
        submitted = sfn.Choice(self, "Submitted?", comment="If the job limits are reached, retry.")
        ended = sfn.Choice(
            self, "Ended?", comment="Completed, failed or stopped: Collect reads what there is."
        )

        submit.next(wait).next(submitted)
        submitted.when(sfn.Condition.boolean_equals("$.bedrock.submitted", True), poll)
        # Bedrock refused the job: there is nothing to wait for, and all its paths are missing.
        submitted.when(sfn.Condition.boolean_equals("$.bedrock.ended", True), collect)
        submitted.otherwise(submit)
        poll.next(ended)
        ended.when(sfn.Condition.boolean_equals("$.bedrock.ended", True), collect).otherwise(wait)
        return submit

    def _on_demand(self, abort: sfn.IChainable, collect: sfn.IChainable) -> sfn.IChainable:
        """Return the states that run a job's records on demand, over as many calls as it takes."""
        invoke = self._task(
            "Invoke",
            "Call the model for each record until time runs out.",
            abort,
            result_path="$.bedrock",
        )
        answered = sfn.Choice(
            self,
            "All answered?",
            comment="If not: the job limit is reached, time ran out, or the model is busy.",
        )
        invoke.next(answered)
        answered.when(sfn.Condition.boolean_equals("$.bedrock.ended", True), collect)
        answered.otherwise(self._wait("Pause").next(invoke))
        return invoke

    def _wait(self, name: str) -> sfn.Wait:
        return sfn.Wait(
            self,
            name,
            comment="The wait grows, to keep the history below 25,000 events.",
            time=sfn.WaitTime.seconds_path("$.bedrock.wait_s"),
        )

    def _task(
        self,
        name: StepName,
        comment: str,
        abort: sfn.IChainable,
        *,
        result_path: str | None = None,
    ) -> sfn.TaskStateBase:
        payload = {"state": sfn.JsonPath.entire_payload, **CHILD_REDRIVES}
        task = step_task(
            self,
            name,
            self._steps[name],
            comment=comment,
            payload=payload if name in REDRIVABLE else None,
            result_path=result_path,
        )
        if name in ASKING:
            task.add_retry(
                errors=[_UNKNOWN],
                interval=Duration.seconds(2),
                backoff_rate=2,
                max_attempts=5,
                max_delay=Duration.seconds(8),
            )
        return task.add_catch(abort, errors=[sfn.Errors.ALL], result_path="$.error")

    def _abort_from(self, child: str) -> sfn.IChainable:
        """Return the states of a child that fails: only the child knows why, its map does not.

        When the map has failed, the parent calls Abort again and finds the reason on record.
        """
        abort = step_task(
            self,
            "Abort",
            self._steps["Abort"],
            state_name=f"Abort from {child}",
            comment="Record why, and stop the run's live jobs.",
            payload=state_payload("run_id", "execution_arn")
            | {"error": sfn.JsonPath.object_at("$.error"), **CHILD_REDRIVES},
        )
        failed = sfn.Fail(
            self, f"{child.capitalize()} failed", error_path="$.reason", cause_path="$.message"
        )
        return abort.next(failed)

    def _end(self, name: str) -> sfn.Pass:
        return sfn.Pass(
            self,
            name,
            comment="Return nothing: the parent's payload must stay below 256 KiB.",
            result=sfn.Result.from_object({}),
        )
