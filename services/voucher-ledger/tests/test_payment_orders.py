"""Payment orders: two approvers, files whose hashes the log has, and what the bank answers."""

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from voucher_ledger import queries
from voucher_ledger.domain import payment_file
from voucher_ledger.domain.payment_order import PaymentOrder
from voucher_ledger.domain.refusals.redemptions import AwaitingCosignature
from voucher_ledger.testing import World, bank_answer

PAIN = f"{{{payment_file.NAMESPACE}}}"


@dataclass
class Paying:
    """Three publicised redemptions, and who decides."""

    world: World
    redemptions: list[str]

    def propose(self) -> str:
        """The payment order of all of them, drawn up by `clerk`."""
        found = self.world.do("propose_payment", actor="clerk", redemption_ids=self.redemptions)
        return str(found["id"])

    def decide(self, order: str, actor: str, approve: bool = True) -> dict[str, Any]:
        """Somebody approves or rejects."""
        given: dict[str, Any] = {"payment_order_id": order, "approve": approve, "reason": "已核"}
        return dict(self.world.run("decide_payment", actor=actor, **given))

    def answer(self, order: str, content: str) -> dict[str, Any]:
        """The bank's file is imported."""
        given = {"payment_order_id": order, "content": content}
        return dict(self.world.run("import_bank_return", actor="payer", **given))

    def load(self, order: str) -> PaymentOrder:
        """The payment order as the log has it."""
        return self.world.ledger.load(PaymentOrder, order)

    def states(self) -> list[str]:
        """The states of the redemptions."""
        found = self.world.ledger.database.rows("SELECT id, state FROM redemptions")
        by_id = {row["id"]: row["state"] for row in found}
        return [by_id[id_] for id_ in self.redemptions]

    def balance(self, bucket: str) -> int:
        """What a bucket of the purse has."""
        purses = queries.book.balances(self.world.ledger.database, None)
        found = next(each["balances"] for each in purses if each["region"] == "340100")
        return int(found.get(bucket, 0))


@pytest.fixture
def paying(world: World) -> Paying:
    redemptions = []
    for number in range(3):
        order, _, provider = world.accepted()
        papers = world.papers(order, f"2434{number:016}")
        redemptions.append(world.do("apply_redemption", provider, **papers)["id"])
    world.publicised(*redemptions)
    return Paying(world, sorted(redemptions))


@pytest.mark.article(17)
def test_a_payment_needs_two_approvers_who_neither_drew_it_up_nor_reviewed(paying: Paying) -> None:
    order = paying.propose()
    codes = {actor: paying.decide(order, actor)["error"]["code"] for actor in ("clerk", "reviewer")}
    assert codes == {
        "clerk": "voucher-ledger.own-payment-order",
        "reviewer": "voucher-ledger.payment-reviewed-by-approver",
    }
    assert paying.decide(order, "first")["result"]["state"] == "proposed"
    twice = paying.decide(order, "first")["error"]["code"]
    assert twice == "voucher-ledger.payment-approved-twice"
    early = paying.answer(order, bank_answer(paying.load(order)))["error"]["code"]
    assert early == "voucher-ledger.wrong-payment-order-state"
    issued = paying.decide(order, "second")["result"]
    assert (issued["state"], issued["approvals"], issued["total_fen"]) == ("issued", 2, 120_000)
    assert paying.balance("paid") == 0, "the bank has not said so"


@pytest.mark.article(17)
def test_the_payment_files_are_what_the_log_has_the_hashes_of(paying: Paying) -> None:
    order = paying.world.issued(*paying.redemptions)
    loaded = paying.load(order)
    assert loaded.made is not None
    csv, pain = (loaded.file(form, loaded.made) for form in ("csv", "pain001"))
    row = queries.payment_orders.listed(paying.world.ledger.database, None, 10)[0]
    assert payment_file.digest(csv) == row["csv_sha256"]
    assert payment_file.digest(pain) == row["pain001_sha256"]
    lines = csv.splitlines()
    assert lines[0] == f"H,{order},3,1200.00,{loaded.made.execute_on}"
    assert [line.split(",")[3] for line in lines[1:]] == ["400.00"] * 3
    root = ET.fromstring(pain)
    sums = [element.text for element in root.iter(f"{PAIN}CtrlSum")]
    assert sums == ["1200.00", "1200.00"]
    assert {element.text for element in root.iter(f"{PAIN}NbOfTxs")} == {"3"}
    ids = [element.text for element in root.iter(f"{PAIN}EndToEndId")]
    assert ids == [line.split(",")[1] for line in lines[1:]]
    assert [each.get("Ccy") for each in root.iter(f"{PAIN}InstdAmt")] == ["CNY"] * 3


def test_a_rejected_payment_order_sets_its_redemptions_free(paying: Paying) -> None:
    order = paying.propose()
    again = paying.world.code("propose_payment", redemption_ids=paying.redemptions)
    assert again == "voucher-ledger.wrong-redemption-state"
    assert paying.decide(order, "payer", approve=False)["result"]["state"] == "rejected"
    assert paying.states() == ["publicised"] * 3
    assert paying.propose() != order


def test_nothing_is_proposed_twice_or_before_the_cosignature(paying: Paying) -> None:
    world, (first, *_) = paying.world, paying.redemptions
    assert world.code("propose_payment", redemption_ids=[first, first]) == (
        "voucher-ledger.payment-listed-twice"
    )
    database = world.ledger.database
    database.execute(
        [("ALTER TABLE cosigned DISABLE TRIGGER ALL", ()), ("DELETE FROM cosigned", ())]
    )
    with pytest.raises(AwaitingCosignature):
        world.run("propose_payment", redemption_ids=[first])


@pytest.mark.article(17)
def test_what_the_bank_says_is_booked_and_what_it_returns_is_instructed_again(
    paying: Paying,
) -> None:
    back, *others = paying.redemptions
    order = paying.world.issued(*paying.redemptions)
    content = bank_answer(paying.load(order), {back: "AC01"})
    settled = paying.answer(order, content)["result"]
    assert (settled["paid_fen"], settled["returned_fen"]) == (80_000, 40_000)
    assert paying.states() == ["returned", "paid", "paid"]
    assert (paying.balance("paid"), paying.balance("redeemed")) == (80_000, 40_000)
    second = paying.world.issued(back)
    assert paying.answer(second, bank_answer(paying.load(second)))["result"]["state"] == "settled"
    assert (paying.balance("paid"), paying.balance("redeemed")) == (120_000, 0)
    # and what it had paid comes back later
    item = next(
        item for item in paying.load(order).items.values() if item.redemption_id == others[0]
    )
    line = f"D,{item.end_to_end_id},400.00,RETURNED,,AC04"
    late = paying.answer(order, f"R,{order},1,400.00\n{line}\n")["result"]
    assert (late["paid_fen"], late["returned_fen"]) == (40_000, 80_000)
    assert paying.states() == ["paid", "returned", "paid"]
    assert (paying.balance("paid"), paying.balance("redeemed")) == (80_000, 40_000)
    row = queries.payment_orders.listed(paying.world.ledger.database, None, 10)
    assert {each["id"]: each["paid_fen"] for each in row} == {order: 40_000, second: 40_000}


def test_the_same_file_again_changes_nothing(paying: Paying) -> None:
    order = paying.world.issued(*paying.redemptions)
    content = bank_answer(paying.load(order))
    first = paying.answer(order, content)["result"]
    size = len(paying.world.entries())
    assert paying.answer(order, content)["result"] == first
    assert len(paying.world.entries()) == size
    other = content.replace("PAID,B-", "PAID,C-")
    refused = paying.answer(order, other)["error"]["code"]
    assert refused == "voucher-ledger.wrong-payment-order-state"


@pytest.mark.article(17)
def test_a_bad_return_file_is_refused_with_the_calculation_and_harms_nothing(
    paying: Paying,
) -> None:
    order = paying.world.issued(*paying.redemptions)
    good = bank_answer(paying.load(order))
    head, first, second, third = good.splitlines()
    unknown = first.replace(first.split(",")[1], "0" * 34)
    spoiled = {
        "malformed": [head.replace("H", "X"), first, second, third],
        "malformed ": [head, first.replace("PAID", "MAYBE"), second, third],
        "total-wrong": [head.replace("1200.00", "1200.01"), first, second, third],
        "total-wrong ": [head, first, second],
        "incomplete": [f"H,{order},2,800.00", first, second],
        "line-unknown": [head, unknown, second, third],
        "line-twice": [head, first, first, third],
        "amount-differs": [
            head, first.replace("400.00", "399.00"), second.replace("400.00", "401.00"), third,
        ],
        "of-another-order": [head.replace(order, paying.redemptions[0]), first, second, third],
    }  # fmt: skip
    found = {}
    for name, lines in spoiled.items():
        error = paying.answer(order, "\n".join(lines))["error"]
        assert error["code"] == f"voucher-ledger.bank-return-{name.strip()}"
        assert len(error["data"].pop("file_sha256")) == 64
        found[name] = error["data"]
    assert found["total-wrong "] == {
        "stated_lines": 3, "stated_fen": 120_000, "counted_lines": 2, "counted_fen": 80_000,
    }  # fmt: skip
    assert found["incomplete"] == {
        "instructed": 3, "instructed_fen": 120_000, "mentioned": 2, "mentioned_fen": 80_000,
        "missing": [third.split(",")[1]],
    }  # fmt: skip
    assert paying.states() == ["instructed"] * 3
    assert paying.answer(order, good)["result"]["state"] == "settled", "nothing is lost"
