"""Contact data that subjects give of themselves (联系方式, art. 36).

A number is read as it was meant, or refused; nothing is guessed. Read are numbers of the mainland
as the numbering plan has them (电信网编号计划): mobile, 11 digits that begin with 13 to 19; fixed,
the area code with its leading 0 and seven or eight digits. `+86` or `0086` may stand before them,
single spaces and hyphens between the digits; full-width forms are turned into plain ones. What is
kept is E.164. An e-mail address is kept as it was written, its domain in lower case.

A postal address (通讯地址) names province, city or county in full, and what is in it; kept are its
letters, digits and hyphens, full-width forms turned into plain ones. A bank account (银行账户) has
eight to thirty digits; a UnionPay card's (62, 16 to 19 digits) has a check digit (ISO/IEC 7812).
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

_PLAIN: Final = {ord(each) + 0xFEE0: each for each in "0123456789+-"} | {0x3000: " "}
_WRITTEN: Final = re.compile(r"\+?[0-9]+(?:[ -][0-9]+)*")
_COUNTRY: Final = re.compile(r"(?:\+|00)86")
_ABROAD: Final = re.compile(r"\+|00")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_FIXED: Final = re.compile(r"0(?:10|2[0-9])[2-8][0-9]{7}|0[3-9][0-9]{2}[2-8][0-9]{6,7}")
_LENGTHS: Final = range(10, 13)
"""Digits of a number with its area code and leading 0, and of a mobile one."""

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL: Final = re.compile(
    rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])"
)
"""Dot-atom and host name (RFC 5321, 4.1.2; RFC 1123, 2.1); no quoting, no address literal."""

_PROVINCE: Final = r"(?:北京市|天津市|上海市|重庆市|[\u4e00-\u9fff]{2,6}(?:省|自治区))"
_COUNTY: Final = r"[\u4e00-\u9fff]{1,14}?(?:市|区|县|旗|州|盟)"
_ADDRESS: Final = re.compile(rf"{_PROVINCE}{_COUNTY}.{{2,}}")
_ADDRESS_CHARACTERS: Final = 120
_HYPHENS: Final = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-")

_ACCOUNT: Final = re.compile(r"[0-9]{8,30}")
_CARD: Final = re.compile(r"62[0-9]{14,17}")

_EMAIL_CHARACTERS: Final = 254
_LOCAL_CHARACTERS: Final = 64
"""RFC 5321, 4.5.3.1."""


class ContactFault(StrEnum):
    """Why a telephone number or an address is refused; the values are stable codes."""

    CHARACTERS = "characters"
    COUNTRY = "country"
    LENGTH = "length"
    RANGE = "range"
    FORM = "form"
    PLACE = "place"
    CHECK_DIGIT = "check-digit"


_MESSAGES: Final[Mapping[ContactFault, tuple[str, str]]] = {
    ContactFault.CHARACTERS: ("含有不允许的字符", "a character is not allowed at its place"),
    ContactFault.COUNTRY: ("仅支持中国内地号码", "only numbers of the mainland are kept"),
    ContactFault.LENGTH: ("位数不对", "it has the wrong length"),
    ContactFault.RANGE: ("不是可用的号段", "no such number is in use"),
    ContactFault.FORM: ("格式不对", "it is not of the form name@domain"),
    ContactFault.PLACE: (
        "须写明省、市(县、区)全称及门牌",
        "province, city or county have to be named in full",
    ),
    ContactFault.CHECK_DIGIT: ("校验位不符", "its check digit does not fit"),
}


class InvalidContact(ValueError):
    """A number or an address that cannot be. Its text never holds it."""

    def __init__(self, reason: ContactFault) -> None:
        """Keep the reason and the messages that belong to it."""
        self.reason = reason
        self.zh, self.en = _MESSAGES[reason]
        super().__init__(reason.value)

    def described(self) -> dict[str, str]:
        """The reason and its messages, as a refusal carries them."""
        return {"reason": self.reason.value, "reason_zh": self.zh, "reason_en": self.en}


def phone(text: str) -> str:
    """The telephone number in the text, as E.164 (`+8613855512345`). Raises InvalidContact."""
    plain = text.translate(_PLAIN)
    if not _WRITTEN.fullmatch(plain):
        raise InvalidContact(ContactFault.CHARACTERS)
    digits = re.sub("[ -]", "", plain)
    within = _COUNTRY.match(digits)
    if within is None and _ABROAD.match(digits):
        raise InvalidContact(ContactFault.COUNTRY)
    national = digits[within.end() :] if within else digits
    if within and national[:1] != "0" and not _MOBILE.fullmatch(national):
        national = f"0{national}"  # after the country code a fixed number has no 0 of its own
    if len(national) not in _LENGTHS:
        raise InvalidContact(ContactFault.LENGTH)
    if not (_MOBILE.fullmatch(national) or _FIXED.fullmatch(national)):
        raise InvalidContact(ContactFault.RANGE)
    return f"+86{national.removeprefix('0')}"


def email(text: str) -> str:
    """The e-mail address in the text. Raises InvalidContact; look-alike letters are refused."""
    if not text.isascii():
        raise InvalidContact(ContactFault.CHARACTERS)
    local, _, domain = text.rpartition("@")
    if len(text) > _EMAIL_CHARACTERS or len(local) > _LOCAL_CHARACTERS:
        raise InvalidContact(ContactFault.LENGTH)
    if not _EMAIL.fullmatch(text):
        raise InvalidContact(ContactFault.FORM)
    return f"{local}@{domain.lower()}"


def address(text: str) -> str:
    """The postal address in the text, in the form in which it is kept. Raises InvalidContact."""
    plain = unicodedata.normalize("NFKC", text).translate(_HYPHENS).upper()
    kept = "".join(each for each in plain if each == "-" or unicodedata.category(each)[0] in "LN")
    kept = kept.removeprefix("中华人民共和国").removeprefix("中国")
    if len(kept) > _ADDRESS_CHARACTERS:
        raise InvalidContact(ContactFault.LENGTH)
    if not _ADDRESS.fullmatch(kept):
        raise InvalidContact(ContactFault.PLACE)
    return kept


def bank_account(text: str) -> str:
    """The number of the bank account in the text. Raises InvalidContact."""
    plain = text.translate(_PLAIN)
    if not re.fullmatch(r"[0-9]+(?:[ -][0-9]+)*", plain):
        raise InvalidContact(ContactFault.CHARACTERS)
    digits = re.sub("[ -]", "", plain)
    if not _ACCOUNT.fullmatch(digits):
        raise InvalidContact(ContactFault.LENGTH)
    if _CARD.fullmatch(digits) and _luhn(digits):
        raise InvalidContact(ContactFault.CHECK_DIGIT)
    return digits


def _luhn(digits: str) -> int:
    """0 where the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    doubled = (divmod(2 * int(each), 10) for each in digits[-2::-2])
    return (sum(map(sum, doubled)) + sum(map(int, digits[::-2]))) % 10
