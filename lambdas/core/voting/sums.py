"""Sums over a lane's questions; those of several shards add up to those of the setting."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from lambdas.core.statistics.agreement import Agreement
from lambdas.core.statistics.curve import Curve
from lambdas.core.statistics.paired import Paired


@dataclass(frozen=True, slots=True)
class VariantSums:
    """Sums over a lane's labelled questions, as a vote beside the plain majority has them.

    Attributes:
        correct: questions whose vote is right.
        expected: the same with ties won at random by chance.
        silent: those without any vote.
        versus: against the plain majority.
        curve: empty where the vote is none by counts alone.
    """

    correct: int
    expected: float
    silent: int
    versus: Paired
    curve: Curve

    def __add__(self, other: "VariantSums") -> "VariantSums":
        return VariantSums(
            self.correct + other.correct,
            self.expected + other.expected,
            self.silent + other.silent,
            self.versus + other.versus,
            self.curve + other.curve,
        )


@dataclass(frozen=True, slots=True)
class LaneSums:
    """Sums over a lane's questions; those of several shards add up to those of the setting.

    Attributes:
        questions: all of them.
        unsampled: those of which no path came back; they count in `fewest` alone.
        labelled: those whose right answer is known.
        correct: those whose vote is right.
        expected: the same with ties won at random by chance: a question whose right answer is
            one of two tied counts a half. A sum of chances, free of the seed's luck.
        silent: those without any vote.
        tied: those whose vote was a tie.
        sampled: paths that were asked for, over all questions.
        paths: paths that came back, over all questions.
        fewest: paths of the question with the fewest.
        most: paths of the question with the most.
        unanswered: paths without a readable answer.
        curve: over the labelled questions; of their first paths, where questions leave early.
        agreement: of the labelled questions' paths, and how often their votes are right.
        stated: paths that state a confidence, where they were asked to.
        variants: votes beside the plain majority, by name.
    """

    questions: int
    unsampled: int
    labelled: int
    correct: int
    expected: float
    silent: int
    tied: int
    sampled: int
    paths: int
    fewest: int
    most: int
    unanswered: int
    curve: Curve
    agreement: Agreement = field(default_factory=Agreement)
    stated: int = 0
    variants: Mapping[str, VariantSums] = field(default_factory=dict)

    def __add__(self, other: "LaneSums") -> "LaneSums":
        added = {
            name: getattr(self, name) + getattr(other, name)
            for name in (each.name for each in fields(LaneSums))
            if name not in {"fewest", "most", "variants"}
        }
        return LaneSums(
            **added,
            fewest=min(self.fewest, other.fewest),
            most=max(self.most, other.most),
            variants={name: sums + other.variants[name] for name, sums in self.variants.items()},
        )
