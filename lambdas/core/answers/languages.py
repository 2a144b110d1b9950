"""What answers look like in the languages of MGSM and MMMLU: one table, a row a language."""

from dataclasses import dataclass

from lambdas.contract import DecimalMark


@dataclass(frozen=True, slots=True)
class Language:
    """How a language writes numbers and announces answers.

    Attributes:
        code: ISO 639-1.
        decimal_mark: what separates whole numbers from decimals, after Unicode CLDR.
    """

    code: str
    decimal_mark: DecimalMark


LANGUAGES = (
    Language("ar", "."),
    Language("bn", "."),
    Language("de", ","),
    Language("es", ","),
    Language("fr", ","),
    Language("hi", "."),
    Language("id", ","),
    Language("it", ","),
    Language("ja", "."),
    Language("ko", "."),
    Language("pt", ","),
    Language("ru", ","),
    Language("sw", "."),
    Language("te", "."),
    Language("th", "."),
    Language("yo", "."),
    Language("zh", "."),
)
