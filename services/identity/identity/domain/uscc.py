"""统一社会信用代码 (Unified Social Credit Code), GB 32100.

18 characters of an alphabet without I, O, S, V and Z: registering department (1), kind of body (1),
region code of the registrar (6 digits), organisation code (9, with a check character of its own by
GB 11714), check character by MOD 31-3. It says nothing about ownership.
"""

from dataclasses import dataclass
from typing import Final

from identity.domain.resident_id import IdNumberFault, InvalidIdNumber, plain_characters

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS: Final = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Uscc:
    """A valid 统一社会信用代码; made by `parse` only. It is public: it stands on the licence."""

    code: str

    @classmethod
    def parse(cls, text: str) -> "Uscc":
        """The code in the text, with both check characters verified.

        Lower-case letters and full-width forms are normalised; anything else, spaces too, is
        refused. Raises InvalidIdNumber (LENGTH, CHARACTERS, CHECK_DIGIT).
        """
        code = plain_characters(text)
        if len(code) != 18:
            raise InvalidIdNumber(IdNumberFault.LENGTH)
        if not (set(code) <= set(_ALPHABET) and code[2:8].isdigit()):
            raise InvalidIdNumber(IdNumberFault.CHARACTERS)
        fits = check_character(code[:17]) == code[17]
        if not fits or organisation_check_character(code[8:16]) != code[16]:
            raise InvalidIdNumber(IdNumberFault.CHECK_DIGIT)
        return cls(code)

    @property
    def region_code(self) -> str:
        """Six-digit region code of the registrar (登记管理机关行政区划码), positions 3–8."""
        return self.code[2:8]

    @property
    def organisation_code(self) -> str:
        """The organisation code (主体标识码, GB 11714), positions 9–17."""
        return self.code[8:17]

    def __str__(self) -> str:
        return self.code


def check_character(first_17: str) -> str:
    """The 18th character, by MOD 31-3 over the first 17 (GB 32100)."""
    pairs = zip(first_17, _WEIGHTS, strict=True)
    total = sum(_ALPHABET.index(each) * weight for each, weight in pairs)
    return _ALPHABET[-total % 31]


def organisation_check_character(first_8: str) -> str:
    """The 9th character of an organisation code over its first 8: modulo 11, 10 as X (GB 11714)."""
    pairs = zip(first_8, _ORGANISATION_WEIGHTS, strict=True)
    total = sum(_ORGANISATION_ALPHABET.index(each) * weight for each, weight in pairs)
    return "0123456789X"[-total % 11]
