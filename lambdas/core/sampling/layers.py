"""Layers of a sized wave: some paths of all questions that want as many."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from lambdas.contract.votes import ConfidenceGroup
from lambdas.core.sampling.sharding import split_generations


class LayerLoad(NamedTuple):
    """Questions of a layer, its records and completions."""

    questions: int
    records: int
    completions: int


def layers(
    groups: Sequence[ConfidenceGroup], paths_per_job: int, few_records: int, max_generations: int
) -> Iterator[int]:
    """Yield the paths of each layer; one of few questions has more of them.

    The last layers may have too few records for a job of their own.

    Args:
        groups: open questions by the paths that they want.
        paths_per_job: of each question, in a layer of many questions.
        few_records: records up to which a layer has more paths than that.
        max_generations: completions that one record can bring.

    >>> groups = [ConfidenceGroup(0.5, 100, wanted=12), ConfidenceGroup(0.8, 900, wanted=6)]
    >>> list(layers(groups, paths_per_job=5, few_records=2_000, max_generations=1))
    [5, 7]
    """
    path_offset, most = 0, max(group.wanted for group in groups)
    while path_offset < most:
        paths = min(paths_per_job, most - path_offset)
        while path_offset + paths < most:
            generations = split_generations(paths + 1, max_generations, least_records=1)
            if layer_load(groups, path_offset, generations).records > few_records:
                break
            paths += 1
        yield paths
        path_offset += paths


def layer_load(
    groups: Sequence[ConfidenceGroup], path_offset: int, generations: Sequence[int]
) -> LayerLoad:
    """Return what a layer has, of questions in groups that want different numbers of paths.

    Args:
        groups: open questions by the paths that they want.
        path_offset: paths of each question in the layers before.
        generations: completions of each record of a question that wants all of the layer.
    """
    starts = list(accumulate(generations[:-1], initial=path_offset))
    questions = records = completions = 0
    for group in groups:
        if group.wanted > path_offset:
            questions += group.questions
            records += group.questions * sum(start < group.wanted for start in starts)
            paths = min(group.wanted - path_offset, sum(generations))
            completions += group.questions * paths
    return LayerLoad(questions, records, completions)
