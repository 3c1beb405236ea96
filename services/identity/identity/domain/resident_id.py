"""Numbers of identity documents: 居民身份证 and the cards that stand beside it.

18 characters, check character by MOD 11-2 (GB 11643; ISO 7064):

- citizens (公民身份号码): address code (6), birth date (8), order (3), check (1);
- residents from Hong Kong, Macao and Taiwan (港澳台居民居住证): address code 810000, 820000 or
  830000;
- foreigners with permanent residence, card of 2023 (外国人永久居留身份证): 9, province of
  application (2), nationality by ISO 3166-1 numeric (3), birth date (8), order (3), check (1).

15 characters: the foreigner's card before 2023, still valid: nationality by ISO 3166-1 letters (3),
place of application (4), birth date YYMMDD (6), order (1), check digit by weights 7-3-1 modulo 10,
A = 10 … Z = 35 (as in ICAO 9303). The citizens' numbers of 15 digits are abolished (since 2013).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from identity.domain import regions

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS: Final = "10X98765432"
_ASCII: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FULL_WIDTH: Final = {ord(each) + 0xFEE0: each for each in _ASCII + _ASCII[10:].lower()}
_RESIDENCE_PERMIT_CODES: Final = ("810000", "820000", "830000")


class IdNumberFault(StrEnum):
    """Why a number is refused; the values are stable codes."""

    LENGTH = "length"
    CHARACTERS = "characters"
    KIND = "kind"
    BIRTH_DATE = "birth-date"
    CHECK_DIGIT = "check-digit"


_MESSAGES: Final[Mapping[IdNumberFault, tuple[str, str]]] = {
    IdNumberFault.LENGTH: ("号码位数不对", "the number has the wrong length"),
    IdNumberFault.CHARACTERS: ("号码中有不允许的字符", "a character is not allowed at its place"),
    IdNumberFault.KIND: ("不支持该证件种类", "this kind of document is not supported"),
    IdNumberFault.BIRTH_DATE: ("号码中的出生日期无效", "the birth date in the number is not valid"),
    IdNumberFault.CHECK_DIGIT: ("号码校验位不符", "the check digit does not fit"),
}


class InvalidIdNumber(ValueError):
    """A number that no such document can carry. Its text never holds the number.

    `reason` is the stable code, `zh` and `en` the messages for the user.
    """

    def __init__(self, reason: IdNumberFault) -> None:
        """Keep the reason and the messages that belong to it."""
        self.reason = reason
        self.zh, self.en = _MESSAGES[reason]
        super().__init__(reason.value)

    def described(self) -> dict[str, str]:
        """The reason and its messages, as a refusal carries them."""
        return {"reason": self.reason.value, "reason_zh": self.zh, "reason_en": self.en}


class IdKind(StrEnum):
    """Kind of identity document; the values are stable codes."""

    RESIDENT = "resident-id"
    """居民身份证"""
    RESIDENCE_PERMIT = "hmt-residence-permit"
    """港澳台居民居住证"""
    FOREIGNER = "foreigner-permanent-residence"
    """外国人永久居留身份证, card of 2023"""
    FOREIGNER_OLD = "foreigner-permanent-residence-old"
    """外国人永久居留身份证, card before 2023"""


@dataclass(frozen=True, slots=True, repr=False)
class ResidentId:
    """A valid number of an identity document; made by `parse` only.

    Shown and logged it is masked; `number` and `birth_date` are personal data. Two are equal when
    their numbers are. `region_known` is False where the region code is unknown: a hint for the
    person who reviews, never a ground to refuse.
    """

    number: str
    kind: IdKind = field(compare=False)
    birth_date: date = field(compare=False)
    region_code: str = field(compare=False)
    region_known: bool = field(compare=False)

    @classmethod
    def parse(cls, text: str, today: date) -> "ResidentId":
        """The document's number in the text, checked as far as its own digits go.

        Lower-case letters and full-width forms are normalised; anything else, spaces too, is
        refused. `today` is the date in Asia/Shanghai, which no birth lies after. Raises
        InvalidIdNumber.
        """
        number = plain_characters(text)
        if len(number) == 18:
            return cls._parse_18(number, today)
        if len(number) == 15:
            return cls._parse_15(number, today)
        raise InvalidIdNumber(IdNumberFault.LENGTH)

    @classmethod
    def _parse_18(cls, number: str, today: date) -> "ResidentId":
        if not number[:17].isdigit() or number[17] not in _CHECK_CHARACTERS:
            raise InvalidIdNumber(IdNumberFault.CHARACTERS)
        if number[0] == "0":
            raise InvalidIdNumber(IdNumberFault.KIND)
        if check_character(number[:17]) != number[17]:
            raise InvalidIdNumber(IdNumberFault.CHECK_DIGIT)
        birth = _past_date(number[6:14], today)
        if birth is None:
            raise InvalidIdNumber(IdNumberFault.BIRTH_DATE)
        region = number[:6]
        if number[0] == "9":
            region = f"{number[1:3]}0000"
            return cls(number, IdKind.FOREIGNER, birth, region, regions.is_known(region))
        if region in _RESIDENCE_PERMIT_CODES:
            return cls(number, IdKind.RESIDENCE_PERMIT, birth, region, True)
        return cls(number, IdKind.RESIDENT, birth, region, regions.is_known(region))

    @classmethod
    def _parse_15(cls, number: str, today: date) -> "ResidentId":
        if number.isdigit():
            raise InvalidIdNumber(IdNumberFault.KIND)
        if not (number[:3].isalpha() and number[3:].isdigit()):
            raise InvalidIdNumber(IdNumberFault.CHARACTERS)
        if old_check_digit(number[:14]) != number[14]:
            raise InvalidIdNumber(IdNumberFault.CHECK_DIGIT)
        # Two digits of the year leave two centuries: the later one that is not in the future.
        birth = _past_date(f"20{number[7:13]}", today) or _past_date(f"19{number[7:13]}", today)
        if birth is None:
            raise InvalidIdNumber(IdNumberFault.BIRTH_DATE)
        region = f"{number[3:7]}00"
        return cls(number, IdKind.FOREIGNER_OLD, birth, region, regions.is_known(region))

    @property
    def masked(self) -> str:
        """First and last character, the rest as stars: what may be shown."""
        return f"{self.number[0]}{'*' * (len(self.number) - 2)}{self.number[-1]}"

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"<ResidentId {self.kind.value} {self.masked}>"


def plain_characters(text: str) -> str:
    """The text in upper-case ASCII letters and digits, full-width forms turned into plain ones.

    This is NFKC for these characters and no others: NFKC would also read ① or ² as digits, which is
    guessing. Raises InvalidIdNumber (CHARACTERS) for anything else.
    """
    plain = text.translate(_FULL_WIDTH)
    if not (plain.isascii() and (plain.isalnum() or not plain)):
        raise InvalidIdNumber(IdNumberFault.CHARACTERS)
    return plain.upper()


def check_character(first_17: str) -> str:
    """The 18th character of a number, by MOD 11-2 over its first 17 digits (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def old_check_digit(first_14: str) -> str:
    """The 15th character of a foreigner's card before 2023: weights 7-3-1, modulo 10."""
    total = sum(_ASCII.index(each) * (7, 3, 1)[i % 3] for i, each in enumerate(first_14))
    return str(total % 10)


def _past_date(yyyymmdd: str, today: date) -> date | None:
    try:
        born = date(int(yyyymmdd[:4]), int(yyyymmdd[4:6]), int(yyyymmdd[6:]))
    except ValueError:
        return None
    return born if born <= today else None
