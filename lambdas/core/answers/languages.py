"""What answers look like in the languages of MGSM, MMMLU and MMLU-ProX: a table, a row each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import category, normalize

from lambdas.contract import DecimalMark


@dataclass(frozen=True, slots=True)
class Language:
    """How a language writes numbers and announces answers. Case and accents do not matter.

    Attributes:
        code: ISO 639-1.
        decimal_mark: what separates whole numbers from decimals, after Unicode CLDR.
        option: words for an option, which a label may follow.
        answer: words for "answer".
        verbs: what joins such a word with the answer behind it.
        chooses: words that a chosen label follows at once, as in "I choose B".
        right: words saying that the label before them is right.
        denies: words saying that an answer is not, or not right.
        but: words that begin what is right instead.
        because: words that begin the reasons for an answer.
        ends: words behind the answer that end its sentence.
        spaced: whether spaces separate words.
        direct: whether the answer may follow the word at once, as in "answer B".
    """

    code: str
    decimal_mark: DecimalMark
    option: tuple[str, ...]
    answer: tuple[str, ...]
    verbs: tuple[str, ...] = ()
    chooses: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    spaced: bool = True
    direct: bool = False


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of these words, the longest first, in every spelling.

    >>> any_of(["or", "and"])
    'and|or'
    """
    spelled = {spelling for word in words for spelling in spellings(word)}
    escaped = (re.escape(each) for each in sorted(spelled, key=len, reverse=True))
    return "|".join(escaped)


def spellings(word: str) -> set[str]:
    """Return a word with its accents as one character and as two; a long one without, too."""
    apart = normalize("NFD", word)
    bare = "".join(each for each in apart if category(each) != "Mn")
    latin = word[0] < "\u0250" and len(word) > 3
    return {word, normalize("NFC", word), apart, *([bare] if latin else [])}


# The first letter that is not Latin.
FIRST_OF_OTHERS = "\u0370"
LANGUAGES = (
    Language(
        "ar",
        ".",
        option=("الخيار", "الاختيار", "الحرف"),
        answer=("الإجابة", "الاجابة", "الجواب", "إجابة", "الخيار الصحيح", "الاختيار الصحيح"),
        verbs=("هي", "هو", "يكون", "تكون"),
        chooses=("أختار", "اختار", "نختار"),
        right=("هو الصحيح", "هي الصحيحة", "هو الإجابة", "هي الإجابة", "صحيح", "صحيحة"),
        denies=("ليس", "ليست", "خاطئ", "خاطئة", "خطأ", "غير"),
        but=("بل", "ولكن", "لكن"),
        because=("لأن", "لان", "لأنه", "لأنها", "حيث"),
        direct=True,
    ),
    Language(
        "bn",
        ".",
        option=("বিকল্প",),
        answer=("উত্তর", "সঠিক বিকল্প"),
        verbs=("হল", "হলো", "হচ্ছে", "হবে"),
        right=("সঠিক", "হল সঠিক", "ই সঠিক"),
        denies=("নয়", "না", "ভুল"),
        but=("বরং", "কিন্তু"),
        because=("কারণ", "যেহেতু"),
        ends=("হয়", "হবে"),
        direct=True,
    ),
    Language(
        "de",
        ",",
        option=("Option", "Antwort", "Möglichkeit", "Buchstabe"),
        answer=("Antwort", "Lösung"),
        verbs=("ist", "lautet", "wäre", "sind", "lauten", "beträgt", "also"),
        chooses=("ich wähle", "wir wählen", "entscheide mich für"),
        right=("ist richtig", "ist korrekt", "ist die", "die richtige", "richtig", "trifft zu"),
        denies=("nicht", "kein", "keine", "falsch", "inkorrekt"),
        but=("sondern", "vielmehr"),
        because=("weil", "da", "denn"),
    ),
    Language(
        "es",
        ",",
        option=("opción", "letra", "respuesta", "alternativa"),
        answer=("respuesta", "opción correcta", "alternativa correcta"),
        verbs=("es", "sería", "son", "será"),
        chooses=("elijo", "elegimos", "escojo", "selecciono"),
        right=("es correcta", "es la", "es el correcto", "es correcto"),
        denies=("no", "incorrecta", "incorrecto", "falsa", "tampoco"),
        but=("sino", "sino que"),
        because=("porque", "ya que", "pues", "debido"),
    ),
    Language(
        "fr",
        ",",
        option=("option", "lettre", "réponse", "proposition"),
        answer=("réponse", "bonne option", "option correcte"),
        verbs=("est", "sera", "serait", "sont"),
        chooses=("je choisis", "nous choisissons", "je sélectionne"),
        right=("est correcte", "est la", "est correct", "est exacte", "est juste"),
        denies=("ne", "n'", "n’", "pas", "incorrecte", "fausse", "faux"),
        but=("mais", "mais plutôt"),
        because=("car", "parce", "puisque"),
    ),
    Language(
        "hi",
        ".",
        option=("विकल्प",),
        answer=("उत्तर", "जवाब", "सही विकल्प"),
        verbs=("है", "हैं", "होगा", "हुआ"),
        right=("सही है", "सही उत्तर", "सही विकल्प", "सही जवाब"),
        denies=("नहीं", "गलत"),
        but=("बल्कि",),
        because=("क्योंकि", "चूंकि"),
        ends=("है", "हैं", "होगा", "होगी"),
        direct=True,
    ),
    Language(
        "id",
        ",",
        option=("pilihan", "opsi", "huruf", "jawaban"),
        answer=("jawaban", "jawabannya", "pilihan yang benar", "pilihan yang tepat"),
        verbs=("adalah", "ialah", "yaitu", "yakni"),
        chooses=("saya memilih", "kita pilih", "saya pilih"),
        right=("adalah jawaban", "adalah pilihan", "benar", "adalah yang benar", "tepat"),
        denies=("bukan", "tidak", "salah", "bukanlah"),
        but=("melainkan", "tetapi"),
        because=("karena", "sebab"),
        direct=True,
    ),
    Language(
        "it",
        ",",
        option=("opzione", "lettera", "risposta", "alternativa"),
        answer=("risposta", "opzione corretta", "alternativa corretta", "soluzione"),
        verbs=("è", "e'", "sarebbe", "sono", "sarà"),
        chooses=("scelgo", "scegliamo", "seleziono"),
        right=("è corretta", "è la", "è giusta", "è corretto", "è esatta"),
        denies=("non", "sbagliata", "errata", "scorretta", "falsa"),
        but=("ma", "bensì"),
        because=("perché", "poiché", "in quanto", "dato"),
    ),
    Language(
        "ja",
        ".",
        option=("選択肢",),
        answer=("答え", "答", "正解", "解答", "回答", "正しい選択肢", "正しいの"),
        verbs=("は", "が", "として"),
        right=("が正解", "が正しい", "は正しい", "が答え", "が最も適切", "が適切", "は正解"),
        denies=("ではない", "ではありません", "じゃない", "誤り", "間違", "ではなく"),
        but=("ではなく", "でなく"),
        because=("なぜなら", "から", "ので"),
        ends=("です", "である", "だ", "となります", "になります", "となる", "になる"),
        spaced=False,
        direct=True,
    ),
    Language(
        "ko",
        ".",
        option=("선택지", "보기"),
        answer=("정답", "답변", "답안", "답", "올바른 선택지", "옳은 것"),
        verbs=("은", "는", "이", "으로", "으로는"),
        right=(
            "가 정답",
            "이 정답",
            "가 답",
            "이 답",
            "가 맞",
            "이 맞",
            "가 옳",
            "이 옳",
            "가 올바",
        ),
        denies=("아니", "아닙니다", "틀렸", "틀린", "오답"),
        but=("아니라", "아니고"),
        because=("왜냐하면", "이므로"),
        ends=("입니다", "이다", "이에요", "예요", "가 됩니다", "이 됩니다"),
        spaced=False,
        direct=True,
    ),
    Language(
        "nl",
        ",",
        option=("optie", "antwoord"),
        answer=("antwoord", "juiste optie"),
        verbs=("is", "luidt", "zijn"),
        chooses=("ik kies", "we kiezen"),
        right=("is juist", "is correct", "is het"),
        denies=("niet", "geen", "fout", "onjuist"),
        but=("maar",),
        because=("omdat", "want", "aangezien"),
    ),
    Language(
        "pl",
        ",",
        option=("opcja", "odpowiedź"),
        answer=("odpowiedź", "odpowiedzią", "poprawna opcja"),
        verbs=("to", "jest", "brzmi"),
        chooses=("wybieram", "wybieramy"),
        right=("jest poprawna", "jest prawidłowa", "jest właściwa"),
        denies=("nie", "błędna", "niepoprawna"),
        but=("lecz", "tylko", "ale"),
        because=("ponieważ", "bo", "gdyż"),
        direct=True,
    ),
    Language(
        "pt",
        ",",
        option=("opção", "letra", "alternativa", "resposta"),
        answer=("resposta", "opção correta", "alternativa correta", "alternativa"),
        verbs=("é", "seria", "são", "será"),
        chooses=("escolho", "escolhemos", "seleciono"),
        right=("é correta", "é a", "está correta", "é o correto", "é correto"),
        denies=("não", "nao", "incorreta", "errada", "falsa"),
        but=("mas", "e sim", "mas sim"),
        because=("porque", "pois", "já que", "uma vez"),
    ),
    Language(
        "ru",
        ",",
        option=("вариант", "буква", "ответ"),
        answer=("ответ", "ответом", "правильный вариант", "верный вариант", "вариант ответа"),
        verbs=("это", "является", "будет", "равен", "—", "–", "-"),
        chooses=("выбираю", "выбираем", "выберу", "выбрать"),
        right=("правильный", "верный", "верно", "является", "— правильный", "— верный", "верен"),
        denies=("не", "неверно", "неверный", "неправильный", "неправильно", "ошибочен"),
        but=("а", "но"),
        because=("потому", "поскольку", "так как", "ведь"),
        direct=True,
    ),
    Language(
        "sw",
        ".",
        option=("chaguo", "jibu"),
        answer=("jibu", "chaguo sahihi"),
        verbs=("ni", "lake ni", "litakuwa"),
        chooses=("nachagua", "ninachagua"),
        right=("ni jibu", "ni sahihi", "ndiyo", "ndilo", "ndio"),
        denies=("si", "sio", "siyo", "hapana", "kosa"),
        but=("bali", "lakini"),
        because=("kwa sababu", "kwa kuwa", "kwa"),
    ),
    Language(
        "te",
        ".",
        option=("ఎంపిక",),
        answer=("సమాధానం", "జవాబు", "సరైన ఎంపిక"),
        verbs=("అంటే", "ఏమిటంటే"),
        right=("సరైన", "సరైనది", "సరైన సమాధానం"),
        denies=("కాదు", "తప్పు"),
        but=("కానీ",),
        because=("ఎందుకంటే",),
        ends=("అవుతుంది", "అయింది", "ఉంది", "అని"),
        direct=True,
    ),
    Language(
        "th",
        ".",
        option=("ตัวเลือก", "ข้อ"),
        answer=("คำตอบที่ถูกต้อง", "คำตอบ", "ตัวเลือกที่ถูกต้อง", "ข้อที่ถูกต้อง", "ตอบ"),
        verbs=("คือ", "เป็น", "ได้แก่", "ก็คือ", "คือข้อ", "คือตัวเลือก", "ข้อ"),
        chooses=("เลือก", "เลือกข้อ", "เลือกตัวเลือก"),
        right=("ถูกต้อง", "เป็นคำตอบ", "คือคำตอบ", "ถูก"),
        denies=("ไม่", "ผิด", "มิใช่"),
        but=("แต่", "แต่เป็น"),
        because=("เพราะ", "เนื่องจาก"),
        spaced=False,
        direct=True,
    ),
    Language(
        "tr",
        ",",
        option=("seçenek", "şık"),
        answer=("cevap", "yanıt", "doğru seçenek"),
        verbs=("olarak",),
        right=("doğrudur", "doğru cevap", "doğru"),
        denies=("değil", "değildir", "yanlış"),
        but=("aksine",),
        because=("çünkü",),
        ends=("'dir", "'dır", "'dur", "'dür"),
        direct=True,
    ),
    Language(
        "uk",
        ",",
        option=("варіант", "буква"),
        answer=("відповідь", "правильний варіант"),
        verbs=("це", "є", "буде", "—", "–", "-"),
        chooses=("обираю", "вибираю"),
        right=("правильна", "правильний", "є правильною", "— правильна"),
        denies=("не", "неправильна", "неправильно"),
        but=("а", "але"),
        because=("тому", "оскільки", "бо"),
        direct=True,
    ),
    Language(
        "vi",
        ",",
        option=("phương án", "lựa chọn", "đáp án"),
        answer=("đáp án", "câu trả lời", "lựa chọn đúng", "đáp số"),
        verbs=("là",),
        chooses=("chọn", "tôi chọn", "ta chọn"),
        right=("là đáp án", "là đúng", "đúng", "là câu"),
        denies=("không", "sai", "không phải"),
        but=("mà là", "mà"),
        because=("vì", "bởi"),
        direct=True,
    ),
    Language(
        "yo",
        ".",
        option=("Àṣàyàn",),
        answer=("Ìdáhùn", "Àdáhùn", "Àṣàyàn"),
        verbs=("ni", "náà ni", "jẹ́"),
        right=("ni ìdáhùn", "ni ó tọ́", "ló tọ́"),
        denies=("kì í ṣe", "kìí ṣe", "kò"),
        but=("bí kò ṣe",),
        because=("nítorí", "torí"),
    ),
    Language(
        "zh",
        ".",
        option=("选项", "選項", "选择", "選擇"),
        answer=(
            *("答案", "正确选项", "正確選項", "正解", "答", "回答", "解答"),
            *("正确的选项", "正確的選項", "本题", "本題"),
        ),
        verbs=(
            *(
                "应该是",
                "應該是",
                "应为",
                "應為",
                "应是",
                "應是",
                "就是",
                "选择",
                "選擇",
                "是",
                "为",
            ),
            *("為", "选", "選", "应选", "應選"),
        ),
        chooses=("故选", "故選", "应选", "應選", "选择", "選擇", "选", "選"),
        right=(
            "是正确",
            "是正確",
            "正确",
            "正確",
            "是对的",
            "是對的",
            "项正确",
            "項正確",
            "选项正确",
        ),
        denies=("不", "非", "错误", "錯誤", "错", "錯"),
        but=("而是",),
        because=("因为", "因為", "由于", "由於", "所以"),
        spaced=False,
        direct=True,
    ),
)

_OPTION_WORDS = tuple(dict.fromkeys(word for each in LANGUAGES for word in each.option))
# A pattern for a word for "option". In scripts without spaces a label may follow at once.
OPTION = (
    rf"(?:(?<!\w)(?:{any_of(word for word in _OPTION_WORDS if word[0] < FIRST_OF_OTHERS)})\s"
    rf"|(?:{any_of(word for word in _OPTION_WORDS if word[0] >= FIRST_OF_OTHERS)})\s?)"
)
# What joins two labels to a list.
JOINING_WORDS = (
    *("y", "o", "e", "u", "und", "oder", "et", "ou", "ed", "od", "dan", "atau", "na", "au", "ve"),
    *(
        "soit",
        "veya",
        "và",
        "hoặc",
        "tabi",
        "àti",
        "en",
        "of",
        "lub",
        "oraz",
        "или",
        "и",
        "та",
        "або",
        "й",
    ),
    *("या", "और", "বা", "এবং", "ও", "లేదా", "మరియు", "أو", "و"),
)
JOINING_SIGNS = (
    "或者",
    "还是",
    "以及",
    "あるいは",
    "혹은",
    "或",
    "和",
    "及",
    "与",
    "與",
    "と",
    "または",
    "や",
    "또는",
    "과",
    "와",
    "หรือ",
    "และ",
    "、",
    "،",
)
# What options are called in these languages, where a dataset calls them A, B, C and so on. A
# Cyrillic letter may also stand for the Latin one that it looks like.
LETTERS = (
    *("АБВГДЕ", "АБВГДЄ", "أبجدهو", "ابجدهو", "কখগঘঙচ", "कखगघङच", "अबसद", "กขคงจฉ"),
    *("가나다라마바", "アイウエオカ", "甲乙丙丁戊己"),
)
LOOK_ALIKES = {"А": "A", "В": "B", "С": "C", "Е": "E", "Н": "H"}
