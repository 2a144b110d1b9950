"""What a completion rejects or only supposes: an option or a number that is named but not meant."""

import re
from functools import lru_cache
from typing import Literal

Standing = Literal["plain", "supposed", "rejected"]
_CLAUSE_CHARS = 160
# A mistake that others make, not a story's own mistakes. A comma ends what is said of it.
_MISTAKE = re.compile(
    r"""\b(?: (?:common|typical|frequent|easy|classic|usual|tempting|possible|popular)
    \ (?:mistake|error|trap|pitfall)s?
  | (?:a|the)\ (?:mistake|error|trap)\ (?:is|would\ be|to)
  | misconceptions? | fallacy | distractors? | tempt(?:ing|ation) | be\ tempted
  | (?:wrong|incorrect|mistaken|false|erroneous)ly )\b""",
    re.VERBOSE | re.IGNORECASE,
)
# "One might think that": it reaches to the end of the sentence, or to a "but".
_MISTAKEN_THOUGHT = re.compile(
    r"""\b(?: (?:one|you|someone|some|many|most|people|students|readers|others|test-?takers)
    \ (?!(?:who|should|must|can|need)\b)(?:\w{2,12}\ )?
    (?:(?:might|may|could|would|will|often|commonly|sometimes|tend\ to)\ (?:\w{2,12}\ ){0,2}?)?
    (?: (?:think|believe|guess|expect)\b
      | (?:assume|conclude|suppose|argue|say|answer)\ (?:that|the|it|with)\b
      | (?:choose|pick|select|say|claim|go\ (?:for|with))\ (?:the\ )?
        (?:(?:option|choice|answer|letter)\ )?\W{0,2}(?-i:[A-J])(?![\w'’]) )
  | it\ (?:might|may|could)\ (?:\w{2,12}\ )?(?:seem|appear|look) )\b""",
    re.VERBOSE | re.IGNORECASE,
)
# Words right before "answer": the wrong answer, not the answer, I doubt that the answer.
_WRONG_ANSWER = re.compile(
    r"""(?: \b(?: in(?:correct|valid) | wrong | false | bad | tempting | trap | other | remaining
      | alternative | former | previous | earlier | initial | original
      | rejected | eliminated | not | never | why | distractor | unlikely\ that
      | no\ reason\ to\ think
      | number\ of(?:\ [\w-]{2,12}){0,3} | (?<!no\ )(?<!without\ )(?<!a\ )doubt )
      | (?:n['’]t|\bnot|\bnever)(?:\ (?:think|believe|say|mean|imply))? )
    [\s"'*_-]{1,4}
    (?:(?:the|an?|my|our|correct|right|final|best|possible|answer|is|that)\W{1,3}){0,4} [acos]\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_FIRST_THOUGHT = re.compile(
    r"""\b(?: at\ first | (?:at\ )?first\ glance | on\ the\ surface | initially
      | (?:I|we)\ (?:\w{2,12}\ )?(?:thought|assumed|guessed|misread|believed)
        (?!\ (?:about|through)) )\b""",
    re.VERBOSE | re.IGNORECASE,
)
# One case of several, as in "if x > 0, the answer is A, otherwise the answer is B".
_CASE = re.compile(
    r"(?:\A|[,:;]\s?(?:(?:and|but|while)\s)?)\W{0,4}(?:if(?!\s(?:we|I)\b)|otherwise|else|unless)\b",
    re.IGNORECASE,
)
_IF = re.compile(
    r"\b(?:if|unless|had|suppos(?:e|ing)|assuming|in case|provided|imagine)\b", re.IGNORECASE
)
# A case that the text contrasts with the facts.
_UNREAL = re.compile(
    r"\b(?:if|had|suppose|imagine|unless)\b[^.;\n]{0,80}?\b(?:were|weren['’]t|had|hadn['’]t|been)\b"
    r"|\bwere\s\w{1,20}\s(?:to|the|an?|in)\b",
    re.IGNORECASE,
)
_TURN = re.compile(
    r"[,;—–-]\s?(?:but|however|yet|actually|in fact|in reality|instead|rather|though)\b"
    r"|\b(?:but|however|in fact|in reality)\b",
    re.IGNORECASE,
)
_CLAUSE_START = re.compile(r"[.!?;\n](?=\s|\Z|[A-Z*])")
_REJECTED_AHEAD = re.compile(
    r"""\W{0,6}(?i: not | never | (?:cannot|can\ not|can['’]t)\ be
      | (?:is|was|could|would|should)n['’]t(?:\ be)? )
    [\s*_]{1,4} (?!only\b|just\b|merely\b)
    (?: (?:(?:equal\ to|simply|actually|the|option|choice|answer)\s){0,3}
        [\W_]{0,4}(?:\d|[A-Z](?![\w'’])|[a-z][).])
      | [^.,;\n]{1,40}?,?\sbut\s(?!also\b)
      | (?!sure\b|enough\b|clear|known\b|given\b|certain|obvious|possible\b|stated|specified
          |provided|determin|necessarily\b|always\b|applicable|available|listed|about\b)
        [^.,;\n]{1,40}? [,;.—–]\s (?:it|that)(?:['’]s|\sis)\s(?!not\b) )
  | [\W_]{0,4}(?:[A-Z]|-?[\d.,]{1,12})\W{0,3}\?\W{1,4}[Nn]o\b""",
    re.VERBOSE,
)
_INSTEAD = re.compile(
    r"""[^.;\n]{0,80}?\bbut\s(?:(?:rather|instead|actually|it['’]s|(?:it|that)\sis)\s){0,2}
  | (?:[^.;,\n]|[.,](?=\d)){1,60}? [,;.—–]\s? (?:(?:so|thus|instead|rather|actually),?\s)?
    (?:it|that)(?:['’]s|\sis|\smust\sbe|\sshould\sbe)\s(?:actually\s)?(?!not\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"""\b(?:but|yet|however|though|while|when|whereas)\b[^.;\n]{0,50}?
    (?:\b(?:is|are|was|should\ be|must\ be)|['’]s)\s(?!not\b)""",
    re.VERBOSE | re.IGNORECASE,
)


def standing(text: str, start: int) -> Standing:
    """Return whether the words that a sentence begins with reject what comes at an offset.

    Args:
        text: a completion.
        start: offset of what announces an answer, such as "nswer is".

    >>> text = "One might think that the answer is 5, but the answer is 7."
    >>> [standing(text, text.index(f"nswer is {number}")) for number in (5, 7)]
    ['rejected', 'plain']
    """
    if text.endswith(_SENTENCE_STARTS, 0, start) or text[start] in "\n#":
        return "plain"
    return _standing_behind(clause_before(text, start))


def is_plain(text: str, start: int) -> bool:
    """Return whether nothing before an offset in its sentence rejects what is announced there.

    >>> text = "A common mistake is to think that the answer is 5."
    >>> is_plain(text, text.index("nswer"))
    False
    """
    return text.endswith(_SENTENCE_STARTS, 0, start) or standing(text, start) == "plain"


# Most sentences that announce an answer begin so.
_SENTENCE_STARTS = (
    *("\n", ". The a", "\nThe a", "\nTherefore, the a", ". Therefore, the a", ". So the a"),
    *("\nSo the a", "\nA", "\nAction: A"),
)


def clause_before(text: str, start: int) -> str:
    """Return the words of a sentence before an offset.

    >>> clause_before("It is 4. So the answer is 4.", 16)
    ' So the '
    """
    before = text[max(0, start - _CLAUSE_CHARS) : start]
    before = before[before.rfind("\n") + 1 :]
    ends = [found.end() for found in _CLAUSE_START.finditer(before)]
    return before[ends[-1] :] if ends else before


# Most answers are announced in one of a few ways.
@lru_cache(maxsize=2_048)
def _standing_behind(clause: str) -> Standing:
    turns = [found.end() for found in _TURN.finditer(clause)]
    clause = clause[turns[-1] :] if turns else clause
    thought = is_mistaken(clause) and _MISTAKEN_THOUGHT.search(clause)
    if thought or is_mistaken(clause.rpartition(",")[2]) or _WRONG_ANSWER.search(clause):
        return "rejected"
    return "supposed" if _FIRST_THOUGHT.search(clause) or _CASE.search(clause) else "plain"


_WOULD = re.compile(r"\b(?:would|could|might|may)\b", re.IGNORECASE)


def supposition(text: str, start: int, end: int, rank: Standing = "plain") -> Standing:
    """Return whether an answer holds only in a case that its sentence supposes.

    Args:
        text: a completion.
        start: offset of the announcement, such as "nswer would be".
        end: its end.
        rank: what stands before it.

    >>> text = "If it were ice, the answer would be C."
    >>> supposition(text, text.index("nswer"), text.index(" C"))
    'rejected'
    """
    verb = text[start:end]
    if "that" in verb and is_mistaken(verb):
        return "rejected"
    if not _WOULD.search(verb):
        return rank
    before = clause_before(text, start)
    behind = _CLAUSE_START.split(text[end : end + _CLAUSE_CHARS], maxsplit=1)[0]
    if _UNREAL.search(before) or _UNREAL.search(behind):
        return "rejected"
    return "supposed" if _IF.search(before) or _IF.search(behind) else rank


def correction(behind: str) -> str | None:
    """Return what a sentence puts in the place of the answer that it rejects, if it does.

    Args:
        behind: what follows the announcement of the rejected answer.

    >>> texts = (" 5, but it is 7.", " not 5 but 7.", " isn't 5; it's 7.", " 5.")
    >>> [correction(text) for text in texts]
    ['7.', '7.', '7.', None]
    """
    if rejects_ahead(behind):
        found = _INSTEAD.match(behind)
    else:
        sentence = _CLAUSE_START.split(behind[:_CLAUSE_CHARS], maxsplit=1)[0]
        found = _CORRECTION.search(sentence)
    return behind[found.end() :] if found else None


def rejects_ahead(behind: str) -> bool:
    """Return whether the words behind an announcement reject a label or a number.

    >>> [rejects_ahead(text) for text in (" not B.", " not 12 but 18", " not enough", " B, not C")]
    [True, True, False, False]
    """
    return bool(_REJECTED_AHEAD.match(behind))


_REFUTED = re.compile(r"\W{0,6}(?:is|was|could|would|should)n['’]t\b", re.IGNORECASE)


def is_refuted(behind: str) -> bool:
    """Return whether the words behind "the answer" only say what it is not: "isn't obvious"."""
    return bool(_REFUTED.match(behind))


_LATE_CUE = re.compile(
    r"""\b(?: wait | actually | oops | hmm{1,4} | sorry | no,\ | scratch\ that | my\ mistake
      | correction\b | on\ second\ thought | that['’]s\ (?:wrong|not\ right)
      | (?:let\ me|I\ need\ to|I\ should)
        \ (?:re-?(?:check|consider|calculate|think|do)|correct|fix) )""",
    re.VERBOSE | re.IGNORECASE,
)
_LATE = re.compile(
    r"""(?: \b(?: (?:so|thus|therefore|actually|rather|instead),?\ (?:it|that)(?:['’]s|\ is)
      | it\ (?:should|must)\ be | I\ meant(?:\ to\ say)? )\ (?:actually\ |really\ )? (?!not\b)
      | \bcorrection[*_]{0,2}\s?:[*_]{0,2}\s{1,2}
      | \b(?:actually|no)[,.]?\ (?=[*(]{0,3}(?:(?-i:[A-J])\b|-?\$?\d)[^\n ]{0,8}\Z) )
    (?P<answer> [^\n]{1,40} ) \Z""",
    re.VERBOSE | re.IGNORECASE,
)
_LATE_CHARS = 400
# What `_LATE` needs, and how near to the end: this is found much sooner.
_LATE_WORDS = (
    *("it's", "It's", "it’s", "It’s", "it is", "It is", "it should", "it must", "hat's", "hat is"),
    *("orrection", "I meant", "ctually", "no,", "no.", "no ", "No,"),
)
_TAIL_CHARS = 100


def late_correction(text: str, start: int) -> int | None:
    """Return the offset of the answer that a text ends with, after taking back an earlier one.

    Args:
        text: a completion.
        start: offset of the last announced answer.

    >>> text = "The answer is 12. Oops, it should be 18."
    >>> text[late_correction(text, text.index(" 12")):]
    '18.'
    """
    end = len(text.rstrip())
    tail = text[max(start, end - _TAIL_CHARS) : end]
    if not any(map(tail.__contains__, _LATE_WORDS)):
        return None
    cue = _LATE_CUE.search(text, max(start, end - _LATE_CHARS), end)
    found = _LATE.search(text, cue.start(), end) if cue else None
    return found.start("answer") if found else None


# One of these is in every text that tells of a mistake; they are found much sooner.
_CUES = (
    *("mistake", "error", "trap", "pitfall", "misconc", "fallacy", "distract", "tempt", "wrongly"),
    *("correctly", "falsely", "erroneously", "think", "believe", "guess", "expect", "assume"),
    *("conclude", "suppose", "argue", "say", "choose", "pick", "select", "claim", "go for"),
    *("go with", "seem", "appear", "look", "answer that", "answer the", "answer it", "answer with"),
)


def is_mistaken(text: str) -> bool:
    """Return whether a short text tells of a mistake that others make.

    >>> [is_mistaken(text) for text in ("Many would choose C.", "He made 3 mistakes.")]
    [True, False]
    """
    lowered = text.lower()
    return any(map(lowered.__contains__, _CUES)) and any(
        pattern.search(text) for pattern in (_MISTAKE, _MISTAKEN_THOUGHT)
    )


_ANNOUNCED = re.compile("nswer|hoice|ption")


def is_not_meant(sentence: str) -> bool:
    """Return whether a sentence tells of a mistake, or of a case that is not the question's.

    >>> [is_not_meant(text) for text in ("If it were ice, it would be C.", "If so, it is C.")]
    [True, False]
    """
    announced = _ANNOUNCED.finditer(sentence)
    if any(standing(sentence, found.start()) == "rejected" for found in announced):
        return True
    if is_mistaken(sentence):
        return True
    return bool(_WOULD.search(sentence) and _UNREAL.search(sentence))


def asserted(text: str) -> str:
    r"""Return a text without the sentences, or parts of them, near its end that tell of mistakes.

    Checks, notes and offers of help that end a text are left out as well.

    >>> asserted("It is 7. Many think it is 5. You might guess 6, but it is 7.")
    'It is 7. but it is 7.'
    >>> asserted("It is 7.\n\nCheck: 9 - 7 = 2")
    'It is 7.'
    """
    text = _without_epilogue(text)
    end = text[-_END_CHARS:]
    if not is_mistaken(end):
        return text
    return text[:-_END_CHARS] + _SENTENCE.sub(_asserted_part, end)


_END_CHARS = 240
_EPILOGUE = re.compile(
    r"""(?: \n[\s*_\#>(\[-]{0,8}
      (?: (?:(?:quick|sanity|double)[ -])?check(?:ing)?\s?: | verif(?:y|ication|ying)\b
        | (?:to|let['’]s|let\ me|let\ us)\ (?:verify|check|double[ -]check)\b
        | (?:(?:important|side|please)\ )?notes?(?=\s?[*_]{0,2}:|\ that\b|,)
        | remember\ that\b | (?=let\ me\ know|feel\ free|would\ you\ like|do\ you\ (?:want|have)
            |i\ hope\ this|if\ you\ (?:have|need|want|would)) )
      | (?<=[.!?])\ {1,2}(?:let\ me\ know\ if|feel\ free\ to|would\ you\ like)\b )""",
    re.VERBOSE | re.IGNORECASE,
)
# With one of these, the text goes on to conclude something else.
_GOES_ON = re.compile(
    r"\b(?:so|therefore|thus|hence|total|altogether|wait|correction|actually|instead|final(?:ly)?"
    r"|conclu\w{2,4}|must|step|correct answer|answers? (?:is|was|should|would))\b|[:：]\s?\Z",
    re.IGNORECASE,
)
_EPILOGUE_CHARS = 600
_EPILOGUE_WORDS = (
    *("check", "verif", "note", "remember that", "let me", "let us", "feel free", "would you like"),
    *("do you want", "do you have", "i hope this", "if you have", "if you need", "if you w"),
)
_DIGIT = re.compile(r"\d")


def _without_epilogue(text: str) -> str:
    start = max(0, len(text) - _EPILOGUE_CHARS)
    end = text[start:].lower()
    if not any(map(end.__contains__, _EPILOGUE_WORDS)):
        return text
    for found in _EPILOGUE.finditer(text, start):
        rest = text[found.end() :]
        answered = text[: found.start()].strip()
        if answered and (_DIGIT.search(answered) or not _DIGIT.search(rest)):
            return text if _GOES_ON.search(rest) else text[: found.start()]
    return text


_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.!?;](?!\s|\Z)[^.!?;\n]*)*[.!?;]*")


def _asserted_part(sentence: re.Match[str]) -> str:
    phrase = sentence[0]
    if not is_mistaken(phrase):
        return phrase
    turn = _TURN.search(phrase)
    return phrase[turn.start() + 1 :] if turn else ""
