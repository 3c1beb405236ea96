"""Commands and causes take effect once, and times are true."""

from typing import Any, Protocol

import pytest

from oversight.domain.audit import ORDER, Audit
from oversight.domain.window import Cosigned
from oversight.vocabulary import EventSchemas

LEDGER = "voucher-ledger"
CLAIMED = f"{LEDGER}.VoucherClaimed"
RESERVED = f"{LEDGER}.VoucherReserved"
REDEEMED = f"{LEDGER}.VoucherRedeemed"
RELEASED = f"{LEDGER}.VoucherReleased"
REFUSED = f"{LEDGER}.CommandRefused"
APPROVED = f"{LEDGER}.RedemptionApproved"
INSTRUCTED = f"{LEDGER}.RedemptionInstructed"
PAID = f"{LEDGER}.RedemptionPaid"
PLACED, ACCEPTED = "matching.OrderPlaced", "matching.OrderAccepted"
CANCELLED = "matching.OrderCancelled"


class History(Protocol):
    """The fixture of conftest.py."""

    def __getattr__(self, name: str) -> Any: ...


def caused(history: History) -> None:
    """Let the ledger say which entries of matching it reacted to."""
    causes = {
        (RESERVED, 0): (PLACED, 0), (REDEEMED, 0): (ACCEPTED, 0), (RESERVED, 1): (PLACED, 1),
        (RELEASED, 0): (CANCELLED, 0), (REFUSED, 0): (PLACED, 2),
    }  # fmt: skip
    for effect, cause in causes.items():
        event = history.find(*effect)
        event["actor"] = f"system:{LEDGER}"
        event["causation"] = "/".join(map(str, history.place(*cause)))


@pytest.mark.article(32)
def test_a_command_that_takes_effect_again_is_found(history: History) -> None:
    history.find(REFUSED)["command"] = history.find(CLAIMED)["command"]
    assert history.rules_broken() == [("command-replayed", *history.place(REFUSED))]


def test_all_entries_of_one_command_stand_together(history: History) -> None:
    first, second = history.logs["identity"][:2]
    second["command"] = first["command"]
    assert history.rules_broken() == []


@pytest.mark.article(32)
def test_a_cause_that_takes_effect_twice_is_found(history: History) -> None:
    caused(history)
    history.find(RELEASED)["causation"] = history.find(REDEEMED)["causation"]
    assert ("reaction-doubled", *history.place(RELEASED)) in history.rules_broken()


@pytest.mark.article(6, 8, 17)
@pytest.mark.parametrize(("before", "found"), [(0, True), (1, True), (-1, False)])
def test_a_payment_that_did_not_wait_for_the_supervisor_is_found(
    history: History, before: int, found: bool
) -> None:
    _, paid = history.place(INSTRUCTED)
    _, approved = history.place(APPROVED)
    sizes = [approved, paid + 1] if before == 1 else [paid + 1] if before == 0 else [paid]
    for number, size in enumerate(sizes):
        said = {"watched": LEDGER, "size": size, "root": "0" * 64, "note": "n"}
        history.add(
            "oversight.WitnessCosigned", f"00000000-0000-4000-8000-00000000000{number}", said
        )
    expected = [("paid-uncosigned", LEDGER, paid)] if found else []
    assert [each for each in history.rules_broken() if each[0] == "paid-uncosigned"] == expected


@pytest.mark.article(17)
@pytest.mark.parametrize(("day", "found"), [("2026-06-01", False), ("2026-06-02", True)])
def test_money_that_is_held_back_longer_than_thirty_days_is_found(
    history: History, day: str, found: bool
) -> None:
    ledger = history.logs[LEDGER]
    ledger.remove(history.find(PAID))
    history.find("matching.OrderRefused")["recorded_at"] = f"{day}T04:00:00.000000Z"
    overdue = [each for each in history.rules_broken() if each[0] == "payment-overdue"]
    assert overdue == ([("payment-overdue", LEDGER, None)] if found else [])


@pytest.mark.article(8, 32)
def test_a_time_that_the_cosignatures_contradict_is_found(history: History) -> None:
    for number, minute in enumerate((0, 10, 20, 30)):
        history.logs["identity"][number]["recorded_at"] = f"2026-05-01T04:{minute:02}:00.000000Z"
    for event in history.logs["identity"][4:]:
        event["recorded_at"] = "2026-05-01T05:00:00.000000Z"

    def broken(*cosigned: tuple[int, str]) -> list[int | None]:
        """The positions that are out of time, given sizes and the times of their cosignatures."""
        told = [Cosigned(size, f"2026-05-01T{at}:00.000000Z") for size, at in cosigned]
        audit = Audit(
            EventSchemas(), {"identity": len(history.logs["identity"])}, None, {"identity": told}
        )
        for position, text in enumerate(history.texts("identity")):
            audit.feed("identity", position, text.encode())
        return [found.position for found in audit.close().findings]

    assert broken() == []
    assert broken((2, "04:12"), (6, "05:01")) == []
    assert broken((2, "04:05"), (6, "04:55")) == [], "five minutes are allowed"
    assert broken((2, "04:04")) == [1], "recorded after it was cosigned"
    assert broken((2, "04:26"), (6, "05:01")) == [2], "recorded before an earlier cosignature"
    assert ORDER[0] == "identity"
