"""Prompt templates: the user's own text with named fields, and what is wrong with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lambdas.contract import FEW_SHOT_WORDS, Task
from lambdas.core.text import encodable, shown

QUESTION_FIELD, CHOICES_FIELD, EXEMPLARS_FIELD = "question", "choices", "exemplars"
# A record may be a dataset's longest question as often.
MAX_PLACES = 8
_SHOWN_PROBLEMS = 10
# What `string.Formatter` parses, but without conversions, and with the position of a lone brace.
_BRACE = re.compile(r"(?P<escaped>\{\{|\}\})|\{(?P<field>[^{}]*)\}|(?P<lone>[{}])")


@dataclass(frozen=True, slots=True)
class ParsedTemplate:
    """Texts and fields that alternate: `texts[0]`, `fields[0]`, `texts[1]` … `texts[-1]`.

    Attributes:
        texts: one more than there are fields; double braces are single here.
        fields: `question`, `choices` or `exemplars`.
        problems: why it cannot be used; texts and fields are then meaningless.
    """

    texts: tuple[str, ...]
    fields: tuple[str, ...]
    problems: tuple[str, ...] = ()


def parse_template(template: str, task: Task | None) -> ParsedTemplate:
    """Return the texts and fields of a template.

    Args:
        template: with `{question}` once or more; `{choices}` for multiple choice, which follow
            the first question if absent; `{exemplars}`; `{{` and `}}` for braces. At most
            `MAX_PLACES` fields.
        task: of the run, `None` if it is not known.

    >>> parse_template("{{{question}}}!", "arithmetic").texts
    ('{', '}!')
    >>> parse_template("Say {x}", "exact").problems[0]
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
        elif found["field"] in _known_fields(task):
            fields.append(found["field"])
            texts.append("")
        elif len(problems) < _SHOWN_PROBLEMS:
            problems.append(_brace_problem(template, found, task))
    texts[-1] += template[end:]
    if len(fields) > MAX_PLACES:
        problems.append(_places_problem(fields))
    if QUESTION_FIELD not in fields:
        problems.append(f"template is {shown(template)}, must have the field {{question}}")
    elif task == "multiple_choice" and CHOICES_FIELD not in fields:
        after = fields.index(QUESTION_FIELD) + 1
        fields.insert(after, CHOICES_FIELD)
        texts.insert(after, "\n")
    return ParsedTemplate(tuple(texts), tuple(fields), tuple(problems))


def template_problems(template: str | None, task: Task | None, few_shot: str) -> list[str]:
    """Return why a request's template cannot be used; nothing if it has none.

    Args:
        template: of the request.
        task: of the run, `None` if it is not known.
        few_shot: of the request; a file's exemplars need their field, built-in ones do not.
    """
    if template is None:
        return []
    if not encodable(template):
        return ["template holds half a surrogate pair, must be UTF-8 text"]
    parsed = parse_template(template, task)
    problems = list(parsed.problems)
    if few_shot not in FEW_SHOT_WORDS and EXEMPLARS_FIELD not in parsed.fields:
        problems.append(
            f"few_shot is {shown(few_shot)} and template has no field {{exemplars}}; add the"
            ' field, or use "few_shot": "none"'
        )
    return problems


def template_task_problems(template: str, task: Task | None) -> list[str]:
    """Return why a template does not fit a task that its request does not name.

    `template_problems` finds what is wrong with it for any task.

    Args:
        template: of the request.
        task: inferred from the dataset, `None` if it cannot be.
    """
    fields = parse_template(template, None).fields
    if CHOICES_FIELD in _known_fields(task) or CHOICES_FIELD not in fields:
        return []
    return [f'{_unknown_field(CHOICES_FIELD, task)}; the task is "{task}"']


_MAX_LEAD_CHARS = 80


def question_leads(texts: Sequence[str], fields: Sequence[str]) -> tuple[str, ...]:
    r"""Return what a prompt writes at the start of a line before its questions.

    A model that repeats it behind its answer invents the next question.

    Args:
        texts: around the fields of the prompt, one more than there are fields.
        fields: of the prompt.

    >>> question_leads(["1 + 1?\nA: 2\n\nRiddle: ", "\nA:"], ["question"])
    ('Riddle:',)
    """
    before = (text for text, field in zip(texts, fields, strict=False) if field == QUESTION_FIELD)
    lines = (text.rstrip().rpartition("\n")[2].strip() for text in before)
    leads = {line: None for line in lines if 2 <= len(line) <= _MAX_LEAD_CHARS}
    return tuple(line for line in leads if any(map(str.isalpha, line)))


def _known_fields(task: Task | None) -> tuple[str, ...]:
    if task in (None, "multiple_choice"):
        return (QUESTION_FIELD, CHOICES_FIELD, EXEMPLARS_FIELD)
    return (QUESTION_FIELD, EXEMPLARS_FIELD)


def _brace_problem(template: str, found: re.Match[str], task: Task | None) -> str:
    if found["field"] is not None:
        return _unknown_field(found["field"], task)
    position = found.start()
    line = template.count("\n", 0, position) + 1
    column = position - template.rfind("\n", 0, position)
    brace = template[position]
    return (
        f"template has a lone {brace} in line {line}, column {column}, must be a field such as"
        f" {{question}}; write {brace * 2} for a brace"
    )


def _places_problem(fields: Sequence[str]) -> str:
    counts = ", ".join(f"{{{name}}} {fields.count(name):,}" for name in dict.fromkeys(fields))
    return (
        f"template has {len(fields):,} fields ({counts}), must have at most {MAX_PLACES}, because"
        " each is paid for in every record; leave some out"
    )


def _unknown_field(name: str, task: Task | None) -> str:
    *others, last = (f"{{{field}}}" for field in _known_fields(task))
    shortened = name if len(name) <= 40 else f"{name[:40]}…"
    return (
        f"template has the field {{{shortened}}}, must be {', '.join(others)} or {last};"
        f" write {{{{{shortened}}}}} for the text itself"
    )
