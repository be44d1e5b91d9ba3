"""Suggestions of what to take out: found in three languages, missed and false ones listed, linear in the text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aydyn.casework.errors import DataError
from aydyn.casework.patterns import MOST_WAYS, check_pattern
from aydyn.casework.redaction import RedactionRules, Suggestion, load_rules, redacted, suggest
from aydyn.kernel.packs import pack_file

FILE = pack_file("tm", "redaction.toml")
RULES = load_rules(FILE.data, FILE.name)
KNOWN = {
    "person": "Ataýew Aman",
    "email": "a.atayew@mail.tm",
    "phone": "+99365123456",
    "home": "Aşgabat, Andalyp köçesi 12",
    "identity_document": "I-AŞ 123456",
    "work_place": "Bagtyýar dükany",
}
SECONDS = 2.0
"""What 20,000 characters may take on a slow machine; a pattern that goes wrong takes minutes."""


def found(text: str, **known: str) -> list[tuple[str, str]]:
    return [(each.rule.code, each.text) for each in suggest(text, RULES, known)]


@pytest.mark.parametrize(
    ("text", "code", "out"),
    [
        ("Telefonym +993 65 12-34-56, jaň ediň", "phone", "+993 65 12-34-56"),
        ("Телефон 8 (12) 34-56-78.", "phone", "8 (12) 34-56-78"),
        ("тел. 34-56-78", "phone", "34-56-78"),
        ("jaň ediň: 65 123456", "phone", "65 123456"),
        ("Call 0099312345678 today", "phone", "0099312345678"),
        ("phone: 12 34 56", "phone", "12 34 56"),
        ("ýaz: aman.a@mail.com.tm.", "email", "aman.a@mail.com.tm"),
        ("Pasport I-AŞ 123456 berildi", "passport", "I-AŞ 123456"),
        ("паспорт II-МР № 654321", "passport", "II-МР № 654321"),
        ("passport number 1234567", "passport", "1234567"),
        ("şahsy belgim 123 456 789", "personal-number", "123 456 789"),
        ("ИНН: 101234567890", "personal-number", "101234567890"),
        ("4111 1111 1111 1111 kart", "card", "4111 1111 1111 1111"),
        ("счёт TM12 3456 7890 1234 5678", "card", "TM12 3456 7890 1234 5678"),
        ("Иванов, 12.05.1985 г.р., просит", "birth-date", "12.05.1985"),
        ("родился 12 мая 1985 в Мары", "birth-date", "12 мая 1985"),
        ("1985-nji ýylyň 12-nji maýynda doglan", "birth-date", "1985-nji ýylyň 12-nji maýynda"),
        ("I was born on 3 May 1990 here", "birth-date", "3 May 1990"),
        ("ulagy BB 1234 AG urdy", "plate", "BB 1234 AG"),
        ("bu ýerde Andalyp köçesi, 12-nji jaý, 34-nji öý bar", "address", "Andalyp köçesi, 12-nji jaý, 34-nji öý"),
        ("живу: ул. Гёроглы, д. 5, кв. 12", "address", "ул. Гёроглы, д. 5, кв. 12"),
        ("at 10 Green Lane", "address", "Green Lane"),
        ("işgär Aman Berdiýewiç Ataýew geldi", "name", "Aman Berdiýewiç Ataýew"),
        ("у Марии Петровны Ивановой", "name", "Марии Петровны Ивановой"),
        ("goňşym Aman Berdi ogly aýtdy", "name", "Aman Berdi ogly"),
        ("diýip A. B. Ataýew ýazdy", "name", "A. B. Ataýew"),
        ("подпись: Оразов Б.А.", "name", "Оразов Б.А."),
        ("goňşym Aman Ataýewiň jaýy", "name", "Aman Ataýewiň"),
        ("гражданин Сидоров сказал", "name", "Сидоров"),
        ("Mr John Smith said", "name", "John Smith"),
    ],
)
def test_what_tells_of_a_person_is_suggested(text: str, code: str, out: str) -> None:
    assert (code, out) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Merkezi saýlaw topary 2026-njy ýylyň 5-nji maýynda CEC-2026-000123 belgili işe jogap berdi.",
        "Избирательная комиссия Ахалского велаята, 26.03.2023, ответ № 226-VI, статья 44(2).",
        "The Ministry of Justice answered on 2026-11-25: 1 250 000 people, 20 working days, 12 %.",
        "Häkim jogap bermedi. Başlyk: geliň! Председатель комиссии отказал.",
        "Министерство Финансов Туркменистана",
        "Aşgabat şäheri, Ahal welaýaty, Tejen etraby",
        "Дом построен в 1985 году, школа № 20",
    ],
)
def test_offices_posts_dates_and_case_numbers_stay(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("jogap 12-05-24 senesinde geldi", "phone"),  # a date that looks like a number inside a town
        ("şeýle diýdi: Şonda Berdiýewiç geldi", "name"),  # a word that begins with a capital letter beside a name
        ("площадь А. С. Пушкина", "name"),  # a street or a square that is called after somebody
        ("sany 12345678901", "personal-number"),  # any long number
        ("Партия Труда и Союзов Народа", "name"),  # a plural that ends as a surname does
    ],
)
def test_these_are_suggested_though_they_need_not_be(text: str, code: str) -> None:
    assert code in [code for code, _ in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        "aman bilen gül geldi",  # names in small letters
        "Oguljahan muny gördi",  # a first name by itself
        "ýaşaýan ýerim köl boýunda, gök derweze",  # a place told in words
        "sekiz ýüz altmyş bäş on iki",  # a number in words
    ],
)
def test_these_are_missed_so_a_person_looks(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "code", "out"),
    [
        ("men ATAYEW  aman diýýärin", "name", "ATAYEW  aman"),
        ("bu Atayewiňki", "name", "Atayewiňki"),
        ("ýaz: a . Atayew @ mail.tm", "email", "a . Atayew @ mail.tm"),
        ("belgim 65-12-34 56", "phone", "65-12-34 56"),
        ("men andalyp koçesi-12 salgyda", "address", "andalyp koçesi-12"),
        ("i aş-123456", "passport", "i aş-123456"),
        ("bagtyyar dükanynda işleýärin", "other", "bagtyyar dükanynda"),
    ],
)
def test_what_who_asked_gave_is_found_however_it_is_typed(text: str, code: str, out: str) -> None:
    assert (code, out) in found(text, **KNOWN)


def test_a_short_part_of_a_name_is_not_looked_for_by_itself() -> None:
    assert found("aý doly we gün ýagty", person="Aý Gün") == []


def test_each_language_has_its_words_and_nothing_else_changes() -> None:
    text = "Jaň ediň +99365123456 ýa-da a@b.tm."
    suggestions = suggest(text, RULES, {})
    assert (
        redacted(text, suggestions, "en") == "Jaň ediň [telephone number taken out] ýa-da [e-mail address taken out]."
    )
    assert "[номер телефона убран]" in redacted(text, suggestions, "ru")
    assert redacted(text, (), "tk") == text


def test_suggestions_of_another_text_or_that_overlap_are_refused() -> None:
    text = "Jaň ediň +99365123456."
    (one,) = suggest(text, RULES, {})
    with pytest.raises(ValueError, match="of this very text"):
        redacted("başga " + text, [one], "tk")
    with pytest.raises(ValueError, match="of this very text"):
        redacted(text, [one, Suggestion(one.start + 1, one.end, one.rule, one.text[1:])], "tk")


def test_an_address_in_pieces_is_one_suggestion() -> None:
    assert found("Andalyp köçesi, jaý 12, öý 3") == [("address", "Andalyp köçesi, jaý 12, öý 3")]


@pytest.mark.parametrize(
    "pattern",
    [
        "a*",
        "a+b",
        "a{2,}b",
        r"(?:a{0,20}b?){3}c",
        "(?:a|aa){12}b",
        "(?:a?){64}b",
        r"(a)\1",
        "(?P<n>a)(?P=n)",
        "a{65}",
        "(a",
        "(a)(b)",
        "a?",
        "x" * 1001,
    ],
)
def test_a_pattern_that_could_take_too_long_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="; "):
        check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["a{1,40}+b", r"\+\d(?:[\s-]{0,3}+\d){7,14}", "[*+]x", r"\*{2}", "(?:a|b)c", "(?<!a)b{0,3}c"]
)
def test_a_pattern_with_bounds_is_allowed(pattern: str) -> None:
    check_pattern(pattern)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("patterns = [", "patterns = [\n'''a+b''',", "rule.email.patterns.1"),
        ('known = ["*"]\n', "", ""),
        ('code = "phone"', 'code = "email"', ""),
        ('label.ru = "Адрес"\n', "", "rule.address.label"),
        ("any_case", "anycase", "rule.phone.anycase"),
    ],
)
def test_an_error_names_the_rule(old: str, new: str, key: str) -> None:
    data = FILE.data.decode()
    assert old in data
    with pytest.raises(DataError) as refusal:
        load_rules(data.replace(old, new, 1).encode(), FILE.name)
    assert refusal.value.key.startswith(key)
    assert refusal.value.remedy


@given(st.text(st.sampled_from("Aaw O.1-+8 @\nýЯв,I"), max_size=300))
def test_suggestions_stand_in_order_and_say_what_they_found(text: str) -> None:
    reached = 0
    for each in suggest(text, RULES, KNOWN):
        assert reached <= each.start < each.end
        assert text[each.start : each.end] == each.text
        reached = each.end
    redacted(text, suggest(text, RULES, KNOWN), "tk")


PIECE = st.text(st.sampled_from("AaBbwoeçýЯявиоI1234568.-+@ ,(\n"), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(PIECE)
def test_a_long_text_takes_no_longer_however_it_is_made(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    begun = time.process_time()
    suggest(text, RULES, {**KNOWN, "name": text[:400]})
    assert time.process_time() - begun < SECONDS


def test_the_limit_of_ways_is_one_that_the_pack_keeps() -> None:
    assert isinstance(RULES, RedactionRules)
    assert MOST_WAYS <= 2_000
    for rule in RULES.rules:
        for pattern in rule.patterns:
            check_pattern(pattern)
