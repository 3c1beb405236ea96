"""Region codes of Anhui and the scope of rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain import regions
from identity.domain.regions import CITIES, city_of, covers, is_anhui, is_known, is_region_code

codes = st.integers(10000, 999999).map("{:06}".format)


def test_anhui_has_sixteen_cities() -> None:
    assert len({city.code for city in CITIES}) == 16
    assert len({city.name_zh for city in CITIES}) == len({city.name_en for city in CITIES}) == 16
    for city in CITIES:
        assert is_anhui(city.code)
        assert city.code.endswith("00")
        assert city_of(city.code) is city
        assert covers(regions.ANHUI.code, city.code)


@pytest.mark.parametrize(
    ("code", "name"),
    [("340102", "合肥市"), ("341000", "黄山市"), ("341882", "宣城市"), ("340181", "合肥市")],
)
def test_a_county_lies_in_its_city(code: str, name: str) -> None:
    city = city_of(code)
    assert city is not None
    assert city.name_zh == name


@pytest.mark.parametrize("code", ["340000", "342401", "340900", "320100", "34010", "", "34010a"])
def test_no_city_is_guessed(code: str) -> None:
    assert city_of(code) is None


@pytest.mark.parametrize(
    ("prefix", "code", "expected"),
    [
        ("340000", "340000", True),
        ("340000", "341882", True),
        ("340000", "342401", True),
        ("340000", "320100", False),
        ("340100", "340100", True),
        ("340100", "340181", True),
        ("340100", "340201", False),
        ("340100", "340000", False),
        ("341000", "341024", True),
        ("341000", "341100", False),
        ("340102", "340102", True),
        ("340102", "340103", False),
        ("340102", "340100", False),
    ],
)
def test_scope_by_prefix(prefix: str, code: str, expected: bool) -> None:
    assert covers(prefix, code) is expected


@pytest.mark.parametrize("bad", ["", "34", "000000", "003401", "34０100", "3401000", "34 100"])
def test_a_malformed_code_never_widens_a_scope(bad: str) -> None:
    assert not is_region_code(bad)
    assert not is_anhui(bad)
    assert not is_known(bad)
    for pair in ((bad, "340100"), ("340000", bad)):
        with pytest.raises(ValueError, match="not a region code"):
            covers(*pair)


@given(codes, codes, codes)
def test_scopes_are_reflexive_and_transitive(a: str, b: str, c: str) -> None:
    assert covers(a, a)
    if covers(a, b) and covers(b, c):
        assert covers(a, c)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("340000", True),
        ("340102", True),
        ("342626", True),
        ("341424", True),
        ("341900", False),
        ("110105", True),
        ("990000", False),
        ("160000", False),
    ],
)
def test_known_regions(code: str, expected: bool) -> None:
    assert is_known(code) is expected
