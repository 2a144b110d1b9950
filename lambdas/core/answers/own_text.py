"""The model's own answer in a completion: without its thoughts, and without what follows it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lambdas.core.answers.markers import DIGIT


@dataclass(frozen=True, slots=True)
class OwnText:
    """What a model answers.

    Attributes:
        text: of the completion; empty if its thoughts do not end.
        ended: whether the completion goes on behind it, for instance with an invented question.
            The text is then complete, even if the completion was cut off.
    """

    text: str
    ended: bool = False


def own_text(text: str, required: re.Pattern[str] = DIGIT) -> str:
    r"""Return a completion without thoughts and without an invented next question.

    Args:
        text: a completion.
        required: what every answer contains; nothing is cut off in front of the first of it.

    >>> own_text("<think>12? No, 4.</think>The answer is 4.\n\nQ: A boy has $120.\nA: It is 80.")
    'The answer is 4.\n\n'
    >>> own_text("<think>The answer is 5, or")
    ''
    """
    return find_own_text(text, required).text if is_mixed(text) else text


def is_mixed(text: str) -> bool:
    """Whether a completion may hold more than the model's own answer; a cheap test."""
    return (
        ("<" in text and _TAGGED.search(text) is not None)
        or ("Q" in text and _NEXT_IN_LINE.search(text) is not None)
        or "◁" in text
        or ("[" in text and _BRACKETED.search(text) is not None)
        or (text[:1] in _FIRST_OF_OPENINGS and text.lstrip().startswith(_OPENINGS))
        or _NEXT_WORD.search(text) is not None
    )


def find_own_text(
    text: str, required: re.Pattern[str] = DIGIT, leads: Sequence[str] = ()
) -> OwnText:
    r"""Return what a model answers, and whether the completion goes on.

    Args:
        text: a completion.
        required: what every answer contains.
        leads: what the run's own prompt writes at the start of a line before each question.

    >>> find_own_text("That makes 18.\n\nRiddle: How many?", leads=["Riddle:"])
    OwnText(text='That makes 18.\n\n', ended=True)
    """
    # Some servers leave hundreds of these at the end.
    token = text.find("</s>")
    if token > 0 and required.search(text, 0, token):
        own = text[:token]
        mixed = bool(leads) or is_mixed(own)
        return OwnText(find_own_text(own, required, leads).text if mixed else own, ended=True)
    rest, unfinished = _without_thoughts(text)
    rest = _FINAL_BOX.sub(r"\\boxed{\1}", _LEADING_TOKENS.sub("", rest, count=1))
    preamble = _PREAMBLE.match(rest)
    first = required.search(rest, preamble.end() if preamble else 0)
    end = min(_ends(rest, first.end(), leads), default=None) if first else None
    if end is not None:
        return OwnText(rest[:end].rstrip(" #*"), ended=True)
    return OwnText("" if unfinished else rest)


# Such a line is no answer, and may introduce the question itself.
_PREAMBLE = re.compile(
    r"\W{0,4}(?:sure|certainly|of course|okay|let['’]?s|let (?:me|us)|here(?: is|['’]s))\b"
    r"[^\n]{0,120}\n",
    re.IGNORECASE,
)
_THOUGHTS = r"""(?:\w{1,12}[:_|])? (?: (?:ant)? think(?:ing)? | thoughts? | thought_process
    | reasoning | scratch_?pad | analysis | reflections? | reflecting | rationale | cot
    | chain_of_thought | (?:inner|internal)?_?monologue | deliberation ) (?:[:_]\w{1,16})? \*?"""
# What opens and closes thoughts. A mark without a pair opens the answer, whatever was open.
_MARK = re.compile(
    rf"""
    < [\s|]{{0,3}} (?: (?P<opens> {_THOUGHTS} ) (?: \s [^<>]{{0,60}} )?
      | \\?/ [\s|]{{0,3}} (?P<closes> {_THOUGHTS} ) ) [\s|]{{0,3}} >
  | <\|(?: (?P<opens_2> begin_of_thought ) | (?P<closes_2> end_of_thought )
      | (?P<opens_3> START_THINKING ) | (?P<closes_3> END_THINKING )
      | (?P<opens_4> inner_prefix ) | (?P<closes_4> inner_suffix ) )\|>
  | <unused (?: (?P<opens_5> 94 ) | (?P<closes_5> 95 ) )>
  | \[ (?: (?P<opens_6> THINK ) | (?P<closes_6> /THINK ) ) \]
  | ◁\s? (?: (?P<opens_7> think(?:ing)? ) | (?P<closes_7> /\s?think(?:ing)? ) ) \s?▷
  | (?P<opens_8> <\|channel\|?>\s?(?:analysis|commentary|thought) | \A\s{{0,20}}analysis(?=[A-Z]) )
  | (?P<closes_8> <channel\|> )
  | (?P<answers> <\|channel\|>\s?final[^<]{{0,30}} (?: <\|constrain\|>[^<]{{0,30}} )? <\|message\|>
      | assistantfinal | <\|content\|> | <\|begin_of_solution\|> | <\|START_RESPONSE\|>
      | \[BEGIN\ FINAL\ RESPONSE\] | Here(?:\ is|'s)\ my\ response: | \#\#\ Final\ Response\b )
    """,
    re.VERBOSE | re.IGNORECASE,
)

# What a mark with an angle bracket begins with, after the words that may stand before its name:
# a fast search, for most tags are others, such as `</s>`.
_MARK_TAG = re.compile(
    r"""<[\s|\\/]{0,4} (?:\w{1,12}[:_|])? (?: (?:ant)?think | thought | reason | scratch
    | analysis | reflect | rationale | cot | chain | inner | internal | monologue | deliberation
    | of_ | channel | content | THINKING | RESPONSE | prefix | suffix | unused )""",
    re.VERBOSE | re.IGNORECASE,
)
# Not `<<3*4=12>>12`, which is for a calculator, nor `3 < 4`.
_TAGGED = re.compile(r"<(?=[^\d<=($.-])[\s|]{0,3}[^\s\d<=|($.-]")
# Marks without an angle bracket: what they contain, and what a text with them begins with.
_BRACKETED = re.compile(r"\[(?:/?THINK\]|/?INST\]|(?:BEGIN|END) FINAL RESPONSE\])")
_OPENINGS = ("analysis", "Here is my thought", "Here's my thought", "## Thinking")
# These, and the space that may stand before them.
_FIRST_OF_OPENINGS = "aH# \t\r\n\v\f\u2028\xa0\ufeff"


def _without_thoughts(text: str) -> tuple[str, bool]:
    """Return a text without thoughts, and whether it ends within them.

    What closes without being opened was opened by the prompt, so all before it are thoughts.
    """
    bracketed = "[" in text and _BRACKETED.search(text)
    tagged = "<" in text and _MARK_TAG.search(text)
    if not (tagged or "◁" in text or bracketed or text.lstrip().startswith(_OPENINGS)):
        return text, False
    kept: list[str] = []
    start, opened = 0, ""
    for mark in _MARK.finditer(text):
        kind, name = mark.lastgroup or "", mark[mark.lastgroup or 0]
        pair = name.lower() if kind in ("opens", "closes") else kind[-1]
        if kind.startswith("opens"):
            kept += [] if opened else [text[start : mark.start()]]
            opened = opened or pair
        elif kind == "answers" or not opened or pair == opened:
            kept = kept if opened and kind != "answers" else []
            start, opened = mark.end(), ""
    return "".join(kept if opened else [*kept, text[start:]]), bool(opened)


_SPECIAL = r"""(?: <\|(?!begin_of_box|end_of_box)[\w\ ]{1,30}\|?> | <[｜][^<>｜]{1,30}[｜]>
    | <\w{1,30}\|> | </?s> | \[/?INST\] | <(?:start|end)_of_turn> | <(?:eos|bos|pad|extra_id_\d)>
    | \[END\ FINAL\ RESPONSE\] )"""
_LEADING_TOKENS = re.compile(
    rf"\A(?: \s{{0,20}} {_SPECIAL} \s{{0,4}} (?:(?:assistant|model|final)\b)? ){{1,8}}", re.VERBOSE
)
_SPECIAL_TOKEN = re.compile(_SPECIAL, re.VERBOSE)
# GLM's own box for the answer.
_FINAL_BOX = re.compile(r"<\|begin_of_box\|>([^<]{0,400})<\|end_of_box\|>")
# "Question" and "problem" in the languages of MGSM and MMMLU.
_QUESTION = r"""[Qq]uestion | [Pp]roblem | QUESTION | PROBLEM | Q | Human | HUMAN | User | USER
  | Frage | Aufgabe | Pregunta | Problema | Pergunta | Domanda | Pertanyaan | Soal | Swali | Vraag
  | Soru | Pytanie | Вопрос | Задача | 问题 | 题目 | 題目 | 問題 | 質問 | 질문 | 문제 | प्रश्न | প্রশ্ন
  | ప్రశ్న | โจทย์ | คำถาม | السؤال | سؤال | Ìbéèrè | Câu\ hỏi"""
# What these lines begin with at the least, for a fast search; a `Q` may also be a variable. Most
# lines begin with "The", "She", "First" or "If", so the second letter rules them out at once.
_NEXT_WORD = re.compile(
    r"""\n [ \t\#*_>]{0,16}+ (?=[PpQqHUNnAaFDSVETIC\x80-\U0010ffff][^hift])
    (?: [Pp]roblem | PROBLEM | Q\ ?\#?\d{0,3}[*_]{0,3}[ \t]{0,4}[:：.)\n] | [Qq]uestion | QUESTION
      | (?:[Nn]ext|[Nn]ew|[Aa]nother)\ (?:[Qq]u|QU|Q[\W\d]|[Pp]ro|PRO)
      | H(?:uman|UMAN) | U(?:ser|SER)
      | Aufg | Frage | Domanda | Per[gt] | Preg | Pyt | Soal | Soru | Swali | Vraag | Câu
      | Exa | Exe | Task | Inst | Inpu | [ВЗ问题題問質질문पপప\u0e42\u0e04اسÌ] )""",
    re.VERBOSE,
)
_NEXT_LINE = re.compile(
    rf"""\n [ \t]{{0,8}} (?P<heading> \#{{1,6}}[ \t] )? [*_>\ \t]{{0,6}}
    (?: (?: (?:[Nn]ext|[Nn]ew|[Aa]nother)\ )? (?P<question> {_QUESTION} )
      | (?P<other> Example | Exercise | Task | Instruction | Input ) )
    \ ? (?: \#?(?P<number> \d{{1,3}} ) )?
    (?= [*_]{{0,3}} \s? (?P<colon> [:：] ) | [.)]\s | [*_]{{0,3}}[ \t]{{0,4}}\n )""",
    re.VERBOSE,
)
# After its answer, a base model may go on with the next question of its prompt in the same line.
_NEXT_IN_LINE = re.compile(r"(?:Q|Question|Problem|Human|User)(?:\*\*)? ?:")
_SENTENCE_ENDS = ("\n", ".", "!", "?")


def _ends(text: str, first: int, leads: Sequence[str]) -> Iterator[int]:
    """Yield where the model's own text may end, behind the offset of the first answer."""
    if token := _SPECIAL_TOKEN.search(text, first):
        yield token.start()
    for found in _NEXT_IN_LINE.finditer(text, first):
        start = found.start()
        if text[max(0, start - 8) : start].rstrip(" #*").endswith(_SENTENCE_ENDS):
            yield start
            break
    line = _next_line(text, first)
    if line is not None:
        yield line
    repeated = (text.find(f"\n{lead}", first) for lead in leads)
    yield from (newline + 1 for newline in repeated if newline >= 0)


_ANSWERED = re.compile(
    r"""(?:nswer|NSWER)[*_"')\ ]{0,4}(?:\b(?:is|are|was)\b|[:=])\s{0,3}\S
    | \#{4} | \\boxed | \A\S{1,16}(?:\ \S{1,12})?\s{0,3}\n""",
    re.VERBOSE,
)


def _next_line(text: str, first: int) -> int | None:
    """Return the offset of the first line that begins a next question.

    Numbers that begin with 1 count steps of the model's own answer. A word that may also head a
    part of the answer counts only behind an answer.
    """
    counted: set[str] = set()
    found_answer = _ANSWERED.search(text)
    answered = found_answer.end() if found_answer else len(text) + 1
    for found in _NEXT_LINE.finditer(f"\n{text}"):
        word, number = found["question"] or found["other"], found["number"]
        if found.start() >= first and word not in counted:
            clear = found["question"] or (found["heading"] and word in ("Instruction", "Input"))
            clear = clear and found["colon"] and not word[0].islower() and number != "1"
            if clear or answered <= found.start():
                return found.start()
        counted.update([word] if number == "1" else [])
    return None
