"""Parameters: dated figures; a batch takes those in force, and keeps on which basis."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from chassis import clock
from voucher_ledger import queries
from voucher_ledger.domain.parameter import FIGURES
from voucher_ledger.testing import TERMS, World

UNSAID = dict.fromkeys(
    ("face_fen", "rate_bp", "item_cap_fen", "user_cap_fen", "use_by", "redeem_by")
)
PAPER = "皖人社〔2026〕8号"


def opened(world: World) -> dict[str, Any]:
    """A batch of which the issuer says no figure."""
    world.budget()
    return world.do("open_batch", **{**TERMS, **UNSAID})


@pytest.mark.article(1, 17)
def test_every_figure_has_a_default_that_says_it_is_not_law(world: World) -> None:
    listed = queries.parameters.listed(world.ledger.database, date(2026, 3, 2))
    assert {row["name"] for row in listed} == FIGURES.keys()
    assert {row["basis"] for row in listed} == {"default (not Anhui law)"}
    batch = opened(world)
    assert (batch["face_fen"], batch["rate_bp"], batch["user_cap_fen"]) == (100_000, 3000, None)
    assert (batch["use_by"], batch["redeem_by"]) == ("2027-03-02", "2027-05-31")
    assert set(batch["figures"].values()) == {"default (not Anhui law)"}


@pytest.mark.article(17)
def test_a_figure_holds_from_its_day_on_and_the_last_word_counts(world: World) -> None:
    paper: dict[str, Any] = {"document_number": PAPER}
    for value, day in ((2000, "2026-07-01"), (2500, "2026-07-01"), (4000, "2027-01-01")):
        world.do("set_parameter", name="rate-bp", value=value, valid_from=day, **paper)
    cap: dict[str, Any] = {"name": "user-cap-fen", "value": 90_000, "valid_from": "2026-03-02"}
    now = world.do("set_parameter", **cap, **paper)
    assert (now["value"], now["basis"]) == (90_000, f"{PAPER} (2026-03-02)")
    found = {}
    for day in ("2026-06-30", "2026-07-01", "2026-12-31", "2027-01-01"):
        rows = queries.parameters.listed(world.ledger.database, date.fromisoformat(day))
        found[day] = next(row["value"] for row in rows if row["name"] == "rate-bp")
    assert list(found.values()) == [3000, 2500, 2500, 4000]
    assert opened(world)["rate_bp"] == 3000
    with clock.fixed(datetime(2026, 6, 30, 16, 0, tzinfo=UTC)):  # 1 July in Shanghai
        batch = opened(world)
    assert (batch["rate_bp"], batch["figures"]["rate_bp"]) == (2500, f"{PAPER} (2026-07-01)")
    assert (batch["user_cap_fen"], batch["figures"]["face_fen"]) == (
        90_000,
        "default (not Anhui law)",
    )
    said = world.do("open_batch", **{**TERMS, "amount_fen": 100_000})
    assert set(said["figures"].values()) == {"issuer"}


@pytest.mark.article(17, 40)
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"valid_from": "2026-03-01"}, "voucher-ledger.parameter-retroactive"),
        ({"value": 10_001}, "voucher-ledger.parameter-out-of-bounds"),
        ({"value": 0}, "voucher-ledger.parameter-out-of-bounds"),
    ],
)
def test_a_figure_is_not_set_for_the_past_or_beyond_its_bounds(
    world: World, change: dict[str, Any], code: str
) -> None:
    given = {"name": "rate-bp", "value": 3000, "valid_from": "2026-03-02", "document_number": "x"}
    assert world.code("set_parameter", **{**given, **change}) == code
