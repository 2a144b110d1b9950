"""Names that published datasets give to questions, passages, options and answers."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

# A row as its author wrote it: any members, of any types.
Members = Mapping[str, Any]

# All names below are plain: see `plain_name`. Of the names in a tuple, the first that a row has
# counts.
QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("questionconcat",),  # SVAMP on Hugging Face
    ("body", "question"),  # SVAMP, ASDiv
    ("question",),  # GSM8K, MultiArith on Hugging Face, MMLU, ARC, CommonsenseQA, AQuA
    ("squestion",),  # MultiArith and AddSub, as in MAWPS
    ("problem",),  # MATH, AIME, MathQA, SimpleQA
    ("questionstem",),  # OpenBookQA
    ("qtext",),  # HEAD-QA
    ("questiontext",),  # M3Exam
    ("query",),
    ("q",),
    ("userinput",),  # Ragas
    ("instruction", "input"),  # Alpaca
    ("instruction",),
    ("prompt",),  # FRAMES, Kaggle's science exam
    ("input",),  # GSM-Hard, BIG-bench, BIG-Bench Hard
    ("inputs",),  # BIG-bench on Hugging Face
    ("goal",),  # PIQA
)
# Only beside options: without them these are texts to be classified or continued.
STEMS: tuple[tuple[str, ...], ...] = (
    ("sentence",),  # WinoGrande
    ("ctx",),  # HellaSwag
    ("premise",),  # COPA
    ("startphrase",),  # SWAG
    ("sent1", "sent2"),  # SWAG, and MedQA in its layout
    ("sent1",),
)
# Texts that belong to the question and stand before it in the prompt, in this order.
CONTEXTS = (
    "passage",  # BoolQ, DROP, SAT, LSAT
    "passages",
    "florespassage",  # Belebele
    "context",  # ReClor, SIQA, SQuAD, LogiQA
    "contexts",
    "retrievedcontexts",  # Ragas
    "article",  # RACE
    "articles",
    "story",  # CoQA
    "text",  # LogiQA 2.0, LegalBench
    "contract",  # LegalBench
    "puzzle",  # ZebraLogic
    "paragraph",
    "paragraphs",
    "document",
    "documents",
    "background",
    "backgrounddescription",  # M3Exam
    "ctx",
    "support",  # SciQ
    "premise",
    "hypothesis",
    "tabletitle",  # TabMWP
    "table",
    "hint",  # ScienceQA
)
ANSWERS = (
    "answernumber",  # MGSM, whose `answer` is a solution
    "groundtruth",  # Ragas, whose `answer` is a system's
    "referenceanswer",
    "answer",  # GSM8K, SVAMP, ASDiv; MMLU's index
    "finalans",  # MultiArith on Hugging Face
    "finalanswer",  # OlympiadBench
    "lsolutions",  # MultiArith and AddSub, as in MAWPS
    "target",  # GSM-Hard, BIG-Bench Hard
    "targets",  # BIG-bench on Hugging Face
    "output",
    "correctanswer",
    "expectedanswer",
    "expectedoutput",
    "ideal",
    "gold",
    "golden",
    "finaldecision",  # PubMedQA
    "reference",
    "label",
    "answersspans",  # DROP
    "answers",  # SQuAD
    "result",
    "solution",  # MATH: a worked solution with its answer in a box
)
# Answers only where no member is named `answer`.
WEAK_ANSWERS = frozenset({"output", "label", "reference", "result", "solution"})
CORRECT_CHOICES = (
    "answerkey",  # ARC, CommonsenseQA, OpenBookQA
    "correct",  # AQuA
    "answerletter",  # SuperGPQA
    "answer",
    "answeridx",  # MedQA
    "answerindex",
    "answertext",  # M3Exam
    "label",  # HellaSwag, ReClor, SIQA, CosmosQA
    "cop",  # MedMCQA
    "correctanswernum",  # Belebele
    "correctanswerid",  # QuAIL
    "ra",  # HEAD-QA
    "correctanswer",
    "correctoption",
    "correctchoice",
    "correctindex",
    "gold",
    "groundtruth",
    "target",
    "output",
)
# Of these, what must agree where a row has several, if they are no positions.
AGREEING_CHOICES = CORRECT_CHOICES[:6]
# Lists or maps of options.
CHOICES = ("choices", "options", "endings", "candidates", "answerchoices")
# Options in a list beside the right one's label, as in ReClor and QuAIL; alone these are answers.
LABELLED_CHOICES = "answers"
LABELS_OF_CHOICES = ("label", "correctanswerid", "ra")
# Options with what each scores: the best is right. TruthfulQA's first is always right.
SCORED_CHOICES = ("targetscores", "mc1targets")
LISTED_SCORES = ("multiplechoicetargets", "multiplechoicescores")
# Columns, one an option: the prefix before a letter or number.
OPTION_PREFIXES = (
    "",  # MMLU: A, B, C, D
    "choice",
    "option",  # WinoGrande: option1, option2
    "opt",
    "op",  # MedMCQA: opa, opb
    "answer",  # SIQA: answerA; CosmosQA: answer0
    "ans",  # BBQ: ans0
    "sol",  # PIQA: sol1, sol2
    "ending",
    "mcanswer",  # Belebele: mc_answer1
    "alternative",
)
# One right option, and the others in columns of their own or in a list: GPQA, SciQ, TruthfulQA.
RIGHT_OPTIONS = ("correctanswer", "bestanswer", "rightanswer", "goldending", "ideal", "answer")
WRONG_OPTIONS = ("incorrectanswer", "wronganswer", "distractor", "falseanswer")
IMAGES = re.compile(
    r"(?:decoded)?(?:image|images|img|picture|figure|audio|video)(?:\d{1,2}|path|paths|url|urls|file)?"
)
# A member that may hold the answer of a row that seems to have none.
ANSWER_LIKE = re.compile(
    r"answer|solution|expected|response|completion|^label|target|gold|truth|correct|^cop$|^key$"
    r"|ideal|^output|^a$"
    # German, French, Spanish, Portuguese, Italian, Dutch, Polish, Turkish, Indonesian, Russian,
    # Chinese, Japanese, Korean, Arabic, Hindi.
    r"|antwort|l(?:ö|oe)sung|r[ée]ponse|respuesta|resposta|risposta|antwoord|odpowied|cevap|jawaban"
    r"|ответ|答|正解|정답|답|إجابة|الجواب|उत्तर"
)
# Texts that say that there is no answer, and no number, as for GSM-Plus' questions that lack a
# premise. Beside yes and no, "unknown" is a class.
NO_ANSWER = frozenset({"none", "null", "nan", "n/a", "na"})
NO_NUMBER = NO_ANSWER | {"unknown", "undefined"}
_SIGNS = re.compile(r"[\s_.@#-]+")


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """Return the name of a member without case, spaces and signs between words.

    >>> [plain_name(name) for name in ("Correct Answer", "@ID", "answer_idx", "sQuestion")]
    ['correctanswer', 'id', 'answeridx', 'squestion']
    """
    return _SIGNS.sub("", name.lower())
