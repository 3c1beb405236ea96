"""统一社会信用代码: published samples, refusals, an independent implementation as the oracle."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as uscc_of_stdnum

from identity.domain.resident_id import IdNumberFault, InvalidIdNumber
from identity.domain.uscc import Uscc

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# GB 32100, table of weights, as printed there; not computed.
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

SAMPLES = [
    ("91350100M000100Y43", "350100"),
    ("91110000600037341L", "110000"),
    ("91440300708461136T", "440300"),
    ("12100000400000624D", "100000"),
]


def oracle(code: str) -> bool:
    """Both checks, from the tables of the two standards."""
    total = sum(ALPHABET.index(each) * w for each, w in zip(code[:17], WEIGHTS, strict=True))
    check = 31 - total % 31
    organisation = code[8:17]
    values = [int(each, 36) for each in organisation[:8]]
    rest = 11 - sum(a * b for a, b in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    own = {10: "X", 11: "0"}.get(rest, str(rest))
    return code[17] == ALPHABET[check % 31] and organisation[8] == own


def completed(department: str, kind: str, region: int, organisation: str) -> str:
    """A valid code around these parts, found by trying every check character with the oracle."""
    for own in "0123456789X":
        for check in ALPHABET:
            code = f"{department}{kind}{region:06}{organisation}{own}{check}"
            if oracle(code):
                return code
    raise AssertionError("no check character fits")


codes = st.builds(
    completed,
    st.sampled_from("1259ANY"),
    st.sampled_from("1239"),
    st.integers(110000, 659999),
    st.text(ALPHABET, min_size=8, max_size=8),
)


def fault(text: str) -> IdNumberFault:
    with pytest.raises(InvalidIdNumber) as caught:
        Uscc.parse(text)
    return caught.value.reason


@pytest.mark.parametrize(("code", "region"), SAMPLES)
def test_published_samples(code: str, region: str) -> None:
    parsed = Uscc.parse(code)
    assert (parsed.code, parsed.region_code, str(parsed)) == (code, region, code)
    assert parsed.organisation_code == code[8:17]


@given(codes)
def test_valid_codes_parse(code: str) -> None:
    assert Uscc.parse(code).code == code


@given(
    st.text(ALPHABET, min_size=2, max_size=2),
    st.integers(0, 999999),
    st.text(ALPHABET, min_size=10, max_size=10),
)
def test_verdict_equals_the_oracle(head: str, region: int, tail: str) -> None:
    code = f"{head}{region:06}{tail}"
    if oracle(code):
        Uscc.parse(code)
    else:
        assert fault(code) is IdNumberFault.CHECK_DIGIT


def stdnum_says(code: str) -> bool:
    """The verdict of python-stdnum, which nobody here wrote."""
    return bool(uscc_of_stdnum.is_valid(code))


@given(
    st.sampled_from("159"),  # stdnum does not know the departments that are letters (A, N, Y)
    st.sampled_from("1239"),
    st.integers(110000, 659999),
    st.text(ALPHABET, min_size=8, max_size=8),
)
def test_what_is_valid_here_is_valid_for_stdnum(
    department: str, kind: str, region: int, organisation: str
) -> None:
    code = completed(department, kind, region, organisation)
    assert Uscc.parse(code).code == code
    assert stdnum_says(code)


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_what_stdnum_refuses_for_its_last_check_is_refused_here(
    code: str, place: int, other: str
) -> None:
    changed = code[:place] + other + code[place + 1 :]
    if not stdnum_says(changed) and changed != code:
        fault(changed)


@pytest.mark.parametrize(("code", "region"), SAMPLES)
def test_stdnum_knows_the_published_samples(code: str, region: str) -> None:
    assert stdnum_says(code)


@given(codes, st.integers(0, 17), st.sampled_from("OoIilｌ０①²٣〇零〡\u200b\u00a0 -"))
def test_look_alikes_are_refused_or_are_the_very_character(
    code: str, place: int, other: str
) -> None:
    text = code[:place] + other + code[place + 1 :]
    try:
        found = Uscc.parse(text).code
    except InvalidIdNumber:
        return
    assert found == code
    assert unicodedata.normalize("NFKC", text).upper() == code


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_changed_character_is_caught(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    if changed != code:
        fault(changed)


@given(codes, st.integers(0, 16))
def test_every_adjacent_swap_is_caught(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        fault(swapped)


@given(codes)
def test_a_wrong_organisation_check_is_caught_though_the_last_character_fits(code: str) -> None:
    for own in "0123456789X":
        if own == code[16]:
            continue
        body = code[:16] + own
        total = sum(ALPHABET.index(each) * w for each, w in zip(body, WEIGHTS, strict=True))
        assert fault(body + ALPHABET[(31 - total % 31) % 31]) is IdNumberFault.CHECK_DIGIT


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", IdNumberFault.LENGTH),
        ("91350100M000100Y4", IdNumberFault.LENGTH),
        ("340100000000001", IdNumberFault.LENGTH),  # the registration number before 2015
        ("91350100M000100Y43 ", IdNumberFault.CHARACTERS),
        ("91350100M000100Y4-", IdNumberFault.CHARACTERS),
        ("9135A100M000100Y43", IdNumberFault.CHARACTERS),
        *((f"91350100M000100Y4{letter}", IdNumberFault.CHARACTERS) for letter in "OIZSV"),
        ("91350100M000100Y44", IdNumberFault.CHECK_DIGIT),
    ],
)
def test_refusals_name_their_reason(text: str, reason: IdNumberFault) -> None:
    assert fault(text) is reason


def test_lower_case_and_full_width_are_normalised() -> None:
    assert Uscc.parse("９１350100m000100y43") == Uscc.parse("91350100M000100Y43")
