"""A user's own prompt: text with named fields, and what is wrong with it."""

import re
from dataclasses import dataclass

from lambdas.contract import FEW_SHOT_WORDS, Task
from lambdas.core.sets.checks import encodable
from lambdas.core.wording import shown

QUESTION, CHOICES, EXEMPLARS = "question", "choices", "exemplars"
_SHOWN_PROBLEMS = 10
# What `string.Formatter` parses, without its conversions and with the place of a lone brace.
_BRACE = re.compile(r"(?P<escaped>\{\{|\}\})|\{(?P<field>[^{}]*)\}|(?P<lone>[{}])")


@dataclass(frozen=True, slots=True)
class ParsedTemplate:
    """Texts and fields by turns, one more text than fields.

    Attributes:
        texts: with double braces made single.
        fields: `question`, `choices` or `exemplars`.
        problems: why it cannot be used, in words; then texts and fields are of no use.
    """

    texts: tuple[str, ...]
    fields: tuple[str, ...]
    problems: tuple[str, ...] = ()


def read_template(template: str, task: Task | None) -> ParsedTemplate:
    """Return the texts and fields of a template.

    Args:
        template: with `{question}` once or more; `{choices}` for multiple choice, which follow
            the first question where it is absent; `{exemplars}`; `{{` and `}}` for braces.
        task: of the run, `None` where it is not known.

    >>> read_template("{{{question}}}!", "arithmetic").texts
    ('{', '}!')
    >>> read_template("Say {x}", "exact").problems[0]
    'template has the field {x}, must be {question} or {exemplars}; write {{x}} for the text itself'
    """
    texts, end = [""], 0
    fields: list[str] = []
    problems: list[str] = []
    for found in _BRACE.finditer(template):
        texts[-1] += template[end : found.start()]
        end = found.end()
        if found["escaped"]:
            texts[-1] += found["escaped"][0]
        elif found["field"] in _known(task):
            fields.append(found["field"])
            texts.append("")
        elif len(problems) < _SHOWN_PROBLEMS:
            problems.append(_misplaced(template, found, task))
    texts[-1] += template[end:]
    if QUESTION not in fields:
        problems.append(f"template is {shown(template)}, must have the field {{question}}")
    elif task == "multiple_choice" and CHOICES not in fields:
        after = fields.index(QUESTION) + 1
        fields.insert(after, CHOICES)
        texts.insert(after, "\n")
    return ParsedTemplate(tuple(texts), tuple(fields), tuple(problems))


def template_problems(template: str | None, task: Task | None, few_shot: str) -> list[str]:
    """Return why a request's template cannot be used, nothing where it has none.

    Args:
        template: of the request.
        task: of the run, `None` where it is not known.
        few_shot: of the request; a file's exemplars need their field, built-in ones are left out.
    """
    if template is None:
        return []
    if not encodable(template):
        return ["template holds half a surrogate pair, must be UTF-8 text"]
    parsed = read_template(template, task)
    problems = list(parsed.problems)
    if few_shot not in FEW_SHOT_WORDS and EXEMPLARS not in parsed.fields:
        problems.append(
            f"few_shot is {shown(few_shot)} and template has no field {{exemplars}}; add the"
            ' field, or use "few_shot": "none"'
        )
    return problems


def misfits(template: str, task: Task | None) -> list[str]:
    """Return why a template does not fit a task that its request does not name.

    Args:
        template: of the request; what is wrong with it whatever the task is told by
            `template_problems`.
        task: told from the set, `None` where it cannot be.
    """
    if CHOICES in _known(task) or CHOICES not in read_template(template, None).fields:
        return []
    return [f'{_unknown(CHOICES, task)}; the task is "{task}"']


def _known(task: Task | None) -> tuple[str, ...]:
    if task in (None, "multiple_choice"):
        return (QUESTION, CHOICES, EXEMPLARS)
    return (QUESTION, EXEMPLARS)


def _misplaced(template: str, found: re.Match[str], task: Task | None) -> str:
    place, name = found.start(), found["field"]
    if name is not None:
        return _unknown(name, task)
    line = template.count("\n", 0, place) + 1
    column = place - template.rfind("\n", 0, place)
    brace = template[place]
    return (
        f"template has a lone {brace} in line {line}, column {column}, must be a field such as"
        f" {{question}}; write {brace * 2} for a brace"
    )


def _unknown(name: str, task: Task | None) -> str:
    *some, last = (f"{{{field}}}" for field in _known(task))
    shortened = name if len(name) <= 40 else f"{name[:40]}…"
    return (
        f"template has the field {{{shortened}}}, must be {', '.join(some)} or {last};"
        f" write {{{{{shortened}}}}} for the text itself"
    )
