"""What the children of the workflow's maps do: run a job, vote in a lane, publish a lane."""

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infrastructure.steps import Steps
from infrastructure.tasks import of_state, step_task
from lambdas.contract import StepName


class Children(Construct):
    """Each child is an execution of its own, and tells Abort itself why it failed."""

    def __init__(self, scope: Construct, id_: str, *, steps: Steps) -> None:
        super().__init__(scope, id_)
        self._steps = steps

    def job(self) -> sfn.IChainable:
        """Return what runs one job of a wave, from its line in `jobs.jsonl`."""
        abort = self._abort_from("job")
        build = self._child("Build", "Write the job's input.", abort, result_path="$.input")
        collect = self._child("Collect", "Read the job's output.", abort).next(
            self._end("Job done")
        )
        on_demand = sfn.Choice(self, "On demand?", comment="Too few records for a batch job?")
        done = sfn.Choice(self, "Done before?", comment="A run that goes on has jobs that are.")
        build.next(done)
        done.when(sfn.Condition.boolean_equals("$.input.collected", True), self._end("Job kept"))
        done.otherwise(on_demand)
        on_demand.when(
            sfn.Condition.boolean_equals("$.on_demand", True), self._invoked(abort, collect)
        )
        on_demand.otherwise(self._submitted(abort, collect))
        return build

    def _submitted(self, abort: sfn.IChainable, collect: sfn.IChainable) -> sfn.IChainable:
        """Return what has Bedrock run a batch job, up to its end."""
        submit = self._child(
            "Submit", "Create the job, if there is a place for it.", abort, result_path="$.bedrock"
        )
        wait = self._wait("Wait")
        poll = self._child("Poll", "Ask for the job's status.", abort, result_path="$.bedrock")
        submitted = sfn.Choice(self, "Submitted?", comment="No free place is no failure.")
        ended = sfn.Choice(self, "Ended?", comment="Whichever way: Collect counts what came.")

        submit.next(wait).next(submitted)
        submitted.when(sfn.Condition.boolean_equals("$.bedrock.submitted", True), poll)
        # Refused: there is nothing to wait for, and all of its paths are missing.
        submitted.when(sfn.Condition.boolean_equals("$.bedrock.ended", True), collect)
        submitted.otherwise(submit)
        poll.next(ended)
        ended.when(sfn.Condition.boolean_equals("$.bedrock.ended", True), collect).otherwise(wait)
        return submit

    def _invoked(self, abort: sfn.IChainable, collect: sfn.IChainable) -> sfn.IChainable:
        """Return what asks for a job's records one by one, turn after turn, up to the last."""
        invoke = self._child(
            "Invoke",
            "Answer records on demand, while there is time.",
            abort,
            result_path="$.bedrock",
        )
        answered = sfn.Choice(self, "All answered?", comment="No place, no time, or a busy model.")
        invoke.next(answered)
        answered.when(sfn.Condition.boolean_equals("$.bedrock.ended", True), collect)
        answered.otherwise(self._wait("Pause").next(invoke))
        return invoke

    def vote(self) -> sfn.IChainable:
        """Return what votes in one lane, from its line in `lanes.jsonl`."""
        vote = self._child("Vote", "Merge a lane's answers and vote.", self._abort_from("vote"))
        return vote.next(self._end("Lane voted"))

    def publish(self) -> sfn.IChainable:
        """Return what publishes one lane, from its line in `lanes.jsonl`."""
        abort = self._abort_from("lane")
        publish = self._child("Publish", "Write a lane's answers to the table.", abort)
        return publish.next(self._end("Lane published"))

    def _wait(self, name: str) -> sfn.Wait:
        return sfn.Wait(
            self,
            name,
            comment="As the last receipt says; longer later on, to stay below 25,000 events.",
            time=sfn.WaitTime.seconds_path("$.bedrock.wait_s"),
        )

    def _child(
        self,
        name: StepName,
        comment: str,
        abort: sfn.IChainable,
        *,
        result_path: str | None = None,
    ) -> sfn.TaskStateBase:
        task = step_task(self, name, self._steps[name], comment=comment, result_path=result_path)
        return task.add_catch(abort, errors=[sfn.Errors.ALL], result_path="$.error")

    def _abort_from(self, child: str) -> sfn.IChainable:
        """Return what a child does that fails: it alone knows why, its map will not.

        Abort is called once more when the map has failed, and finds the reason noted.
        """
        abort = step_task(
            self,
            "Abort",
            self._steps["Abort"],
            state_name=f"Abort from {child}",
            comment="Note why, and stop the run's live jobs.",
            payload=of_state("run_id", "execution_arn")
            | {"error": sfn.JsonPath.object_at("$.error")},
        )
        return abort.next(
            sfn.Fail(
                self, f"{child.capitalize()} failed", error_path="$.reason", cause_path="$.message"
            )
        )

    def _end(self, name: str) -> sfn.Pass:
        return sfn.Pass(
            self,
            name,
            comment="Return nothing: the parent's payload must stay below 256 KiB.",
            result=sfn.Result.from_object({}),
        )
