"""A report and its questions as a run would bring them, with figures of our own."""

from random import Random
from typing import Any

SETTINGS = ("greedy", "T0.5", "T0.7", "T1.0")
PATHS = 30
QUESTIONS = 1319
# A curve climbs from the first of these to the second.
_CLIMBS = {"T0.5": (0.505, 0.601), "T0.7": (0.488, 0.642), "T1.0": (0.431, 0.668)}
# Mean number of paths that each ended with, and what one more of every question costs.
_MEANS = {"T0.5": 12.5, "T0.7": 14.0, "T1.0": 18.2}
_USD_PER_PATH = {"T0.5": 0.0424, "T0.7": 0.0431, "T1.0": 0.0467}
_SECONDS_PER_PATH = {"T0.5": 610.0, "T0.7": 700.0, "T1.0": 820.0}
_GREEDY = 0.5171
_THINGS = ("apples", "tickets", "bricks", "stamps", "loaves", "marbles", "pages", "bolts")
_PEOPLE = ("Mara", "Jonas", "Aisha", "Pavel", "Linh", "Tomas", "Ines", "Kofi")


def a_setting(name: str, *means: float, **changed: Any) -> dict[str, Any]:
    """Return a setting with the least that a report says of it."""
    return {
        "setting": name,
        "questions": 1234,
        "paths": {"min": 1, "mean": 4.5, "max": 5},
        "accuracy": means[-1] if means else None,
        "voted_accuracy": means[-1] if means else None,
        "unanswered": 0,
        "curve": [{"paths": k, "mean": mean, "sd": 0.0} for k, mean in enumerate(means, 1)],
        "records": 5000,
        "on_demand_records": 0,
        "tokens": {"input": 1000, "output": 10, "estimated": False},
        "cost_usd": None,
        "cost_estimated": False,
        "usd_per_path": None,
    } | changed


def a_report(*settings: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return a report of these settings with the least that it says of a run."""
    return {
        "run_id": "run-1",
        "request": {"model_id": "m", "task": "arithmetic", "dataset": "q.jsonl"},
        "dataset": {"questions": 1234, "labelled": 1234},
        "settings": list(settings),
        "totals": {
            "records": 5000,
            "generations": 6000,
            "tokens": {"input": 1000, "output": 10, "estimated": False},
            "cost_usd": None,
            "cost_estimated": False,
            "seconds": 12.3,
        },
        "prices": None,
        "estimate": None,
        "warnings": [],
    } | changed


def whole_report() -> dict[str, Any]:
    """Return a report with every part that one may have."""
    voting = [_voting(name) for name in SETTINGS[1:]]
    settings = [_greedy(), *voting]
    cost = sum(each["cost_usd"] for each in settings)
    return a_report(
        *settings,
        run_id="gsm8k_test-20261122-091500-1733",
        request={
            "model_id": "us.amazon.nova-lite-v1:0",
            "task": "arithmetic",
            "dataset": "uploads/gsm8k_test.jsonl",
            "early_stop": 0.95,
        },
        dataset={"questions": QUESTIONS, "labelled": QUESTIONS},
        totals={
            "records": 92_330,
            "generations": 92_330,
            "tokens": {"input": 67_954_880, "output": 7_755_720, "estimated": False},
            "cost_usd": cost,
            "cost_estimated": False,
            "seconds": 16_480.0,
        },
        prices={
            "input": 0.06,
            "output": 0.24,
            "batch_input": 0.03,
            "batch_output": 0.12,
            "as_of": "2026-06-30",
            "source": "the price list",
        },
        estimate={
            "cost_usd": 3.4,
            "ceiling_usd": 11.9,
            "settings": [
                {"setting": name, "cost_usd": 0.85, "ceiling_usd": 3.0} for name in SETTINGS
            ],
            "remarks": ["with 4 exemplars it would be about $0.98 (32,600,000 prompt tokens) less"],
        },
        waves=_waves(),
        jobs=[_job(wave, number) for wave in (1, 2, 3) for number in range(1, 5)],
        warnings=[
            "T1.0: 412 paths of 18,466 without a readable answer, 96 of them cut off at max_tokens",
            "job 02/j0003: error of a record: ThrottlingException",
        ],
    )


def path_costs(name: str, most: int = PATHS) -> list[dict[str, Any]]:
    """Return what paths of every question cost, a record bringing up to five for one prompt."""
    ofpath = _USD_PER_PATH[name]
    return [
        {"paths": k, "cost_usd": ofpath * (0.4 * k + 0.6 * -(-k // 5))} for k in range(1, most + 1)
    ]


def many_settings(count: int) -> dict[str, Any]:
    """Return a report of as many settings that vote, with every chart that settings have."""
    whole = whole_report()
    kinds = {each["setting"]: each for each in whole["settings"]}
    voting = [
        kinds[SETTINGS[1 + place % 3]] | {"setting": f"T{(place + 1) / 20:.2f}", "variants": []}
        for place in range(count)
    ]
    waves = [
        wave | {"settings": [_renamed(wave, place, voting) for place in range(count)]}
        for wave in whole["waves"]
    ]
    return whole | {"settings": [kinds["greedy"], *voting], "waves": waves, "estimate": None}


def an_explorer(questions: int, with_paths: int = 120, seed: int = 7) -> dict[str, Any]:
    """Return questions of our own with tallies by setting, the first of them with paths."""
    random = Random(seed)
    found = [_question(random, index, index < with_paths) for index in range(questions)]
    return {"total": questions, "shown": questions, "with_paths": with_paths, "questions": found}


def _renamed(wave: dict[str, Any], place: int, settings: list[dict[str, Any]]) -> dict[str, Any]:
    voting = [each for each in wave["settings"] if each["setting"] != "greedy"]
    renamed: dict[str, Any] = voting[place % 3] | {"setting": settings[place]["setting"]}
    return renamed


def _greedy() -> dict[str, Any]:
    return a_setting(
        "greedy",
        _GREEDY,
        questions=QUESTIONS,
        paths={"min": 1, "mean": 1.0, "max": 1},
        unanswered=4,
        records=QUESTIONS,
        tokens={"input": 970_784, "output": 110_796, "estimated": False},
        cost_usd=0.0424,
        usd_per_path=0.0424,
        interval={"low": 0.4901, "high": 0.5440},
        job_seconds=1210.0,
        seconds_per_path=1210.0,
    )


def _voting(name: str) -> dict[str, Any]:
    low, high = _CLIMBS[name]
    curve = _curve(low, high)
    accuracy = curve[-1]["mean"]
    return a_setting(
        name,
        accuracy,
        questions=QUESTIONS,
        paths={"min": 5, "mean": _MEANS[name], "max": PATHS},
        voted_accuracy=accuracy - 0.001,
        unanswered=412,
        curve=curve,
        records=18_466,
        tokens={"input": 13_590_976, "output": 1_551_144, "estimated": False},
        cost_usd=_USD_PER_PATH[name] * _MEANS[name],
        usd_per_path=_USD_PER_PATH[name],
        path_costs=path_costs(name),
        interval={"low": accuracy - 0.0263, "high": accuracy + 0.0259},
        gain={
            "points": accuracy - _GREEDY,
            "low": accuracy - _GREEDY - 0.022,
            "high": accuracy - _GREEDY + 0.022,
            "gained": 268,
            "lost": 88,
            "p_value": 1.2e-9,
        },
        curve_reach=None,
        agreement=_agreement(accuracy),
        forecast={
            "paths": 2 * PATHS,
            "mean": accuracy + 0.004,
            "low": accuracy - 0.002,
            "high": accuracy + 0.009,
            "cost_usd": 1.188,
        },
        advice={
            "paths": 10,
            "mean": accuracy - 0.009,
            "gain_share": 0.94,
            "cost_share": 1 / 3,
            "sentence": "10 paths give 94% of the gain for 33% of the cost.",
        },
        job_seconds=_SECONDS_PER_PATH[name] * _MEANS[name],
        seconds_per_path=_SECONDS_PER_PATH[name],
        variants=[_variant(accuracy, curve)] if name == "T0.7" else [],
    )


def _curve(low: float, high: float) -> list[dict[str, float]]:
    climbed = [0.0, 0.0, *((k - 2) / (k + 1.5) for k in range(3, PATHS + 1))]
    return [
        {
            "paths": k,
            "mean": low + (high - low) * share / climbed[-1],
            "sd": 0.0125 * (1 - (k - 1) / PATHS) ** 0.5,
        }
        for k, share in enumerate(climbed, 1)
    ]


def _variant(accuracy: float, curve: list[dict[str, float]]) -> dict[str, Any]:
    return {
        "variant": "calculator",
        "accuracy": accuracy + 0.021,
        "voted_accuracy": accuracy + 0.020,
        "interval": {"low": accuracy - 0.005, "high": accuracy + 0.046},
        "versus": {
            "points": 0.021,
            "low": 0.012,
            "high": 0.030,
            "gained": 37,
            "lost": 9,
            "p_value": 0.0000412,
        },
        "curve": [{**point, "mean": point["mean"] + 0.021} for point in curve],
    }


def _agreement(accuracy: float) -> dict[str, Any]:
    bins = []
    for tenth in range(1, 10):
        confidence = (tenth + 0.53) / 10
        right = min(0.985, max(0.04, confidence * (0.62 + accuracy / 2) - 0.06))
        near = 0.02 + 0.07 * (1 - confidence)
        bins.append(
            {
                "low": tenth / 10,
                "high": (tenth + 1) / 10,
                "questions": 60 + 22 * tenth,
                "confidence": confidence,
                "accuracy": right,
                "interval": {"low": max(0.0, right - near), "high": min(1.0, right + near)},
            }
        )
    coverage = [
        {
            "coverage": tenth / 10,
            "questions": round(QUESTIONS * tenth / 10),
            "accuracy": 0.985 - (0.985 - accuracy) * (tenth / 10) ** 1.6,
            "confidence": 1 - 0.8 * tenth / 10,
        }
        for tenth in range(1, 11)
    ]
    return {
        "means": {"share": 0.71, "margin": 0.56, "entropy": 0.64},
        "auroc": {"share": 0.871, "margin": 0.874, "entropy": 0.866},
        "calibration_error": 0.0617,
        "calibration": bins,
        "coverage": coverage,
    }


def _waves() -> list[dict[str, Any]]:
    settled = {"T0.5": (702, 331, 180), "T0.7": (640, 342, 191), "T1.0": (505, 388, 236)}
    waves = []
    for wave in (1, 2, 3):
        settings = []
        if wave == 1:
            settings = [{"setting": "greedy", "questions": QUESTIONS, "settled": QUESTIONS}]
            settings[0]["open"] = 0
        for name, counts in settled.items():
            asked = QUESTIONS - sum(counts[: wave - 1])
            left = asked - counts[wave - 1]
            settings.append(
                {"setting": name, "questions": asked, "settled": counts[wave - 1], "open": left}
            )
        waves.append(
            {"wave": wave, "jobs": 4, "records": 9000, "generations": 9000, "settings": settings}
        )
    return waves


def _job(wave: int, number: int) -> dict[str, Any]:
    return {
        "job": f"j{number:04d}",
        "setting": SETTINGS[number - 1],
        "wave": wave,
        "status": "Completed",
        "on_demand": False,
        "records_planned": 6595,
        "succeeded": 6590,
        "errors": 5,
        "answered": 6501,
        "unanswered": 89,
        "tokens_in": 4_853_920,
        "tokens_out": 553_980,
        "cost_usd": 0.212,
        "submitted_at": "2026-11-22T09:15:00+00:00",
        "ended_at": "2026-11-22T09:42:30+00:00",
    }


def _question(random: Random, index: int, with_paths: bool) -> dict[str, Any]:
    first, second, per = random.randint(12, 90), random.randint(3, 11), random.randint(2, 9)
    who, thing = random.choice(_PEOPLE), random.choice(_THINGS)
    gold = first - second + per * second
    asked = (
        f"{who} has {first} {thing} and gives {second} of them away. The next day each friend who"
        f" got one brings {per} back. How many {thing} does {who} have then?"
    )
    hardness = random.random()
    settings = {}
    for place, name in enumerate(SETTINGS):
        sure = max(0.08, 1.05 - hardness - 0.06 * place)
        wrong = [first - second, first + per * second, gold + 10, gold - 1, gold * 2]
        paths = 1 if name == "greedy" else 10
        drawn = [gold if random.random() < sure else random.choice(wrong) for _ in range(paths)]
        settings[name] = _vote(random, drawn, gold, with_paths)
    why = _why(settings)
    return {
        "id": f"gsm-{index}",
        "question": asked,
        "gold": str(gold),
        "why": why if with_paths else [],
        "settings": settings,
    }


def _vote(random: Random, drawn: list[int], gold: int, with_paths: bool) -> dict[str, Any]:
    unanswered = sum(random.random() < 0.03 for _ in drawn) if len(drawn) > 1 else 0
    counted = drawn[unanswered:]
    tally = sorted({each: counted.count(each) for each in counted}.items(), key=lambda two: -two[1])
    winner, support = tally[0]
    loser = str(tally[1][0]) if len(tally) > 1 else None
    return {
        "answer": str(winner),
        "correct": winner == gold,
        "paths": len(drawn),
        "support": support,
        "votes": [[str(answer), count] for answer, count in tally],
        "unanswered": unanswered,
        "tied": len(tally) > 1 and tally[1][1] == support,
        "wave": 1 if support > 7 else 2,
        "won": _path(winner) if with_paths else None,
        "lost": _path(int(loser)) if with_paths and loser else None,
        "lost_answer": loser,
        "silent": "Let me think about what is being asked …" if with_paths and unanswered else None,
    }


def _path(answer: int) -> str:
    return (
        "First take away what was given. What is left is then joined by what the friends bring"
        f" back.\nAdding both: {answer - 20} + 20 = {answer}.\nThe answer is {answer}."
    )


def _why(settings: dict[str, Any]) -> list[str]:
    base, votes = settings["greedy"], [settings[name] for name in SETTINGS[1:]]
    why = []
    if not base["correct"] and any(each["correct"] for each in votes):
        why.append("vote_gained")
    if base["correct"] and not all(each["correct"] for each in votes):
        why.append("vote_lost")
    if any(each["support"] <= 5 for each in votes):
        why.append("split")
    return why
