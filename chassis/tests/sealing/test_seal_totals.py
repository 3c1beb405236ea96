"""Totals in a checkpoint: one spelling, one order, and money that adds up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.sealing.checkpoint import Checkpoint
from chassis.sealing.faults import MalformedTotals, NotConserved, Overdrawn
from chassis.sealing.hashing import SHA256
from chassis.sealing.totals import (
    BUCKETS,
    Totals,
    account_of,
    check_sound,
    parse_totals,
    totals_lines,
)

LINE = "totals JYCY 340100 2026 appropriated=900000 unissued=600000 issued=250000 paid=50000"
TOTALS = Totals("JYCY", "340100", 2026, 900_000, (600_000, 250_000, 0, 0, 50_000, 0, 0))

PURSES = st.tuples(
    st.from_regex(r"[A-Z][A-Z0-9-]{1,19}", fullmatch=True),
    st.from_regex(r"34[0-9]{4}", fullmatch=True),
    st.integers(2000, 2100),
)
AMOUNTS = st.tuples(*(st.integers(0, 10**12) for _ in BUCKETS))


def test_a_line_and_its_totals() -> None:
    assert TOTALS.line == LINE
    assert Totals.parse(LINE) == TOTALS
    check_sound([TOTALS])


def test_from_a_book_whose_contra_account_is_negative() -> None:
    balances = {"appropriated": -900_000, "unissued": 600_000, "issued": 250_000, "paid": 50_000}
    assert Totals.of("JYCY", "340100", 2026, balances) == TOTALS
    assert Totals.of("JYCY", "340100", 2026, {}).line == "totals JYCY 340100 2026 appropriated=0"
    for wrong in ({"elsewhere": 1}, {"paid": -(2**53)}, {"paid": 2**53}):
        with pytest.raises(MalformedTotals):
            Totals.of("JYCY", "340100", 2026, wrong)


@pytest.mark.parametrize(
    "line",
    [
        "totals",
        "totalsx",
        LINE + " ",
        LINE.replace("totals ", "totals  "),
        LINE.replace("JYCY", "jycy"),
        LINE.replace("340100", "34010"),
        LINE.replace("340100", "٣٤٠١٠٠"),
        LINE.replace("2026", "026"),
        LINE.replace("900000", "0900000"),
        LINE.replace("900000", "-0"),
        LINE.replace("900000", "--900000"),
        LINE.replace("paid=50000", "paid=-0"),
        LINE.replace("900000", "9e5"),
        LINE.replace("900000", "9" * 17),
        LINE.replace("900000", "9" * 16),
        LINE.replace("paid=50000", "paid=0"),
        LINE.replace("paid=50000", "paid=050000"),
        LINE.replace("paid=50000", "paid="),
        LINE.replace("paid=50000", "payed=50000"),
        LINE.replace("paid=50000", "paid=50000 paid=50000"),
        LINE.replace("unissued=600000 issued=250000", "issued=250000 unissued=600000"),
        LINE.replace(" appropriated=900000", ""),
    ],
)
def test_another_spelling_is_refused(line: str) -> None:
    with pytest.raises(MalformedTotals):
        parse_totals([line])


@given(st.dictionaries(PURSES, AMOUNTS, max_size=6))
def test_lines_read_back_in_order_and_add_up(
    purses: dict[tuple[str, str, int], tuple[int, ...]],
) -> None:
    totals = [Totals(*purse, sum(amounts), amounts) for purse, amounts in purses.items()]
    lines = totals_lines(totals)
    checkpoint = Checkpoint("log.example", 1, SHA256.empty, ("hash sm3", *lines, "other"))
    found = parse_totals(Checkpoint.parse(checkpoint.text).extensions)
    assert sorted(totals) == list(found)
    check_sound(found)


@given(PURSES, AMOUNTS, st.integers(-5, 5))
def test_a_fen_too_many_or_few_is_found(
    purse: tuple[str, str, int], amounts: tuple[int, ...], more: int
) -> None:
    appropriated = sum(amounts) + more
    if more == 0 or appropriated < 0:
        return
    with pytest.raises(NotConserved) as caught:
        check_sound([TOTALS, Totals(*purse, appropriated, amounts)])
    assert caught.value.data["sum"] == sum(amounts)
    assert caught.value.as_dict()["message"]["zh"].startswith("资金不守恒")


def test_a_purse_comes_once_and_in_order() -> None:
    other = Totals("JYCY", "340200", 2026, 0, (0,) * 7)
    assert totals_lines([other, TOTALS]) == (TOTALS.line, other.line)
    with pytest.raises(MalformedTotals):
        totals_lines([TOTALS, TOTALS])
    for lines in ([LINE, LINE], [other.line, LINE]):
        with pytest.raises(MalformedTotals):
            parse_totals(lines)


def test_purses_of_a_sort_differ_by_amounts_too() -> None:
    richer = Totals("JYCY", "340100", 2026, 1, (1, 0, 0, 0, 0, 0, 0))
    with pytest.raises(MalformedTotals):
        totals_lines([TOTALS, richer])


def test_the_number_of_buckets_is_fixed() -> None:
    with pytest.raises(MalformedTotals):
        Totals("JYCY", "340100", 2026, 0, (0,) * 6)


@pytest.mark.parametrize(
    ("line", "bucket", "fen"),
    [
        ("totals JYCY 340100 2026 appropriated=5 issued=-5 paid=10", "issued", -5),
        ("totals JYCY 340100 2026 appropriated=-5 unissued=-5", "appropriated", -5),
    ],
)
def test_an_overdrawn_purse_can_be_said_and_is_found(line: str, bucket: str, fen: int) -> None:
    (totals,) = parse_totals([line])
    assert totals.line == line
    with pytest.raises(Overdrawn) as caught:
        check_sound([TOTALS, totals])
    assert (caught.value.data["bucket"], caught.value.data["fen"]) == (bucket, fen)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("issued/JYCY/340100/2026", ("issued", ("JYCY", "340100", 2026))),
        ("appropriated/A1/340000/2027", ("appropriated", ("A1", "340000", 2027))),
        ("elsewhere/JYCY/340100/2026", None),
        ("issued/JYCY/340100", None),
        ("issued/JYCY/340100/2026\n", None),
        ("issued/JYCY/340100/2026 issued=5", None),
        (7, None),
    ],
)
def test_accounts_are_read_in_one_way(text: object, found: object) -> None:
    assert account_of(text) == found
