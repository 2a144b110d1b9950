"""Vote: merge a lane's answers, let them vote, and find what needs more paths."""

from itertools import chain
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.selections import jobs_in, wanted_of
from lambdas.aws.store import run_store
from lambdas.core.keys import (
    job_key,
    need_key,
    questions_key,
    run_key,
    tally_key,
    votes_key,
)
from lambdas.core.outputs.output import MAX_ROW_BYTES
from lambdas.core.plan import Lane, Plan
from lambdas.core.voting.lane import MAX_QUESTION_BYTES, LaneVote, read_shard
from lambdas.core.waves.needs import LaneNeeds
from lambdas.handlers.observed import logger, observed


class VoteReceipt(TypedDict):
    """Questions voted on, the paths that voted or could not, and questions that need more."""

    questions: int
    paths: int
    unanswered: int
    open: int


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> VoteReceipt:
    """Read the answers of the lane's jobs in all waves so far, vote, write votes and sums."""
    lane = msgspec.convert(task, Lane)
    logger.append_keys(run_id=lane.run_id, wave=lane.wave, lane=lane.lane)
    store = run_store()
    plan = store.read_as(run_key(lane.run_id, "plan.json"), Plan)

    vote = LaneVote(plan, lane)
    _count(vote, plan, lane)
    questions_at = questions_key(lane.run_id, lane.shard)
    questions = read_shard(store.lines(questions_at, MAX_QUESTION_BYTES))
    store.write_all(_key(lane), vote.vote(questions))
    store.write_all(_key(lane, "examples"), vote.examples())

    needs = LaneNeeds(plan, lane, vote.paths)
    need, sums = needs.need(), vote.sums()
    if need.open:
        store.write_all(_key(lane, "open"), needs.open_lines())
    if need.lost:
        store.write_all(_key(lane, "lost"), needs.lost_lines())
    store.write_json(need_key(lane.run_id, lane.wave, lane.lane), need)
    store.write_json(tally_key(lane.run_id, lane.wave, lane.lane), sums)
    logger.info("voted", questions=sums.questions, paths=sums.paths, open=need.open_questions)
    return {
        "questions": sums.questions,
        "paths": sums.paths,
        "unanswered": sums.unanswered,
        "open": need.open_questions,
    }


def _key(lane: Lane, kind: str = "") -> str:
    return votes_key(lane.run_id, lane.wave, lane.lane, kind)


def _count(vote: LaneVote, plan: Plan, lane: Lane) -> None:
    store = run_store()
    waves = range(1, lane.wave + 1)
    for job in chain.from_iterable(jobs_in(store, lane.run_id, wave) for wave in waves):
        answers_key = job_key(lane.run_id, job.wave, job.job, "answers.jsonl")
        for number, part in enumerate(job.parts):
            if part.lane == lane.lane:
                wanted = wanted_of(store, plan, job, part)
                lines = store.lines(answers_key, MAX_ROW_BYTES)
                vote.count(wanted, lines, wave=job.wave, job=job.job, part=number)
