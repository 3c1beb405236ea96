"""A deterministic population of made-up persons and firms with real check digits.

The same seed gives the same records on every machine and Python version: only `Random.random()` is
drawn from, whose sequence Python promises to keep. More records extend fewer: the first ten of 400
are the ten of 10. Names are put together from common characters; any likeness is chance.

Some records stand at fixed places, so that demonstrations find their special cases:
persons `UNDER_AGE`, `MINORS`, `OVER_AGE`; firms `STATE_OWNED`, `STATE_CONTROLLED`, `ABNORMAL`,
`SERIOUS_VIOLATION`, `MIXED`, `LONG_ESTABLISHED`, `LARGE`, `UNDISCLOSED`, `PARTNERSHIP`. All others
are ordinary: 19 to 57 years old on `REFERENCE_DATE`; private, one in twelve with a state share, in
good standing, younger than four years, small or micro. Agencies are public bodies and
associations; every other one of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from random import Random
from typing import Final, Literal, TypeVar

from authorities.places import COUNTIES, REGIONS, city_name

SEED: Final = 2018
PERSONS: Final = 400
FIRMS: Final = 120
AGENCIES: Final = 12
REFERENCE_DATE: Final = date(2026, 11, 1)
"""Ages are as of this date; a constant, so that records never change with the calendar."""

UNDER_AGE: Final = range(3)
"""Persons of 15, 13 and 10 years; the eldest turns 16 in October 2027."""
MINORS: Final = range(3, 5)
"""Persons of 16 and 17 years, who need evidence of their own income (Civil Code, article 18)."""
OVER_AGE: Final = range(5, 8)
"""Persons of 61, 65 and 72 years."""

STATE_OWNED: Final = range(2)
"""Firms wholly owned by the state (国有独资): refused as users."""
STATE_CONTROLLED: Final = range(2, 4)
"""Firms under state control (国有控股): refused as users."""
ABNORMAL: Final = range(4, 7)
"""Private firms on the list of abnormal operations (经营异常名录)."""
SERIOUS_VIOLATION: Final = range(7, 9)
"""Private firms on the list of serious violations (严重违法名单)."""
MIXED: Final = range(9, 12)
"""Firms in which the state has a minor share (国有参股): allowed."""
LONG_ESTABLISHED: Final = range(12, 13)
"""Private firms of twelve years: no start-ups any more."""
LARGE: Final = range(13, 14)
"""Private firms that are large (大型企业)."""
UNDISCLOSED: Final = range(14, 15)
"""Firms whose owners the registry does not tell."""
PARTNERSHIP: Final = range(15, 16)
"""Partnerships (有限合伙): no legal persons."""
ORDINARY_FIRMS: Final = 16
"""The first firm that is no special case, and neither are those after it."""

Ownership = Literal["private", "mixed", "state-controlled", "state-owned", "undisclosed"]
Size = Literal["micro", "small", "medium", "large"]
AgencyKind = Literal["public-institution", "social-organisation"]

_SPECIAL_AGES: Final = (15, 13, 10, 16, 17, 61, 65, 72)
_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
_GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞鹏鑫波宇浩然子轩雨欣梓涵"
_BRANDS: Final = "云启创皖徽江淮新锐智汇博远恒信达元泰和嘉联科众诚鼎盛瑞丰"
_TRADES: Final = (
    "科技",
    "信息技术",
    "文化传媒",
    "农业发展",
    "电子商务",
    "智能装备",
    "生物",
    "设计",
)
_AGENCIES: Final[dict[str, str]] = {
    "public-institution": "市公共就业和创业服务中心",
    "social-organisation": "市创业服务协会",
}
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up person; `region` is the county code that begins the ID number."""

    name: str
    id_number: str = field(repr=False)
    birth_date: date = field(repr=False)
    region: str


@dataclass(frozen=True, slots=True)
class Firm:
    """A made-up firm with its legal representative (法定代表人) and standing."""

    name: str
    uscc: str
    legal_representative: str
    legal_representative_id: str = field(repr=False)
    region: str
    ownership: Ownership
    abnormal: bool
    serious_violation: bool
    established_on: date
    size: Size


@dataclass(frozen=True, slots=True)
class Agency:
    """A made-up public institution (事业单位) or association (社会组织)."""

    name: str
    uscc: str
    legal_representative: str
    region: str
    kind: AgencyKind


@dataclass(frozen=True, slots=True)
class Population:
    """All that the registries know."""

    persons: tuple[Person, ...]
    firms: tuple[Firm, ...]
    agencies: tuple[Agency, ...] = ()


def population(
    seed: int = SEED,
    person_count: int = PERSONS,
    firm_count: int = FIRMS,
    agency_count: int = AGENCIES,
) -> Population:
    """Persons, firms and agencies of one seed."""
    return Population(
        tuple(persons(seed, person_count)),
        tuple(firms(seed, firm_count)),
        tuple(agencies(seed, agency_count)),
    )


def persons(seed: int, count: int) -> list[Person]:
    """The first `count` persons of a seed, no ID number twice."""
    rng = Random(2 * seed)  # noqa: S311 reproducible, not secret
    taken: set[str] = set()
    return [_person(rng, taken, place) for place in range(count)]


def firms(seed: int, count: int) -> list[Firm]:
    """The first `count` firms of a seed, no name and no code twice.

    Their legal representatives are persons of their own, none of those of `persons`.
    """
    rng = Random(2 * seed + 1)  # noqa: S311 reproducible, not secret
    taken: set[str] = set()
    return [_firm(rng, taken, place) for place in range(count)]


def agencies(seed: int, count: int) -> list[Agency]:
    """The first `count` agencies of a seed, one of each kind for a city; 32 at the most."""
    if count > 2 * len(COUNTIES):
        raise ValueError(f"there are {2 * len(COUNTIES)} agencies at the most")
    rng = Random(_lot(f"agencies/{seed}", 2**31))  # noqa: S311 reproducible, not secret
    taken: set[str] = set()
    return [_agency(rng, taken, place) for place in range(count)]


def id_check_character(first_17: str) -> str:
    """The 18th character of a resident ID number (GB 11643, MOD 11-2)."""
    total = sum(int(a) * weight for a, weight in zip(first_17, _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def uscc_with_checks(first_16: str) -> str:
    """A 统一社会信用代码 from its first 16 characters: adds both checks (GB 11714, GB 32100)."""
    own = zip(first_16[8:], _ORGANISATION_WEIGHTS, strict=True)
    body = first_16 + "0123456789X"[-sum(int(a, 36) * weight for a, weight in own) % 11]
    total = sum(_USCC_ALPHABET.index(a) * pow(3, i, 31) for i, a in enumerate(body))
    return body + _USCC_ALPHABET[-total % 31]


def _person(rng: Random, taken: set[str], place: int) -> Person:
    region = _draw(rng, REGIONS)
    if place < len(_SPECIAL_AGES):
        birth = _birth(_SPECIAL_AGES[place], days_before=_number(rng, 1, 30))
    else:
        birth = _birth(_number(rng, 19, 57), days_before=_number(rng, 0, 364))
    return Person(_name(rng), _id_number(rng, taken, region, birth), birth, region)


def _firm(rng: Random, taken: set[str], place: int) -> Firm:
    region = _draw(rng, REGIONS)
    name = ""
    while not name or name in taken:
        brand = _draw(rng, _BRANDS) + _draw(rng, _BRANDS)
        name = f"{city_name(region)}{brand}{_draw(rng, _TRADES)}{_ending(place)}"
    code = ""
    while not code or code in taken:
        serial = "".join(_draw(rng, _USCC_ALPHABET) for _ in range(6))
        code = uscc_with_checks(f"91{region}MA{serial}")
    taken.update((name, code))
    birth = _birth(_number(rng, 22, 57), days_before=_number(rng, 0, 364))
    representative, home = _name(rng), _draw(rng, REGIONS)
    return Firm(
        name=name,
        uscc=code,
        legal_representative=representative,
        legal_representative_id=_id_number(rng, taken, home, birth),
        region=region,
        ownership=_ownership(rng, place),
        abnormal=place in ABNORMAL,
        serious_violation=place in SERIOUS_VIOLATION,
        established_on=_established(code, place),
        size=_size(code, place),
    )


def _ending(place: int) -> str:
    return "中心(有限合伙)" if place in PARTNERSHIP else "有限公司"


def _established(code: str, place: int) -> date:
    if place in LONG_ESTABLISHED:
        return REFERENCE_DATE.replace(year=REFERENCE_DATE.year - 12)
    # Not drawn from the generator: what it drew before would be other records.
    return REFERENCE_DATE - timedelta(days=30 + _lot(code, 1400))


def _size(code: str, place: int) -> Size:
    if place in LARGE:
        return "large"
    return "small" if _lot(code, 3) == 0 else "micro"


def _lot(text: str, count: int) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:4]) % count


def _agency(rng: Random, taken: set[str], place: int) -> Agency:
    kind: AgencyKind = "social-organisation" if place % 2 else "public-institution"
    region, ending = _draw(rng, REGIONS), _AGENCIES[kind]
    while f"{city_name(region)}{ending}" in taken:
        region = _draw(rng, REGIONS)
    name, code = f"{city_name(region)}{ending}", ""
    head = "12" if kind == "public-institution" else "51"
    while not code or code in taken:
        serial = "".join(_draw(rng, _USCC_ALPHABET) for _ in range(6))
        code = uscc_with_checks(f"{head}{region}MB{serial}")
    taken.update((name, code))
    return Agency(name, code, _name(rng), region, kind)


def _ownership(rng: Random, place: int) -> Ownership:
    drawn: Ownership = "mixed" if _number(rng, 1, 12) == 1 else "private"
    if place in STATE_OWNED:
        return "state-owned"
    if place in STATE_CONTROLLED:
        return "state-controlled"
    if place in MIXED:
        return "mixed"
    if place in UNDISCLOSED:
        return "undisclosed"
    return "private" if place < ORDINARY_FIRMS else drawn


def _birth(age: int, days_before: int) -> date:
    birthday = REFERENCE_DATE.replace(year=REFERENCE_DATE.year - age)
    return birthday - timedelta(days=days_before)


def _name(rng: Random) -> str:
    given = "".join(_draw(rng, _GIVEN) for _ in range(_number(rng, 1, 2)))
    return _draw(rng, _SURNAMES) + given


def _id_number(rng: Random, taken: set[str], region: str, birth: date) -> str:
    number = ""
    while not number or number in taken:
        body = f"{region}{birth:%Y%m%d}{_number(rng, 1, 999):03}"
        number = body + id_check_character(body)
    taken.add(number)
    return number


def _draw(rng: Random, options: Sequence[T]) -> T:
    return options[int(rng.random() * len(options))]


def _number(rng: Random, low: int, high: int) -> int:
    return low + int(rng.random() * (high - low + 1))
