"""Answers in other languages: the label, number or text that a completion announces in one."""

import pytest

from lambdas.contract import DecimalMark
from lambdas.contract.schema import AnswerSpec, Choice
from lambdas.core.answers.announcements import languages_in
from lambdas.core.answers.exact import exact_extractor
from lambdas.core.answers.languages import LANGUAGES
from lambdas.core.answers.markers import answer_markers
from lambdas.core.answers.multiple_choice import extract_choice
from lambdas.core.answers.numeric import extract_number

LETTERED = tuple(Choice(label, "") for label in "ABCDE")
NUMBERED = tuple(Choice(label, "") for label in "12345")
TOWNS = tuple(
    Choice(label, text) for label, text in zip("ABCD", ("Rom", "Bonn", "Ulm", "Wien"), strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "答案是B",
            "答案是：B",
            "答案：B",
            "答案: **B**",
            "【答案】B",
            "【答案】：B",
            "故选B。",
            "故选：B.",
        ),
        *("因此，应选B。", "正确答案是:B", "正确答案为（B）。", "选B", "因此选择B，因为A不对。"),
        *("所以选项B是正确的。", "B选项正确", "答案是B，而不是A。", "答案不是A，而是B。"),
        *("答案是B。因为A是错的。", "本题选B", "综上所述，答案选B", "正確答案是B。"),
        *("答案应为B项", "La réponse est B.", "La bonne réponse est B."),
        *("La réponse correcte est la lettre B.", "La réponse est (B) car A est faux."),
        *("Réponse : B", "Réponse finale : **B**", "La réponse n'est pas A mais B."),
        *("B est la bonne réponse.", "L'option B est correcte.", "Antwort: B"),
        *("Antwort:\n\nAntwort: B", "Die Antwort ist B.", "ANTWORT: B"),
        *("Die richtige Antwort ist B, weil A falsch ist.", "Die richtige Antwort lautet: B"),
        *("Die Antwort ist nicht A, sondern B.", "B ist richtig.", "Antwort B ist richtig."),
        "Also ist Option B richtig.",
        *(
            "Respuesta: B",
            "Respuesta final: (B)",
            "La respuesta es B.",
            "La opción correcta es la B.",
        ),
        "La respuesta correcta es la opción B.",
        "La respuesta correcta es B porque A no es válida.",
        "Por lo tanto, la opción B es correcta.",
        *(
            "Resposta final: (B)",
            "A resposta é B.",
            "A alternativa correta é a B.",
            "Resposta: **B**",
        ),
        *("A resposta correta é a letra B.", "La risposta corretta è B.", "La risposta è la B"),
        *("Jawaban: B", "Jawabannya adalah B.", "Jawaban yang benar adalah B.", "Jibu ni B."),
        *("Jadi, jawaban yang tepat adalah (B).", "Jibu sahihi ni B", "Jibu: B", "Ìdáhùn ni B"),
        *("Ìdáhùn: B", "Idahun: B", "I\u0300da\u0301hu\u0300n ni B", "Ìdáhùn tó tọ́ ni B."),
        *(
            "Ответ: B",
            "Правильный ответ: B",
            "Правильный ответ — B.",
            "Вариант B является правильным.",
        ),
        *("Правильный ответ – вариант B.", "Ответ: B) Лондон", "คำตอบคือ B"),
        *("คำตอบที่ถูกต้องคือ B", "คำตอบ: B", "คำตอบคือ ข้อ B"),
        *("ดังนั้นคำตอบที่ถูกต้องคือตัวเลือก B", "उत्तर: B", "सही उत्तर B है।"),
        *(
            "उत्तर B है",
            "सही उत्तर है B",
            "B सही उत्तर है।",
            "इसलिए सही विकल्प B है।",
            "উত্তর: B",
            "উত্তরঃ B",
        ),
        *("সঠিক উত্তর B", "সঠিক উত্তর হল B।", "B সঠিক উত্তর", "సమాధానం: B", "సరైన సమాధానం B"),
        *(
            "答えはBです。",
            "答え：B",
            "正解はBです。",
            "したがって、正解はBとなります。",
            "Bが正解です。",
        ),
        *(
            "答えは（B）です",
            "解答: B",
            "정답은 B입니다.",
            "정답: B",
            "정답은 (B)입니다.",
            "답은 (B) 입니다",
        ),
        *(
            "따라서 정답은 B이다.",
            "선택: 정답은 B",
            "답변: B",
            "B가 정답입니다.",
            "الإجابة الصحيحة هي B",
        ),
        *("الإجابة: B", "Đáp án: B", "Đáp án đúng là B.", "Câu trả lời là B.", "Vậy chọn B."),
        *("Cevap: B", "Doğru cevap B'dir.", "Odpowiedź: B", "Prawidłowa odpowiedź to B."),
        *("Het antwoord is B.", "Відповідь: B"),
    ],
)
def test_a_label_is_read_in_every_language(text: str) -> None:
    assert extract_choice(text, LETTERED) == "B"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "الإجابة الصحيحة هي (ب)",
            "الجواب هو ب",
            "الإجابة هي: ب",
            "ตอบ ข",
            "คำตอบคือ (ข)",
            "उत्तर: (ख)",
        ),
        *(
            "সঠিক উত্তর হলো (খ)।",
            "Ответ: Б",
            "Правильный ответ Б.",
            "Правильна відповідь — Б.",
            "정답: 나",
        ),
    ],
)
def test_a_letter_of_another_script_is_the_option_in_its_place(text: str) -> None:
    assert extract_choice(text, LETTERED) == "B"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("【分析】A选项×\nB选项√\n所以选B", id="an analysis before, as in C-Eval"),
        pytest.param("A和D都不对，C是正确的。所以选择B。", id="another is right before"),
        pytest.param("综上所述，正确答案是：\n\nB. 习惯", id="in the next line"),
        pytest.param("正确答案是选项b，即它。其他选项是相关的。", id="lower case, as an option"),
        pytest.param("A错误；B正确；C错误。故选B。", id="each is judged"),
        pytest.param("答案选B，A、C错误。", id="the others are wrong, Chinese"),
        pytest.param("La respuesta es B, A y C son incorrectas.", id="the others are wrong"),
        pytest.param("La respuesta correcta es la <strong>(b)</strong>.", id="within a tag"),
        pytest.param("Daher ist B die richtige Antwort.", id="the label before, German"),
        pytest.param("La réponse correcte est donc la B.", id="with a therefore"),
        pytest.param("Die Antwort ist B.\n\n- A ist falsch.\n- C ist falsch.", id="a list behind"),
        pytest.param("よって、正解は10に近い。\n\n#### **答え : B**", id="below a heading"),
        pytest.param("よって、正解はイになります。", id="Japanese letters, as in national exams"),
        pytest.param("그러므로 정답은 B번입니다.", id="a number word behind, as in KMMLU"),
        pytest.param("सही उत्तर **B) लंदन** है।", id="bold, the verb last"),
        pytest.param("คำตอบคือข้อ B ลอนดอน", id="the text without a space"),
        pytest.param("Правильным ответом является вариант B.", id="in another case, Russian"),
        pytest.param("Vậy đáp án là B.", id="Vietnamese, as in MMLU-ProX"),
    ],
)
def test_a_label_is_read_in_the_layouts_of_real_outputs(text: str) -> None:
    assert extract_choice(text, LETTERED) == "B"


@pytest.mark.parametrize(
    "text",
    [
        *("Antwort A ist falsch.", "Option A ist falsch.", "A सही उत्तर नहीं है।"),
        *("A সঠিক উত্তর নয়।", "Aは正解ではない。", "Aが正解ではありません。"),
        *("A가 정답이 아니다.", "A는 틀렸습니다.", "A doğru değil.", "A సరైన సమాధానం కాదు"),
        *("选项A不正确。", "选项A是错误的。", "Pilihan A salah.", "La opción A es incorrecta."),
        *("L'option A est fausse.", "A opção A está errada.", "L'opzione A è sbagliata."),
        *("Вариант A неправильный.", "الخيار A غير صحيح.", "ข้อ A ไม่ถูกต้อง", "Je ne sais pas."),
        *("Ich weiß es nicht.", "我不知道。", "La réponse est soit A, soit B."),
        *("Die Antwort ist entweder A oder B.", "La respuesta es o A o B.", "答案可能是A或者B。"),
        "The adoption A is one of many.",
    ],
)
def test_a_denied_option_is_no_answer(text: str) -> None:
    assert extract_choice(text, LETTERED) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ответ: В", id="a Cyrillic letter that is third and looks like the second"),
        pytest.param("Ответ: Ж", id="a letter that is no option"),
        pytest.param("答案不是B", id="denied in Chinese"),
        pytest.param("La respuesta no es B.", id="denied in Spanish"),
        pytest.param("Die Antwort ist nicht B.", id="denied in German"),
        pytest.param("答えはBではありません。", id="denied in Japanese"),
        pytest.param("정답은 B가 아닙니다.", id="denied in Korean"),
        pytest.param("सही उत्तर B नहीं है।", id="denied in Hindi"),
        pytest.param("Ответ не B.", id="denied in Russian"),
        pytest.param("答案是A或B", id="two in Chinese"),
        pytest.param("答案是A和B", id="two in Chinese, both"),
        pytest.param("La respuesta es A o C.", id="two in Spanish"),
        pytest.param("La réponse est A ou C.", id="two in French"),
        pytest.param("Die Antwort ist A oder C.", id="two in German"),
        pytest.param("A resposta é A e C.", id="two in Portuguese"),
        pytest.param("Ответ: A или C", id="two in Russian"),
        pytest.param("정답은 A 또는 C입니다.", id="two in Korean"),
        pytest.param("答えはAまたはCです。", id="two in Japanese"),
        pytest.param("比较选项A和选项B", id="two that are compared"),
        pytest.param("Antwort: keine", id="none"),
    ],
)
def test_a_text_without_one_label_abstains(text: str) -> None:
    assert extract_choice(text, LETTERED) is None


@pytest.mark.parametrize(
    ("text", "choices", "expected"),
    [
        pytest.param("정답: ②", NUMBERED, "2", id="a circled digit"),
        pytest.param("정답은 2번입니다.", NUMBERED, "2", id="a numbered option"),
        pytest.param("答案是2", NUMBERED, "2", id="a number"),
        pytest.param("La respuesta es A.", LETTERED, "A", id="the label A in Spanish"),
        pytest.param("La réponse est A car B est faux.", LETTERED, "A", id="A with a reason"),
        pytest.param("答えはAです", LETTERED, "A", id="A before the verb"),
        pytest.param("La respuesta es A, no B.", LETTERED, "A", id="a contrast"),
        pytest.param("Die Antwort ist Bonn, denn Ulm liegt südlich.", TOWNS, "B", id="a text"),
        pytest.param("答案是Bonn", TOWNS, "B", id="a text in Chinese"),
        pytest.param("Die Antwort ist A. Nein, die Antwort ist B.", LETTERED, "B", id="corrected"),
        pytest.param("The answer is A.\nLa respuesta es B.", LETTERED, "B", id="two languages"),
    ],
)
def test_labels_and_texts_are_told_apart(
    text: str, choices: tuple[Choice, ...], expected: str
) -> None:
    assert extract_choice(text, choices) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "答案是18",
            "答案是18。因为3+4=7",
            "الجواب هو ١٨",
            "答えは18です。",
            "उत्तर 18 है",
            "Jibu ni 18.",
        ),
        *("Ответ: 18", "La respuesta es 18, porque 3*6=18 y 5 no.", "정답은 18입니다. 3 + 4 = 7"),
        *("คำตอบคือ 18 บาท", "A resposta é 18. 3+4=7.", "সুতরাং উত্তর হল ১৮।"),
        *("答案：18个，不是20个", "సమాధానం 18.", "La réponse est 18 et non 20."),
        "Die Antwort ist nicht 20, sondern 18.",
    ],
)
def test_a_number_is_read_in_every_language(text: str) -> None:
    assert extract_number(text) == "18"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("La réponse est Paris.", "paris", id="French"),
        pytest.param("答案是巴黎。", "巴黎", id="Chinese"),
        pytest.param("答えは猫です。", "猫", id="Japanese, the verb last"),
        pytest.param("정답은 고양이입니다.", "고양이", id="Korean, the verb last"),
        pytest.param("उत्तर दिल्ली है।", "दिल्ली", id="Hindi, the verb last"),
        pytest.param("Respuesta: no", "no", id="the answer no"),
        pytest.param("La respuesta es no.", "no", id="the answer no in a sentence"),
        pytest.param("Ответ: Москва, потому что это столица.", "москва", id="with a reason"),
        pytest.param("Die Antwort ist Rom, weil es alt ist.", "rom", id="with a reason, German"),
        pytest.param("La réponse est un car jaune.", "un car jaune", id="no reason, a bus"),
        pytest.param("정답은 게임입니다.", "게임", id="a word that ends like a verb"),
        pytest.param("Cevap: Kadir", "kadir", id="a name that ends like a verb"),
    ],
)
def test_a_text_is_read_in_other_languages(text: str, expected: str) -> None:
    assert exact_extractor(AnswerSpec("exact"))(text) == expected


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        pytest.param("Die Antwort ist 1,5.", ",", id="German"),
        pytest.param("答案是1.5", ".", id="Chinese"),
        pytest.param("The answer is 1.5", None, id="English"),
    ],
)
def test_a_marker_has_the_decimal_mark_of_its_language(text: str, mark: DecimalMark | None) -> None:
    assert next(answer_markers(text)).decimal_mark == mark


def test_every_language_has_words_for_an_answer() -> None:
    codes = [language.code for language in LANGUAGES]

    assert len(codes) == len(set(codes)) >= 17
    for language in LANGUAGES:
        assert language in languages_in(f"x {language.answer[0]}: B")


@pytest.mark.parametrize("text", ["The answer is B.", "It costs 5 € – so what?", "π ≈ 3.14"])
def test_other_texts_have_none_of_the_languages(text: str) -> None:
    assert languages_in(text) == []


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "答案",
            "答案是",
            "选",
            "选A",
            "答えは",
            "정답은 ",
            "A가 ",
            "die Antwort ist ",
            "Antwort ",
            "Antwort:\n",
        ),
        *(
            "la respuesta no es A ",
            "उत्तर A ",
            "คำตอบ",
            "ответ — ",
            "Antwort nicht A sondern ",
            "A ist ",
        ),
    ],
    ids=repr,
)
def test_a_hostile_text_is_read_in_linear_time(unit: str) -> None:
    # A quadratic step over 100 kB would take minutes.
    for extract in (extract_number, exact_extractor(AnswerSpec("exact"))):
        extract(unit * (100_000 // len(unit)))
    extract_choice(unit * (100_000 // len(unit)), LETTERED)
