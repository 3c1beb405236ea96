"""Telephone numbers and e-mail addresses as subjects write them: read as meant, or refused."""

from contextlib import suppress

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import validate
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from stdnum import luhn

from identity.domain.contact import (
    ContactFault,
    InvalidContact,
    address,
    bank_account,
    email,
    phone,
)

DIGITS = "0123456789"
FULL_WIDTH = {ord(each): chr(ord(each) + 0xFEE0) for each in f"{DIGITS}+-"}
WIDE_DIGITS = DIGITS.translate(FULL_WIDTH)

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
fixed = st.from_regex(r"0(10|2[0-9])[2-8][0-9]{7}|0[3-9][0-9]{2}[2-8][0-9]{6,7}", fullmatch=True)
prefixes = st.sampled_from(["", "+86", "0086", "+86 ", "0086-"])


def reason(text: str) -> ContactFault:
    with pytest.raises(InvalidContact) as fault:
        phone(text)
    assert str(fault.value) in set(ContactFault)
    return fault.value.reason


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13855512345", "+8613855512345"),
        ("+86 138 5551 2345", "+8613855512345"),
        ("0086-138-5551-2345", "+8613855512345"),
        (WIDE_DIGITS[1:2] + "3855512345", "+8613855512345"),
        ("+86 138-5551-2345".translate(FULL_WIDTH), "+8613855512345"),
        ("138\u30005551\u30002345", "+8613855512345"),
        ("0551-62999999", "+8655162999999"),
        ("+86 551 62999999", "+8655162999999"),
        ("+86 0551 62999999", "+8655162999999"),
        ("010 65120507", "+861065120507"),
        ("0561-3022222", "+865613022222"),
    ],
)
def test_a_number_is_read_as_it_was_meant(written: str, kept: str) -> None:
    assert phone(written) == kept
    assert phone(kept) == kept


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", ContactFault.CHARACTERS),
        ("1385551234O", ContactFault.CHARACTERS),
        ("l3855512345", ContactFault.CHARACTERS),
        ("138\u2460\u24605512345", ContactFault.CHARACTERS),
        ("\u0661\u06635512345", ContactFault.CHARACTERS),
        ("138  55512345", ContactFault.CHARACTERS),
        ("138-5551-2345-", ContactFault.CHARACTERS),
        ("(0551)62999999", ContactFault.CHARACTERS),
        ("13855512345\uff1b13900000000", ContactFault.CHARACTERS),
        ("13855512345 转8001", ContactFault.CHARACTERS),
        ("+852 5123 4567", ContactFault.COUNTRY),
        ("+1 2025550123", ContactFault.COUNTRY),
        ("00852 51234567", ContactFault.COUNTRY),
        ("1385551234", ContactFault.RANGE),
        ("138555123456", ContactFault.RANGE),
        ("8613855512345", ContactFault.LENGTH),
        ("62999999", ContactFault.LENGTH),
        ("110", ContactFault.LENGTH),
        ("12855512345", ContactFault.RANGE),
        ("0551-12999999", ContactFault.RANGE),
        ("40012345678", ContactFault.RANGE),
    ],
)
def test_no_number_is_guessed(written: str, fault: ContactFault) -> None:
    assert reason(written) is fault


@given(prefixes, mobiles | fixed)
@example("", "13800000000")
def test_what_is_read_is_what_libphonenumber_reads(prefix: str, national: str) -> None:
    kept = phone(prefix + national)
    parsed = phonenumbers.parse(prefix + national, "CN")
    assert kept == phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    assert phonenumbers.is_possible_number(parsed)
    assert phone((prefix + national).translate(FULL_WIDTH)) == kept


def test_the_number_that_libphonenumber_shows_is_read() -> None:
    known = phonenumbers.example_number_for_type("CN", PhoneNumberType.MOBILE)
    assert known is not None
    for form in (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164):
        written = phonenumbers.format_number(known, form)
        assert phone(written) == phonenumbers.format_number(known, PhoneNumberFormat.E164)


@given(mobiles, st.integers(0, 10), st.characters(exclude_characters=DIGITS + WIDE_DIGITS))
def test_no_other_character_stands_for_a_digit(number: str, place: int, other: str) -> None:
    reason(number[:place] + other + number[place + 1 :])


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    for read in (phone, email, address, bank_account):
        try:
            kept = read(text)
        except InvalidContact:
            continue
        assert read(kept) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Mei.Wang+chuang@Example.COM", "Mei.Wang+chuang@example.com"),
        ("a@b.cn", "a@b.cn"),
    ],
)
def test_an_address_is_kept_as_written(written: str, kept: str) -> None:
    assert email(written) == kept


@given(st.emails(), st.sampled_from(["", ".", "@", " ", "example.com"]), st.integers(0, 20))
def test_an_address_that_is_taken_is_one_for_marshmallow_too(
    written: str, more: str, place: int
) -> None:
    text = written[:place] + more + written[place:]
    try:
        kept = email(text)
    except InvalidContact:
        return
    validate.Email()(kept)
    assert kept.rpartition("@")[0] == text.rpartition("@")[0]


@given(st.emails())
def test_ordinary_addresses_are_taken(written: str) -> None:
    assert email(written).lower() == written.lower()


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("mei@", ContactFault.FORM),
        ("mei", ContactFault.FORM),
        ("mei@@example.com", ContactFault.FORM),
        ("mei@example", ContactFault.FORM),
        ("mei@example.com, li@example.com", ContactFault.FORM),
        ("m\u0435i@example.com", ContactFault.CHARACTERS),
        ("mei\uff20example.com", ContactFault.CHARACTERS),
        ("梅@example.com", ContactFault.CHARACTERS),
        (f"{'a' * 65}@example.com", ContactFault.LENGTH),
        (f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 20}.com", ContactFault.LENGTH),
    ],
)
def test_no_address_is_guessed(written: str, fault: ContactFault) -> None:
    with pytest.raises(InvalidContact) as refused:
        email(written)
    assert refused.value.reason is fault


STREET = "安徽省合肥市蜀山区长江西路12-3号A座301室"


@pytest.mark.parametrize(
    "written",
    [
        STREET,
        "中国 安徽省 合肥市 蜀山区 长江西路12-3号 A座 301室",
        "安徽省合肥市蜀山区,长江西路12—3号(a座)301室。",
        "中华人民共和国安徽省合肥市蜀山区长江西路12-3号A座#301室",
    ],
)
def test_an_address_has_one_form(written: str) -> None:
    assert address(written) == STREET


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "place"),
        ("长江西路12号", "place"),
        ("合肥市蜀山区长江西路12号", "place"),
        ("安徽省合肥市", "place"),
        ("Room 301, 12 Changjiang Road", "place"),
        (STREET * 6, "length"),
    ],
)
def test_what_names_no_place_is_no_address(text: str, reason: str) -> None:
    with pytest.raises(InvalidContact) as refused:
        address(text)
    assert refused.value.described()["reason"] == reason


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1302010109200012345", "1302010109200012345"),
        ("1302 0101 0920 0012 345", "1302010109200012345"),
        ("13020101-09200012345", "1302010109200012345"),
        ("6222020200112230346", "check-digit"),
        ("1234567", "length"),
        ("1" * 31, "length"),
        ("622202020011223O345", "characters"),
    ],
)
def test_an_account_has_one_form(text: str, found: str) -> None:
    try:
        read = bank_account(text)
    except InvalidContact as refused:
        read = refused.reason.value
    assert read == found


@given(st.from_regex(r"62[0-9]{13,16}", fullmatch=True))
def test_of_ten_cards_one_has_its_check_digit(body: str) -> None:
    taken = []
    for digit in "0123456789":
        with suppress(InvalidContact):
            taken.append(bank_account(body + digit))
    assert len(taken) == 1
    assert luhn.is_valid(taken[0])
