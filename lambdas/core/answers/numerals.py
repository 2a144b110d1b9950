"""Numbers in words and in the scripts of the languages of MGSM and MMMLU."""

import re
from decimal import Decimal
from unicodedata import normalize

# Zero in Arabic, Persian, Indian, Thai, Lao, Burmese, Khmer and full-width digits, and in the bold,
# double-struck and monospaced ones of mathematics.
DIGIT_ZEROS = (
    *(0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66),
    *(0x0E50, 0x0ED0, 0x1040, 0x17E0, 0xFF10, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6),
)
_SCALE_ROWS = {
    2: "hundred",
    3: "thousand Tausend tausend mille mil mila ribu",
    4: "myriad",
    5: "lakh lakhs",
    6: "million millions Million Millionen Mio millón millones milhão milhões milione milioni juta",
    7: "crore crores",
    9: "billion billions milliard milliards Milliarde Milliarden Mrd miliardo miliardi miliar",
    12: "trillion trillions",
}
# Words that may follow digits, and the powers of ten that they stand for.
SCALES = {word: power for power, words in _SCALE_ROWS.items() for word in words.split()}


def spelled_out_number(text: str, *, english: bool = True) -> str | None:
    """Return, in digits, the number in words that a text begins with, `None` if it has none.

    Args:
        text: a phrase. In English it may go on; in other languages at most a unit may follow.
        english: whether words that are numbers elsewhere, such as "once", are English.

    >>> texts = ("Twenty-five apples.", "one hundred and four", "half", "zwölf", "二百五十", "三个")
    >>> [spelled_out_number(text) for text in texts]
    ['25', '104', '0.5', '12', '250', '3']
    >>> spelled_out_number("one of them")
    """
    found = _NUMBER_WORDS.match(text)
    if not found:
        return _foreign_number(text, english=english)
    words = found["words"]
    value = "0.5" if found["half"] else str(_value_of_words(re.split(r"[\s-]", words.lower())))
    value += ".5" if found["and_half"] else ""
    return f"-{value}" if found["minus"] and value != "0" else value


def with_plain_scales(text: str) -> str:
    """Return a text whose numbers with the scales of other scripts are written in digits.

    >>> with_plain_scales("14万 or 3万5千 or 1,5 млн")
    '140000 or 35000 or 1,5 million'
    """
    if _EAST_ASIAN_SCALE.search(text):
        text = _EAST_ASIAN.sub(lambda found: _east_asian_value(found[0]), text)
    return _SCRIPT_SCALE.sub(lambda found: f" {_SCRIPT_SCALES[found[1]]}", text)


_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
_WORD_VALUES = dict(zip(_WORDS.split(), (*range(20), *range(20, 100, 10)), strict=True))
_WORD_SCALES = {
    "thousand": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
}
_ANY_WORD = "|".join((*_WORD_VALUES, "hundred", *_WORD_SCALES))
_NUMBER_WORDS = re.compile(
    rf"""[^A-Za-z0-9]{{0,20}}
    (?: (?:only|just|about|approximately|exactly) \s )?
    (?P<minus> (?:minus|negative) \s )?
    (?: (?P<half> (?:(?:one|an?) [ -])? half )
      | (?:an? \s (?=hundred|thousand|million))?
        (?P<words> (?:{_ANY_WORD}) (?: (?:-|\s|\sand\s) (?:{_ANY_WORD}) ){{0,15}}+ )
        (?P<and_half> \ and\ a\ half )? )
    \b (?! \s+of\b | [ -](?:hal|third|quarter|fourth|fifth|sixth|eighth|tenth) )""",
    re.VERBOSE | re.IGNORECASE,
)


def _value_of_words(words: list[str]) -> int:
    total = group = 0
    for word in words:
        if word in _WORD_SCALES:
            total, group = total + max(group, 1) * _WORD_SCALES[word], 0
        elif word == "hundred":
            group = max(group, 1) * 100
        else:
            group += _WORD_VALUES.get(word, 0)
    return total + group


_HAN_DIGITS = dict(
    zip("〇零一二两兩三四五六七八九", (0, 0, 1, 2, 2, 2, *range(3, 10)), strict=True)
)
_EAST_ASIAN_UNITS = dict(
    zip(
        "十百백千천万萬만亿億억",
        (10, 100, 100, 1000, 1000, *3 * [10**4], *3 * [10**8]),
        strict=True,
    )
)
# 千克 is a kilogram and 千米 a kilometre.
_EAST_ASIAN_SCALE = re.compile(r"\d ?[百백千천万萬만亿億억]")
_EAST_ASIAN = re.compile(
    r"(?:(?<![\d.,])\d[\d.,]{0,20} ?(?:[百백천万萬만亿億억]|千(?![克米瓦卡])){1,3}){1,6}"
    r"(?:\d{1,4}(?![\d.,]))?"
)
_EAST_ASIAN_PART = re.compile(r"\d[\d.,]*|\S")


def _east_asian_value(text: str) -> str:
    """Return in digits what a number such as 3万5千 or 二百五十 stands for."""
    total = section = Decimal(0)
    number: Decimal | None = None
    for part in _EAST_ASIAN_PART.findall(text):
        unit = _EAST_ASIAN_UNITS.get(part)
        if unit is None:
            digit = _HAN_DIGITS.get(part)
            number = _plain_decimal(part) if digit is None else 10 * (number or 0) + Decimal(digit)
        elif unit < 10**4:
            section, number = section + (1 if number is None else number) * unit, None
        else:
            total, section, number = total + (section + (number or 0)) * unit, Decimal(0), None
    return f"{(total + section + (number or 0)).normalize():f}"


def _plain_decimal(digits: str) -> Decimal:
    whole, _, decimals = digits.replace(",", "").rstrip(".").partition(".")
    return Decimal(f"{whole}.{decimals.replace('.', '')}" if decimals else whole)


_SCRIPT_SCALES = {
    **dict.fromkeys(("тыс", "тысяча", "тысячи", "тысяч", "हजार", "हज़ार", "হাজার"), "thousand"),
    **dict.fromkeys(("వేల", "వేలు", "พัน", "ألف", "آلاف", "الف"), "thousand"),
    **dict.fromkeys(("млн", "миллион", "миллиона", "миллионов", "ล้าน"), "million"),
    **dict.fromkeys(("مليون", "ملايين"), "million"),
    **dict.fromkeys(("млрд", "миллиард", "миллиарда", "миллиардов", "مليار", "अरब"), "billion"),
    **dict.fromkeys(("लाख", "লাখ", "লক্ষ", "లక్ష", "లక్షలు", "లక్షల", "แสน"), "lakh"),
    **dict.fromkeys(("करोड़", "কোটি", "కోట్లు", "కోటి", "కోట్ల"), "crore"),
    "หมื่น": "myriad",
}
_SCRIPT_SCALE = re.compile(
    rf"(?<=\d) ?({'|'.join(sorted(_SCRIPT_SCALES, key=len, reverse=True))})(?![а-я])"
)

# From 0 to 20, by tens to 100, and 1000; `|` parts alternatives and `_` stands for a space.
_COUNTING = (
    # German
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn"
    " fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig|dreissig vierzig fünfzig"
    " sechzig siebzig achtzig neunzig hundert|einhundert tausend|eintausend",
    # Spanish
    "cero uno|una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"
    " dieciséis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta"
    " ochenta noventa cien mil",
    # French
    "zéro un|une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze"
    " seize dix-sept dix-huit dix-neuf vingt trente quarante cinquante soixante soixante-dix"
    " quatre-vingts|quatre-vingt quatre-vingt-dix cent mille",
    # Italian
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici"
    " quindici sedici diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta"
    " settanta ottanta novanta cento mille",
    # Portuguese
    "zero um|uma dois|duas três quatro cinco seis sete oito nove dez onze doze treze"
    " catorze|quatorze quinze dezesseis|dezasseis dezessete|dezassete dezoito dezenove|dezanove"
    " vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem mil",
    # Indonesian
    "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas dua_belas tiga_belas"
    " empat_belas lima_belas enam_belas tujuh_belas delapan_belas sembilan_belas dua_puluh"
    " tiga_puluh empat_puluh lima_puluh enam_puluh tujuh_puluh delapan_puluh sembilan_puluh"
    " seratus seribu",
    # Swahili
    "sifuri moja mbili tatu nne tano sita saba nane tisa kumi kumi_na_moja kumi_na_mbili"
    " kumi_na_tatu kumi_na_nne kumi_na_tano kumi_na_sita kumi_na_saba kumi_na_nane kumi_na_tisa"
    " ishirini thelathini arobaini hamsini sitini sabini themanini tisini mia|mia_moja"
    " elfu|elfu_moja",
    # Yoruba
    "òdo ọ̀kan|kan méjì|èjì mẹ́ta|ẹ̀ta mẹ́rin|ẹ̀rin márùn-ún|márùn|àrún mẹ́fà|ẹ̀fà méje|èje mẹ́jọ|ẹ̀jọ"
    " mẹ́sàn-án|mẹ́sàn|ẹ̀sán mẹ́wàá|mẹ́wà|ẹ̀wá mọ́kànlá méjìlá mẹ́tàlá mẹ́rìnlá mẹ́ẹ̀ẹ́dógún"
    " mẹ́rìndínlógún mẹ́tàdínlógún méjìdínlógún mọ́kàndínlógún ogún ọgbọ̀n ogójì àádọ́ta ọgọ́ta"
    " àádọ́rin ọgọ́rin àádọ́rùn-ún ọgọ́rùn-ún ẹgbẹ̀rún",
    # Russian
    "ноль один|одна|одно два|две три четыре пять шесть семь восемь девять десять одиннадцать"
    " двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать"
    " девятнадцать двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто"
    " сто тысяча",
    # Arabic
    "صفر واحد|واحدة اثنان|اثنين ثلاثة|ثلاث أربعة|أربع خمسة|خمس ستة|ست سبعة|سبع ثمانية|ثماني"
    " تسعة|تسع عشرة|عشر أحد_عشر اثنا_عشر|اثني_عشر ثلاثة_عشر أربعة_عشر خمسة_عشر ستة_عشر سبعة_عشر"
    " ثمانية_عشر تسعة_عشر عشرون|عشرين ثلاثون|ثلاثين أربعون|أربعين خمسون|خمسين ستون|ستين"
    " سبعون|سبعين ثمانون|ثمانين تسعون|تسعين مئة|مائة ألف",
    # Hindi
    "शून्य एक दो तीन चार पाँच|पांच छह|छः|छे सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह|पन्द्रह सोलह सत्रह"
    " अठारह उन्नीस बीस तीस चालीस पचास साठ सत्तर अस्सी नब्बे सौ|एक_सौ हजार|हज़ार|एक_हजार",
    # Bengali
    "শূন্য এক|একটি দুই|দুটি তিন|তিনটি চার|চারটি পাঁচ|পাঁচটি ছয়|ছয়টি সাত|সাতটি আট|আটটি নয়|নয়টি দশ|দশটি"
    " এগারো বারো তেরো চৌদ্দ পনেরো ষোলো|ষোল সতেরো আঠারো উনিশ বিশ|কুড়ি ত্রিশ চল্লিশ পঞ্চাশ ষাট সত্তর আশি"
    " নব্বই একশো|একশ|এক_শত হাজার|এক_হাজার",
    # Telugu
    "సున్నా ఒకటి రెండు మూడు నాలుగు ఐదు|అయిదు ఆరు ఏడు ఎనిమిది తొమ్మిది పది పదకొండు పన్నెండు పదమూడు"
    " పద్నాలుగు|పధ్నాలుగు పదిహేను పదహారు పదిహేడు పద్దెనిమిది పంతొమ్మిది|పందొమ్మిది ఇరవై ముప్పై నలభై యాభై అరవై"
    " డెబ్బై ఎనభై తొంభై వంద|నూరు వెయ్యి",
    # Thai
    "ศูนย์ หนึ่ง สอง สาม สี่ ห้า หก เจ็ด แปด เก้า สิบ สิบเอ็ด สิบสอง สิบสาม สิบสี่ สิบห้า สิบหก สิบเจ็ด"
    " สิบแปด สิบเก้า ยี่สิบ สามสิบ สี่สิบ ห้าสิบ หกสิบ เจ็ดสิบ แปดสิบ เก้าสิบ หนึ่งร้อย|ร้อย หนึ่งพัน|พัน",
    # Korean
    "영 일|하나|한 이|둘|두 삼|셋|세 사|넷|네 오|다섯 육|여섯 칠|일곱 팔|여덟 구|아홉 십|열"
    " 십일|열하나 십이|열둘 십삼|열셋 십사|열넷 십오|열다섯 십육|열여섯 십칠|열일곱"
    " 십팔|열여덟 십구|열아홉 이십|스물 삼십|서른 사십|마흔 오십|쉰 육십|예순 칠십|일흔"
    " 팔십|여든 구십|아흔 백 천",
)
_COUNTED = (*range(21), *range(30, 101, 10), 1000)
_FOREIGN_WORDS = {
    normalize("NFC", word).replace("_", " "): str(number)
    for row in _COUNTING
    for number, words in zip(_COUNTED, row.split(), strict=True)
    for word in words.split("|")
}
# Numbers elsewhere, but other words in English, or articles as well.
_ENGLISH_WORDS = frozenset(("once", "due", "cent", "null", "elf", "mil", "mia", "mille", "kan"))
_ARTICLES = frozenset(("un", "une", "una", "uno", "um", "uma", "एक", "এক", "kan"))
_LONGEST_WORDS = 3
_PHRASE = re.compile(r"[^\w%]{0,20}([^.,;:!?\n()\d]{1,60})")
_HAN_NUMBER = re.compile(
    r"([〇零一二三四五六七八九十百千万萬亿億两兩]{1,20})"
    r"([个個名人元块円天年月日时時小分秒点岁歳本只匹头枚台张張米公克斤件次杯份盒箱辆页题倍つ][^\d]{0,6})?"
)


def _foreign_number(text: str, *, english: bool) -> str | None:
    """Return the number that a phrase in another language than English is, with its unit."""
    found = _PHRASE.match(text)
    if not found or (found.end() < len(text) and text[found.end()].isdigit()):
        return None
    phrase = normalize("NFC", found[1]).strip(" \t'\"*»”").casefold()
    if han := _HAN_NUMBER.fullmatch(phrase):
        return None if han[1] == "一" and han[2] else _east_asian_value(han[1])
    if english and phrase.split(" ", 1)[0] in _ENGLISH_WORDS:
        return None
    words = phrase.split()[: _LONGEST_WORDS + 2]
    before_unit = " ".join(words[:-1])
    counted = "" if before_unit in _ARTICLES else _FOREIGN_WORDS.get(before_unit, "")
    return _FOREIGN_WORDS.get(" ".join(words)) or counted or None
