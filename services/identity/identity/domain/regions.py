"""Regions of Anhui (安徽省) and the scope of rows by region code.

A region code is six digits: two for the province, two for the city, two for the county; `00`
stands for the whole of the level above. An officer of 340100 (合肥市) sees 3401xx, one of 340000
sees all of Anhui.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from identity.domain.region_codes import ANHUI_CITIES, ANHUI_FORMER_PREFIXES, PROVINCES


@dataclass(frozen=True, slots=True)
class Region:
    """A province or city: six-digit code (GB/T 2260), name in Chinese and in English."""

    code: str
    name_zh: str
    name_en: str


ANHUI: Final = Region("340000", "安徽省", "Anhui")
CITIES: Final[tuple[Region, ...]] = tuple(Region(*row) for row in ANHUI_CITIES)
CITY_BY_CODE: Final[Mapping[str, Region]] = MappingProxyType({city.code: city for city in CITIES})


def is_region_code(code: str) -> bool:
    """Whether the text has the form of a region code: six ASCII digits, province not `00`."""
    return len(code) == 6 and code.isascii() and code.isdigit() and not code.startswith("00")


def is_anhui(code: str) -> bool:
    """Whether the code lies in Anhui; abolished codes such as 342401 do."""
    return is_region_code(code) and code.startswith("34")


def city_of(code: str) -> Region | None:
    """The city of Anhui that holds this city's or county's code.

    None for the province itself, for other provinces and for abolished prefectures, whose counties
    went to more than one city: nothing is guessed.
    """
    return CITY_BY_CODE.get(f"{code[:4]}00") if is_anhui(code) else None


def covers(prefix_code: str, code: str) -> bool:
    """Whether the region `prefix_code` holds `code` (itself included), by prefix.

    Raises ValueError where either is not a region code: a scope must never widen by accident.
    """
    for each in (prefix_code, code):
        if not is_region_code(each):
            raise ValueError(f"not a region code: {each!r}")
    prefix = prefix_code
    while prefix.endswith("00"):
        prefix = prefix[:-2]
    return code.startswith(prefix)


def is_known(code: str) -> bool:
    """Whether the code belongs to a province in force and, in Anhui, to a present or past city.

    Counties and the cities of other provinces are not checked: their codes changed too often for a
    table to say that a number is wrong.
    """
    if not is_region_code(code) or code[:2] not in PROVINCES:
        return False
    if code[:2] != "34" or code[2:] == "0000":
        return True
    return f"{code[:4]}00" in CITY_BY_CODE or code[:4] in ANHUI_FORMER_PREFIXES
