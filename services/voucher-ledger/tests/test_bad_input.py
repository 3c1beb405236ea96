"""Bad input to the ledger, line by line: refused with the reason, the rest unharmed, nothing lost.

Elsewhere: amounts that are none (tests/guard/test_amounts.py), acceptance and withdrawn listings
(services/matching/tests/test_bad_input.py), call-backs (test_own_payments.py), bank return files
(test_payment_orders.py, and here by what the issue names).
"""

from typing import Any

import pytest

from chassis import context
from chassis.commands import Command
from chassis.domain import new_id
from chassis.refusal import CommandIdReused
from voucher_ledger import queries
from voucher_ledger.domain.payment_order import PaymentOrder
from voucher_ledger.testing import TERMS, World, bank_answer


def balances(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = queries.book.balances(world.ledger.database)
    return found


@pytest.mark.article(17)
@pytest.mark.parametrize("other", [100_001, 99_999, 1])
def test_a_command_replayed_with_another_amount_is_refused_naming_it(
    world: World, other: int
) -> None:
    values: dict[str, Any] = {"fund": "JYCY", "year": 2026, "amount_fen": 100_000}
    values |= {"source": "provincial", "document_number": "皖财社〔2026〕1号"}
    id_ = new_id()

    def appropriate(given: dict[str, Any]) -> dict[str, Any]:
        command = Command("appropriate_budget", id_, given, given, refusal_is_event=True)
        with context.bound(context.Context(actor="staff")):
            return world.commands.execute(command, lambda: world.ledger.appropriate_budget(**given))

    first = appropriate(values)
    before, size = balances(world), len(world.entries())
    with pytest.raises(CommandIdReused) as refused:
        appropriate({**values, "amount_fen": other})
    assert refused.value.data["fields"] == ["amount_fen"]
    assert (balances(world), len(world.entries())) == (before, size)
    assert appropriate(values) == first


@pytest.mark.article(17, 19)
def test_a_reservation_whose_listing_was_withdrawn_meanwhile_is_refused(world: World) -> None:
    user = world.user()
    voucher = world.voucher(user)
    listing, _ = world.offer()
    world.hear("catalog.ListingWithdrawn", listing, reason="provider")
    before = balances(world)
    outcome = world.reserve(voucher, new_id(), listing, user)
    assert outcome["error"]["code"] == "voucher-ledger.not-whitelisted"
    assert outcome["error"]["data"] == {"date": "2026-03-02"}
    assert balances(world) == before
    other, _ = world.offer()
    assert "result" in world.reserve(voucher, new_id(), other, user), "the voucher is as it was"


@pytest.mark.article(19)
def test_what_was_reserved_before_the_withdrawal_stays_reserved(world: World) -> None:
    user, order = world.user(), new_id()
    voucher = world.voucher(user)
    listing, _ = world.offer()
    world.reserve(voucher, order, listing, user)
    world.hear("catalog.ListingWithdrawn", listing, reason="provider")
    redeemed = world.do("redeem_voucher", voucher_id=voucher, order_id=order)
    assert redeemed["redeemed_fen"] == 40_000


@pytest.mark.article(17)
def test_an_invoice_number_used_before_is_refused_and_the_right_one_may_follow(
    world: World,
) -> None:
    first, _, provider = world.accepted()
    world.do("apply_redemption", provider, **world.papers(first))
    second, _, other = world.accepted()
    before = balances(world)
    refused = world.run("apply_redemption", other, **world.papers(second))["error"]
    assert refused["code"] == "voucher-ledger.invoice-used"
    assert refused["data"] == {"invoice_number": "24342000000012345678"}
    assert balances(world) == before
    right = world.papers(second, "24342000000012345679")
    assert world.do("apply_redemption", other, **right)["state"] == "applied"


@pytest.mark.article(17)
def test_zeros_in_front_make_no_other_invoice(world: World) -> None:
    first, _, provider = world.accepted()
    world.do("apply_redemption", provider, **world.papers(first, "02345678"))
    second, _, other = world.accepted()
    for number in ("2345678".rjust(9, "0"), "2345678".rjust(20, "0")):
        refused = world.run("apply_redemption", other, **world.papers(second, number))["error"]
        assert refused["code"] == "voucher-ledger.invoice-used"
    right = world.papers(second, "23456780")
    assert world.do("apply_redemption", other, **right)["state"] == "applied"


def _unknown_line(order: PaymentOrder) -> tuple[str, str]:
    head, line = bank_answer(order).splitlines()[:2]
    rest = bank_answer(order).splitlines()[2:]
    unknown = line.replace(line.split(",")[1], "f" * 34)
    return "\n".join((head, unknown, *rest)), "voucher-ledger.bank-return-line-unknown"


def _wrong_total(order: PaymentOrder) -> tuple[str, str]:
    return (
        bank_answer(order).replace("800.00", "800.01"),
        "voucher-ledger.bank-return-total-wrong",
    )


def _half_its_lines(order: PaymentOrder) -> tuple[str, str]:
    head, line, _ = bank_answer(order).splitlines()
    head = head.replace(",2,800.00", ",1,400.00")
    return f"{head}\n{line}\n", "voucher-ledger.bank-return-incomplete"


def _cut_in_half(order: PaymentOrder) -> tuple[str, str]:
    content = bank_answer(order)
    return content[: content.rindex("\nD,") + 1], "voucher-ledger.bank-return-total-wrong"


@pytest.mark.article(17)
@pytest.mark.parametrize("spoil", [_unknown_line, _wrong_total, _half_its_lines, _cut_in_half])
def test_a_bank_return_file_with_an_unknown_line_a_wrong_total_or_half_its_lines(
    world: World, spoil: Any
) -> None:
    redemptions = []
    for number in range(2):
        order, _, provider = world.accepted()
        papers = world.papers(order, f"2434{number:016}")
        redemptions.append(str(world.do("apply_redemption", provider, **papers)["id"]))
    world.publicised(*redemptions)
    issued = world.issued(*redemptions)
    loaded = world.ledger.load(PaymentOrder, issued)
    content, code = spoil(loaded)
    before = balances(world)
    refused = world.run("import_bank_return", payment_order_id=issued, content=content)["error"]
    assert refused["code"] == code
    assert refused["data"].keys() > {"file_sha256"}, "and the calculation"
    assert balances(world) == before
    assert world.ledger.load(PaymentOrder, issued).state == "issued"
    right = bank_answer(loaded)
    settled = world.do("import_bank_return", payment_order_id=issued, content=right)
    assert (settled["state"], settled["paid_fen"]) == ("settled", 80_000)


@pytest.mark.article(17)
def test_what_a_batch_names_twice_counts_once(world: World) -> None:
    twice = ["enterprise.tax", "enterprise.legal", "enterprise.tax"]
    world.budget()
    terms = {**TERMS, "categories": twice, "target_kinds": ["firm", "firm", "person"]}
    told = world.do("open_batch", **terms)
    batch, wanted = told["id"], (["enterprise.tax", "enterprise.legal"], ["firm", "person"])
    assert (told["categories"], told["target_kinds"]) == wanted
    (opened,) = [entry for entry in world.entries() if entry.event["type"].endswith("BatchOpened")]
    assert (opened.data["categories"], opened.data["target_kinds"]) == wanted
    world.do("grant_vouchers", batch_id=batch, holders=[user := world.user(), user])
    (granted,) = [e for e in world.entries() if e.event["type"].endswith("VoucherGranted")]
    assert sorted(granted.data["categories"]) == sorted(opened.data["categories"])
