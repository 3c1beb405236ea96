"""The synthetic population: stable, valid, and with its special cases in their places."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

import pytest

from authorities import synthetic
from authorities.places import REGIONS
from authorities.synthetic import (
    REFERENCE_DATE,
    Agency,
    Firm,
    Person,
    agencies,
    firms,
    persons,
    population,
)

WORLD = population()


def digest(records: Sequence[Person | Firm | Agency]) -> str:
    plain = [asdict(each) for each in records]
    return hashlib.sha256(json.dumps(plain, default=str, ensure_ascii=False).encode()).hexdigest()


def age(born: date) -> int:
    before = (REFERENCE_DATE.month, REFERENCE_DATE.day) < (born.month, born.day)
    return REFERENCE_DATE.year - born.year - before


def test_records_never_change() -> None:
    """Demonstrations store these people: another Python must not make others of them."""
    assert digest(persons(2018, 20)) == (
        "9350bf945e4438688e55d750cf5e6258c48d27ad7344f2067d4ca50bf801a445"
    )
    assert digest(firms(2018, 20)) == (
        "882668b9c0a3c9801b544f3ff0fbb7f88bd9d0fed776c533383054f3f9047e6f"
    )
    assert digest(agencies(2018, 6)) == (
        "cf29f55c9bbaac4c731dfb0f59eb59d02e05c5785e9e8c917032177155c160f9"
    )


def test_more_records_extend_fewer() -> None:
    assert persons(7, 10) == persons(7, 40)[:10]
    assert firms(7, 10) == firms(7, 40)[:10]
    assert persons(7, 10) != persons(8, 10)


def test_default_size() -> None:
    assert (len(WORLD.persons), len(WORLD.firms)) == (400, 120)


def test_id_numbers_are_valid_and_unique() -> None:
    numbers = [each.id_number for each in WORLD.persons]
    numbers += [each.legal_representative_id for each in WORLD.firms]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        values = [10 if each == "X" else int(each) for each in number]
        assert sum(v * 2 ** (17 - i) for i, v in enumerate(values)) % 11 == 1
        assert number[:6] in REGIONS
    for person in WORLD.persons:
        assert person.id_number[:14] == f"{person.region}{person.birth_date:%Y%m%d}"


def test_codes_of_firms_are_valid_and_unique() -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    assert len({each.uscc for each in WORLD.firms}) == len(WORLD.firms)
    assert len({each.name for each in WORLD.firms}) == len(WORLD.firms)
    for firm in WORLD.firms:
        assert firm.uscc[:8] == f"91{firm.region}"
        assert sum(alphabet.index(a) * 3**i for i, a in enumerate(firm.uscc[:17] + "0")) % 31 == (
            (31 - alphabet.index(firm.uscc[17])) % 31
        )
        own = (
            11
            - sum(
                int(a, 36) * w
                for a, w in zip(firm.uscc[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
            )
            % 11
        )
        assert firm.uscc[16] == {10: "X", 11: "0"}.get(own, str(own))


def test_regions_are_the_counties_of_sixteen_cities() -> None:
    assert len(REGIONS) == len(set(REGIONS)) == 104
    assert len({region[:4] for region in REGIONS}) == 16
    assert len({each.region[:4] for each in WORLD.persons}) == 16


@pytest.mark.parametrize(
    ("places", "ages"),
    [
        (synthetic.UNDER_AGE, [15, 13, 10]),
        (synthetic.MINORS, [16, 17]),
        (synthetic.OVER_AGE, [61, 65, 72]),
    ],
)
def test_special_persons(places: range, ages: list[int]) -> None:
    assert [age(WORLD.persons[place].birth_date) for place in places] == ages


def test_all_other_persons_are_of_working_age() -> None:
    others = WORLD.persons[synthetic.OVER_AGE.stop :]
    assert {age(each.birth_date) for each in others} <= set(range(19, 58))


def test_special_firms() -> None:
    def kinds(places: range) -> set[tuple[str, bool, bool]]:
        some = WORLD.firms[places.start : places.stop]
        return {(each.ownership, each.abnormal, each.serious_violation) for each in some}

    assert kinds(synthetic.STATE_OWNED) == {("state-owned", False, False)}
    assert kinds(synthetic.STATE_CONTROLLED) == {("state-controlled", False, False)}
    assert kinds(synthetic.ABNORMAL) == {("private", True, False)}
    assert kinds(synthetic.SERIOUS_VIOLATION) == {("private", False, True)}
    assert kinds(synthetic.MIXED) == {("mixed", False, False)}
    assert kinds(synthetic.UNDISCLOSED) == {("undisclosed", False, False)}
    others = Counter(each.ownership for each in WORLD.firms[synthetic.ORDINARY_FIRMS :])
    assert set(others) == {"private", "mixed"}
    assert others["private"] > 90


def test_ordinary_firms_are_start_ups() -> None:
    for firm in WORLD.firms[synthetic.ORDINARY_FIRMS :]:
        assert 0 < (REFERENCE_DATE - firm.established_on).days < 4 * 365
        assert firm.size in {"micro", "small"}
        assert firm.name.endswith("有限公司")
    [old] = synthetic.LONG_ESTABLISHED
    [large] = synthetic.LARGE
    [partnership] = synthetic.PARTNERSHIP
    assert WORLD.firms[old].established_on == date(2014, 11, 1)
    assert WORLD.firms[large].size == "large"
    assert WORLD.firms[partnership].name.endswith("(有限合伙)")


def test_agencies_have_valid_codes_of_their_kind() -> None:
    heads = {"public-institution": "12", "social-organisation": "51"}
    assert len({each.uscc for each in WORLD.agencies}) == len(WORLD.agencies) == 12
    for agency in WORLD.agencies:
        assert agency.uscc[:8] == heads[agency.kind] + agency.region
        assert synthetic.uscc_with_checks(agency.uscc[:16]) == agency.uscc
    assert agencies(7, 5) == agencies(7, 12)[:5]
    assert len({each.name for each in agencies(7, 32)}) == 32
    with pytest.raises(ValueError, match="32"):
        agencies(7, 33)


def test_numbers_stay_out_of_representations() -> None:
    person, firm = WORLD.persons[0], WORLD.firms[0]
    assert person.id_number not in repr(person)
    assert firm.legal_representative_id not in repr(firm)
