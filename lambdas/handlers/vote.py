"""Vote: merge a lane's answers and let them vote."""

from collections.abc import Iterator
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.store import run_store
from lambdas.core.keys import job_key, questions_key, run_key, tally_key, votes_key, wave_key
from lambdas.core.lane import MAX_QUESTION_BYTES, LaneVote, read_shard
from lambdas.core.output import MAX_ROW_BYTES
from lambdas.core.plan import Job, Lane, Plan, shard_named
from lambdas.handlers.observed import logger, observed


class VoteReceipt(TypedDict):
    """Questions voted on, and the paths that voted or could not."""

    questions: int
    paths: int
    unanswered: int


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> VoteReceipt:
    """Read the answers of the lane's jobs in all waves so far, vote, write votes and sums."""
    lane = msgspec.convert(task, Lane)
    logger.append_keys(run_id=lane.run_id, wave=lane.wave, lane=lane.lane)
    store = run_store()
    plan = store.read_as(run_key(lane.run_id, "plan.json"), Plan)

    vote = LaneVote(lane, shard_named(plan, lane.shard), plan.seed)
    for job in _jobs(lane):
        answers_key = job_key(lane.run_id, job.wave, job.job, "answers.jsonl")
        vote.count(store.lines(answers_key, MAX_ROW_BYTES))

    questions_at = questions_key(lane.run_id, lane.shard)
    questions = read_shard(store.lines(questions_at, MAX_QUESTION_BYTES))
    store.write_all(votes_key(lane.run_id, lane.wave, lane.lane), vote.vote(questions))
    sums = vote.sums()
    store.write_json(tally_key(lane.run_id, lane.wave, lane.lane), sums)
    logger.info("voted", questions=sums.questions, paths=sums.paths)
    return {"questions": sums.questions, "paths": sums.paths, "unanswered": sums.unanswered}


def _jobs(lane: Lane) -> Iterator[Job]:
    for wave in range(1, lane.wave + 1):
        for line in run_store().lines(wave_key(lane.run_id, wave, "jobs.jsonl"), MAX_ROW_BYTES):
            job = msgspec.json.decode(line.content or b"", type=Job)
            if job.lane == lane.lane:
                yield job
