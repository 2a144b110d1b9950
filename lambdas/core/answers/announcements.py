"""Finds where a text in one of the languages of the table announces its answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lambdas.core.answers.languages import (
    FIRST_OF_OTHERS,
    LANGUAGES,
    LETTERS,
    OPTION,
    Language,
    any_of,
    spellings,
)


def languages_in(text: str) -> list[Language]:
    """Return the languages in which a text speaks of an answer. This is quick: most have none.

    >>> [language.code for language in languages_in("Die Antwort ist B.")]
    ['de']
    """
    lowered = text.lower()
    words = (
        _ASCII_WORDS if text.isascii() else _WORDS if _OTHER_SCRIPT.search(text) else _LATIN_WORDS
    )
    if not any(map(lowered.__contains__, words)):
        return []
    found = [each for each in LANGUAGES if any(map(lowered.__contains__, _stems(each)))]
    # Japanese shares words with Chinese, which has no kana.
    return [each for each in found if each.code != "ja" or _KANA.search(text)]


@cache
def marker_pattern(language: Language) -> re.Pattern[str]:
    """Return the pattern of what announces an answer, with the groups of English markers."""
    answer, verbs = any_of(language.answer), any_of(language.verbs or ("=",))
    before, after = (r"(?<!\w)", r"(?!\w)") if language.spaced else ("", "")
    followed = rf"{_LABEL}|\d" if language.direct else rf"(?:{_LABEL}){_END}"
    direct = rf"[\s】」』\]*_]{{0,4}}{_OPENING}(?={followed})"
    chooses = rf"{before}(?:{any_of(language.chooses)})" if language.chooses else "(?!)"
    return re.compile(
        rf"""{before}(?:{answer})
        (?= (?P<direct> {direct} )
          | (?P<label> {_GAP}{{0,40}}? [*_"')\]】」»]{{0,4}} (?: \s{{0,2}}[:：=ঃ] | \s{{0,2}}\n ) )
          | (?P<statement> {_GAP}{{0,60}}? {before}(?:{verbs}){after} \s?[:：]? ) )
      | {chooses}(?=(?P<choice> \s{{0,2}} (?:(?:\w{{1,3}}['’\s])?{OPTION})?
          [:：]? {_OPENING} (?={_LABEL}) ))""",
        re.VERBOSE | re.IGNORECASE,
    )


@cache
def right_pattern(language: Language) -> re.Pattern[str]:
    """Return the pattern of words that call the label before them right, as in "B ist richtig"."""
    option = "" if language.spaced else rf"(?:{any_of(language.option)})? \s?"
    return re.compile(
        rf"""(?<![0-9A-Za-z_'’]){_OPENING}(?P<label>(?-i:[A-Z])|\d{{1,2}})(?![0-9A-Za-z_'’])
        [\])*"'」】]{{0,4}} (?: [:.)] [^.:()\n]{{1,60}}? )?? \s{{0,2}}
        {option} (?:{any_of(language.right or ("=",))})""",
        re.VERBOSE | re.IGNORECASE,
    )


def right_labels(text: str, start: int) -> Iterator[str]:
    """Yield the labels that a text calls right in one of its languages, from last to first.

    Args:
        text: a completion.
        start: offset of what is read.

    >>> [*right_labels("Die Antwort? A ist richtig. Nein, B ist die richtige Antwort.", 0)]
    ['B', 'A']
    """
    for language in languages_in(text):
        for found in reversed([*right_pattern(language).finditer(text, start)]):
            behind = _CLAUSE_END.split(text[found.end() : found.end() + 60], maxsplit=1)[0]
            if not _rules(language).denies.search(behind):
                yield found["label"]


_CLAUSE_END = re.compile(r"[,.;!?，。；！？।،\n]")


def _without_reasons(rules: "_Rules", text: str) -> str:
    """Return a text up to its reasons; a short word such as "car" needs a label or comma before."""
    found = rules.because.search(text)
    if not found:
        return text
    before = text[: found.start()].rstrip()
    surely = len(found[0]) > _SHORT_WORD or before.endswith((",", ";", "，", "、"))
    return before if surely or _LABEL_OR_NUMBER.fullmatch(before) else text


def is_denied(sentence: str) -> bool:
    """Return whether a sentence in one of the languages says what an option is not.

    >>> [is_denied(text) for text in ("Option A ist falsch.", "Option B ist richtig.")]
    [True, False]
    """
    lowered = sentence.lower()
    other = _OTHER_SCRIPT.search(sentence) is not None
    return any(
        (other or any(word.lower() in lowered for word in (*language.option, *language.answer)))
        and _rules(language).denies.search(sentence)
        for language in LANGUAGES
        if other == (language.option[0] >= FIRST_OF_OTHERS)
    )


def announced(language: Language, denied: str, text: str) -> str:
    """Return the words that hold an answer, "" if they are denied.

    Args:
        language: of the text.
        denied: what stands between the word for "answer" and `text`.
        text: what follows a marker.

    >>> german = next(language for language in LANGUAGES if language.code == "de")
    >>> [announced(german, " ist", text) for text in (" B, denn A passt nie.", " nicht B.")]
    ['B,', '']
    >>> announced(german, " ist", " nicht B, sondern C.")
    'C.'
    """
    rules = _rules(language)
    text = rules.stop.split(text, maxsplit=1)[0]
    claim = _without_reasons(rules, text)
    if rules.denies.search(denied) or rules.denied.match(claim):
        instead = rules.but.search(text)
        claim = text[instead.end() :] if instead else ""
    elif not claim.strip(" .!\n"):
        # "The answer Delhi is": the verb that was found ends the sentence.
        shortened = rules.ends.sub(r"\1", denied, count=1)
        claim = "" if shortened == denied else shortened
    elif denial := rules.others_denied.search(claim):
        claim = claim[: denial.start()]
    text = rules.named.sub("", claim, count=1)
    return rules.ends.sub(r"\1", text, count=1)


_OPENING = r"""[(\[*_"'$«「『【（]{0,4}"""
_GAP = r'[^.\n:：=?!{}"。！？।]'
_LABEL = (
    rf"(?-i:[A-Z]|[{''.join(LETTERS)}])(?![\w\u0900-\u0dff\u0e30-\u0e4e])"
    r"|(?-i:[A-Z])(?=[\u0370-\uffff])"
)


_SHORT_WORD = 4
_LABEL_OR_NUMBER = re.compile(r"\W{0,6}(?:\w{1,8}\W{1,3}){0,2}(?:\w|[\d.,]{1,12})\W{0,4}")
_END = r"""[\])*"'.]{0,3}\s*(?:\Z|\n|[,;])"""
# "So", which may stand between a verb and a label.
_SO = "donc|alors|also|somit|daher|logo|portanto|então|pues|entonces|quindi|dunque|dus|więc"


@dataclass(frozen=True, slots=True)
class _Rules:
    denies: re.Pattern[str]
    denied: re.Pattern[str]
    but: re.Pattern[str]
    because: re.Pattern[str]
    ends: re.Pattern[str]
    named: re.Pattern[str]
    others_denied: re.Pattern[str]
    stop: re.Pattern[str] = re.compile("[。！？।؟]")


@cache
def _rules(language: Language) -> _Rules:
    before, after = (r"(?<!\w)", r"(?!\w)") if language.spaced else ("", "")
    words = {
        name: rf"{before}(?:{any_of(getattr(language, name))}){after}"
        for name in ("denies", "but", "because")
    }
    name = rf"[\s:：]{{0,3}}{_OPENING}(?:{_LABEL}|-?\d)"
    clause = r"[^,.;，；、\n]{0,40}?"
    ends = any_of(language.ends or ("=",))
    space = r"(?:\s{1,2}|(?=['’]))" if language.spaced else r"\s{0,2}"
    # "the", "option", "the letter" before a label.
    named = rf"\A\s{{0,2}}(?:(?:{_SO})\s)?(?:\w{{1,3}}(?:['’]|\s))?{OPTION}?"
    return _Rules(
        denies=re.compile(words["denies"], re.IGNORECASE),
        denied=re.compile(
            rf"\W{{0,4}}{words['denies']}{name}|{name}{clause}{words['denies']}", re.IGNORECASE
        ),
        but=re.compile(rf"[\s,，、]{words['but']}|{words['but']}", re.IGNORECASE),
        because=re.compile(words["because"], re.IGNORECASE),
        ends=re.compile(rf"(?<=\S){space}(?:{ends})([.!]?\s{{0,4}}(?:\n|\Z))", re.IGNORECASE),
        others_denied=re.compile(rf"[,，;；].{{0,60}}?{words['denies']}", re.IGNORECASE),
        named=re.compile(rf"{named}(?={_OPENING}(?:{_LABEL}|[a-z]{_END}))", re.IGNORECASE),
    )


@cache
def _stems(language: Language) -> frozenset[str]:
    """Return lower-case words of which one is in every text that announces an answer."""
    words = (*language.answer, *language.chooses)
    stems = {each.lower() for word in words for each in spellings(word)}
    return frozenset(each for each in stems if not any(part in each for part in stems - {each}))


_KANA = re.compile("[\u3040-\u30ff]")
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2e80-\uffff]")
_WORDS = tuple(dict.fromkeys(stem for language in LANGUAGES for stem in _stems(language)))
_LATIN_WORDS = tuple(stem for stem in _WORDS if stem[0] < "\u0250")
# The words for "answer" that may stand in a text without accents.
_ASCII_WORDS = (
    "antwort",
    "respuesta",
    "reponse",
    "jawaban",
    "risposta",
    "antwoord",
    "odpowiedz",
    "resposta",
    "jibu",
    "cevap",
    "idahun",
)
