"""Numbers of identity documents: the published samples, every refusal, what MOD 11-2 catches."""

import copy
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain.resident_id import (
    IdKind,
    IdNumberFault,
    InvalidIdNumber,
    ResidentId,
    check_character,
    plain_characters,
)

TODAY = date(2026, 7, 1)

SAMPLES = [
    ("11010519491231002X", IdKind.RESIDENT, date(1949, 12, 31), "110105"),
    ("440524188001010014", IdKind.RESIDENT, date(1880, 1, 1), "440524"),
    ("810000199408230021", IdKind.RESIDENCE_PERMIT, date(1994, 8, 23), "810000"),
    ("830000199201300022", IdKind.RESIDENCE_PERMIT, date(1992, 1, 30), "830000"),
    ("932682198501010017", IdKind.FOREIGNER, date(1985, 1, 1), "320000"),
    ("911124198108030024", IdKind.FOREIGNER, date(1981, 8, 3), "110000"),
    ("KAZ110090123105", IdKind.FOREIGNER_OLD, date(1990, 12, 31), "110000"),
]


def number_of(region: str, birth: str, order: str) -> str:
    """A number with its check character, by the sum of ISO 7064 written another way."""
    body = region + birth + order
    total = 0
    for digit in body:
        total = (total + int(digit)) * 2
    value = (12 - total % 11) % 11
    return body + ("X" if value == 10 else str(value))


numbers = st.builds(
    number_of,
    st.integers(100000, 899999).map(str),
    st.dates(date(1900, 1, 1), TODAY).map(lambda born: born.strftime("%Y%m%d")),
    st.integers(0, 999).map("{:03}".format),
)
foreigners = st.builds(
    number_of,
    st.integers(900000, 999999).map(str),
    st.dates(date(1900, 1, 1), TODAY).map(lambda born: born.strftime("%Y%m%d")),
    st.integers(0, 999).map("{:03}".format),
)
permits = st.builds(
    number_of,
    st.sampled_from(["810000", "820000", "830000"]),
    st.dates(date(1900, 1, 1), TODAY).map(lambda born: born.strftime("%Y%m%d")),
    st.integers(0, 999).map("{:03}".format),
)
old_numbers = st.builds(
    lambda nation, place, birth, order: _with_old_check(f"{nation}{place}{birth}{order}"),
    st.sampled_from(["KAZ", "CAN", "USA", "DEU"]),
    st.integers(1100, 6599).map(str),
    st.dates(date(1930, 1, 1), date(2026, 6, 30)).map(lambda born: born.strftime("%y%m%d")),
    st.integers(0, 9).map(str),
)


def _with_old_check(body: str) -> str:
    weights = "73173173173173"
    return body + str(sum(int(a, 36) * int(w) for a, w in zip(body, weights, strict=True)) % 10)


def fault(text: str, today: date = TODAY) -> IdNumberFault:
    with pytest.raises(InvalidIdNumber) as caught:
        ResidentId.parse(text, today)
    assert text == "" or text not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize(("number", "kind", "birth", "region"), SAMPLES)
def test_published_samples(number: str, kind: IdKind, birth: date, region: str) -> None:
    parsed = ResidentId.parse(number, TODAY)
    assert (parsed.number, parsed.kind, parsed.birth_date) == (number, kind, birth)
    assert (parsed.region_code, parsed.region_known) == (region, True)


@given(numbers)
def test_valid_numbers_parse(number: str) -> None:
    assert ResidentId.parse(number, TODAY).number == number
    assert check_character(number[:17]) == number[17]


@given(numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_changed_character_is_caught(number: str, place: int, other: str) -> None:
    changed = number[:place] + other + number[place + 1 :]
    if changed != number:
        fault(changed)


@given(numbers, st.integers(0, 16))
def test_every_adjacent_swap_is_caught(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        fault(swapped)


@given(old_numbers, st.integers(3, 14), st.sampled_from("0123456789"))
def test_every_changed_digit_of_an_old_card_is_caught(number: str, place: int, other: str) -> None:
    assert ResidentId.parse(number, TODAY).kind is IdKind.FOREIGNER_OLD
    changed = number[:place] + other + number[place + 1 :]
    if changed != number:
        assert fault(changed) is IdNumberFault.CHECK_DIGIT


@given(old_numbers, st.integers(3, 13))
def test_adjacent_swaps_of_an_old_card_are_caught_but_for_those_that_differ_by_five(
    number: str, place: int
) -> None:
    """Weights 7-3-1 modulo 10 promise no more: 4, 2 and 6 times 5 are multiples of ten."""
    one, other = number[place], number[place + 1]
    swapped = number[:place] + other + one + number[place + 2 :]
    if abs(int(one) - int(other)) not in (0, 5):
        fault(swapped)


@given(foreigners, st.integers(1, 17), st.sampled_from("0123456789X"), st.integers(1, 16))
def test_numbers_of_foreigners_are_checked_like_citizens(
    number: str, place: int, other: str, swap: int
) -> None:
    assert ResidentId.parse(number, TODAY).kind is IdKind.FOREIGNER
    changed = number[:place] + other + number[place + 1 :]
    swapped = number[:swap] + number[swap + 1] + number[swap] + number[swap + 2 :]
    for text in (changed, swapped):
        if text != number:
            fault(text)


@given(permits, st.integers(6, 17), st.sampled_from("0123456789X"), st.integers(6, 16))
def test_numbers_of_residence_permits_are_checked_like_citizens(
    number: str, place: int, other: str, swap: int
) -> None:
    assert ResidentId.parse(number, TODAY).kind is IdKind.RESIDENCE_PERMIT
    changed = number[:place] + other + number[place + 1 :]
    swapped = number[:swap] + number[swap + 1] + number[swap] + number[swap + 2 :]
    for text in (changed, swapped):
        if text != number:
            fault(text)


@given(
    numbers,
    st.integers(0, 17),
    st.sampled_from("ОоOoІіIlｌӀ０①²٣੩〇零壹Хх×╳\u200b\u00a0 -"),
)
def test_look_alikes_are_refused_or_are_the_very_digit(number: str, place: int, other: str) -> None:
    """Full-width forms are the digit itself; letters and signs that look like one never are."""
    text = number[:place] + other + number[place + 1 :]
    try:
        found = ResidentId.parse(text, TODAY).number
    except InvalidIdNumber:
        return
    assert found == unicodedata.normalize("NFKC", text).upper()
    assert found == number


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", IdNumberFault.LENGTH),
        ("1101051949123100", IdNumberFault.LENGTH),
        ("11010519491231002X0", IdNumberFault.LENGTH),
        (" 11010519491231002X", IdNumberFault.CHARACTERS),
        ("110105 19491231002X", IdNumberFault.CHARACTERS),
        ("11010519491231002\u0425", IdNumberFault.CHARACTERS),  # Cyrillic, not X
        ("①10105194912310020", IdNumberFault.CHARACTERS),
        ("٣٤0102194912310020", IdNumberFault.CHARACTERS),
        ("1101051949123100XX", IdNumberFault.CHARACTERS),
        ("11010519491231002A", IdNumberFault.CHARACTERS),
        ("K1Z110090123105", IdNumberFault.CHARACTERS),
        ("KAZ11009012310X", IdNumberFault.CHARACTERS),
        ("340102900101001", IdNumberFault.KIND),
        (number_of("034102", "19900101", "001"), IdNumberFault.KIND),
        ("110105194912310020", IdNumberFault.CHECK_DIGIT),
        ("KAZ110090123106", IdNumberFault.CHECK_DIGIT),
        (number_of("340102", "19900230", "001"), IdNumberFault.BIRTH_DATE),
        (number_of("340102", "20260702", "001"), IdNumberFault.BIRTH_DATE),
        (number_of("340102", "00000101", "001"), IdNumberFault.BIRTH_DATE),
        (_with_old_check("KAZ11009013320"), IdNumberFault.BIRTH_DATE),
    ],
)
def test_refusals_name_their_reason(text: str, reason: IdNumberFault) -> None:
    assert fault(text) is reason


def test_born_today_is_not_in_the_future() -> None:
    assert ResidentId.parse(number_of("340102", "20260701", "001"), TODAY).birth_date == TODAY


@pytest.mark.parametrize(
    ("digits", "birth"),
    [
        ("260701", date(2026, 7, 1)),
        ("260702", date(1926, 7, 2)),
        ("000229", date(2000, 2, 29)),
        ("270101", date(1927, 1, 1)),
    ],
)
def test_an_old_card_takes_the_latest_century_not_in_the_future(digits: str, birth: date) -> None:
    assert ResidentId.parse(_with_old_check(f"CAN3401{digits}0"), TODAY).birth_date == birth


@pytest.mark.parametrize(
    ("region", "known"),
    [
        ("340102", True),
        ("342401", True),  # 六安地区, abolished
        ("340999", True),  # old 黄山市
        ("343001", False),
        ("160101", False),
        ("710000", True),
        ("810101", True),
        ("830101", False),
    ],
)
def test_an_unknown_region_warns_and_never_refuses(region: str, known: bool) -> None:
    assert ResidentId.parse(number_of(region, "19900101", "001"), TODAY).region_known is known


def test_lower_case_and_full_width_are_normalised() -> None:
    for text in (
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "1101051949123100２ｘ",
    ):
        assert ResidentId.parse(text, TODAY).number == "11010519491231002X"
    assert ResidentId.parse("kaz110090123105", TODAY).number == "KAZ110090123105"


@given(st.text(max_size=20))
def test_normalising_is_nfkc_or_a_refusal(text: str) -> None:
    try:
        plain = plain_characters(text)
    except InvalidIdNumber:
        return
    assert plain == unicodedata.normalize("NFKC", text).upper()


@given(numbers)
def test_neither_number_nor_birth_date_is_shown(number: str) -> None:
    parsed = ResidentId.parse(number, TODAY)
    for shown in (str(parsed), repr(parsed), f"{parsed}", repr([parsed]), parsed.masked):
        assert number[1:17] not in shown
        assert number[6:14] not in shown
        assert str(parsed.birth_date) not in shown


def test_refusals_speak_both_languages() -> None:
    for reason in IdNumberFault:
        refused = InvalidIdNumber(reason)
        assert isinstance(refused, ValueError)
        assert refused.zh
        assert refused.en


def test_equal_by_number() -> None:
    one = ResidentId.parse("11010519491231002X", TODAY)
    assert one == copy.copy(one) == ResidentId.parse("11010519491231002x", TODAY)
    assert len({one, ResidentId.parse("11010519491231002X", date(2030, 1, 1))}) == 1
