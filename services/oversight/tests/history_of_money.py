"""A hand-made history of all logs, clean from end to end, to plant irregularities in.

Its amounts and postings are worked out here by hand, with neither the ledger's code nor the
supervisor's: 1,000,000 fen appropriated, 600,000 allocated to Hefei and set aside for a batch, of
which a share of 250,000 is leased; a voucher of 200,000 with caps of 90,000 for its category and of
80,000 for its user; an order of 100,000 of which 30 % (30,000) is paid by the voucher, all the way
to its payment; a second order of which the share went back; a third that the ledger refused.
"""

from copy import deepcopy
from hashlib import sha256
from typing import Any

from oversight.testing import people
from services.oversight.tests.history import (
    ELIGIBILITY,
    FIGURES,
    INPUTS,
    PROVINCE,
    SECRET,
    SIGNED,
    TERMS,
    History,
    confirmed,
    ident,
    moved,
)
from services.oversight.tests.history_of_staff import staff_and_members


def _admissions(history: History) -> None:
    for name in ("user", "other"):
        history.tell(people.user(ident(name)))
    history.tell(people.provider(ident("provider")))
    history.tell(people.user(ident("a firm"), kind="firm"))


def _listing(history: History) -> None:
    listed = {
        "provider": ident("provider"),
        "region": "340100",
        "category": "enterprise.legal",
        "title": "股权咨询",
        "description": "两小时",
        "price_fen": 100_000,
    }
    history.add(
        "catalog.ListingPublished",
        ident("listing"),
        confirmed(listed),
    )
    period = {"valid_from": "2026-01-01", "valid_until": "2026-12-31"}
    history.add(
        "catalog.ListingWhitelisted",
        ident("listing"),
        {**period, "rate_bp": 4000, "cap_fen": 60_000},
    )


def _budget(history: History) -> None:
    province, region, batch = ident("province"), ident("budget"), ident("batch")
    fund = {"fund": "JYCY", "year": 2026}
    parameter = {"name": "item-cap-fen", "value": 50_000, "valid_from": "2026-05-01"}
    history.add("voucher-ledger.ParameterOpened", ident("parameter"), {"name": "item-cap-fen"})
    history.add(
        "voucher-ledger.ParameterSet",
        ident("parameter"),
        {**parameter, "document_number": "皖人社〔2026〕8号"},
    )
    history.add("voucher-ledger.BudgetOpened", province, {**fund, "region": "340000"})
    history.add(
        "voucher-ledger.BudgetAppropriated",
        province,
        {
            "fen": 1_000_000,
            "source": "provincial",
            "document_number": "皖财社〔2026〕1号",
            "postings": moved("appropriated", "unissued", 1_000_000, PROVINCE),
        },
    )
    to_region = [
        *moved("unissued", "appropriated", 600_000, PROVINCE),
        *moved("appropriated", "unissued", 600_000),
    ]
    allocated = {"region": "340100", "fen": 600_000, "document_number": "皖人社〔2026〕1号"}
    history.add("voucher-ledger.BudgetAllocated", province, {**allocated, "postings": to_region})
    history.add("voucher-ledger.BudgetOpened", region, {**fund, "region": "340100"})
    history.add("voucher-ledger.BudgetReceived", region, {"source": province, "fen": 600_000})
    history.add("voucher-ledger.BudgetCommitted", region, {"batch_id": batch, "fen": 600_000})
    caps = {"category_caps": {"enterprise.legal": 90_000}, "user_cap_fen": 80_000}
    caps |= {"target_region": "340100", "target_kinds": ["person"], "figures": dict(FIGURES)}
    history.add("voucher-ledger.BatchOpened", batch, {**TERMS, **caps, "amount_fen": 600_000})
    _allot(history, "money", "issue", 600_000)


def _allot(history: History, name: str, kind: str, fen: int) -> None:
    """An amount that many draw from."""
    category, year = ("enterprise.legal", 2026) if kind == "category" else (None, None)
    data = {"kind": kind, "batch_id": ident("batch"), "category": category, "year": year}
    history.add("voucher-ledger.AllotmentOpened", ident(name), {**data, "fen": fen})


def _lease(history: History, name: str, number: int, fen: int) -> str:
    """A share of an amount; returns its id."""
    share = ident(f"{name} {number}")
    leased = {"share_id": share, "number": number, "fen": fen}
    history.add("voucher-ledger.AllotmentLeased", ident(name), leased)
    begun = {"allotment_id": ident(name), "number": number, "fen": fen}
    history.add("voucher-ledger.BudgetShareLeased", share, begun)
    return share


def _chunk(number: int, after: str, granted: int, refused: dict[str, int]) -> dict[str, Any]:
    """A chunk of a run."""
    return {"number": number, "after": after, "granted": granted, "refused": refused}


def _run(history: History) -> None:
    """A run over two listed users, one of whom is a firm."""
    run, two = ident("run"), sorted([ident("user"), ident("a firm")])
    started = {"batch_id": ident("batch"), "source": "list", "starter": ident("starter")}
    history.add("voucher-ledger.GrantRunStarted", run, started)
    history.add("voucher-ledger.GrantRunListed", run, {"holders": two})
    inputs = {**INPUTS, "kind": "firm"}
    decision = {"subject": ident("a firm"), "code": "other-kind", "inputs": inputs}
    refused = {"number": 1, "decisions": [decision]}
    history.add("voucher-ledger.GrantRunRefused", run, refused)


def _voucher(history: History) -> None:
    _run(history)
    share = _lease(history, "money", 1, 250_000)
    drawn = {"fen": 200_000, "purpose": ident("batch")}
    postings = moved("unissued", "issued", 200_000)
    history.add("voucher-ledger.BudgetShareDrawn", share, {**drawn, "postings": postings})
    granted = {"batch_id": ident("batch"), "holder": ident("user"), **deepcopy(TERMS)}
    decision = {"eligibility": {"rule": ELIGIBILITY, "inputs": dict(INPUTS)}}
    run = ident("run")
    history.add("voucher-ledger.GrantRunAdvanced", run, _chunk(1, "2", 1, {"other-kind": 1}))
    history.add(
        "voucher-ledger.VoucherGranted",
        ident("voucher"),
        {**granted, **decision, "run_id": run},
    )
    history.add("voucher-ledger.GrantRunEnded", run, {"reason": "complete"})
    history.add("voucher-ledger.VoucherClaimed", ident("voucher"), {})


def _order(history: History, name: str, balance: int) -> None:
    """An order, and its reservation of 30,000 fen."""
    order = {
        "listing_id": ident("listing"),
        "listing_revision": 2,
        "category": "enterprise.legal",
        "region": "340100",
        "user": ident("user"),
        "provider": ident("provider"),
        "voucher_id": ident("voucher"),
        "price_fen": 100_000,
    }
    history.add("matching.OrderPlaced", ident(name), order)
    quota, taken = ident("cap 1"), 200_000 - balance
    drawn = {"fen": 30_000, "purpose": ident(name), "postings": []}
    history.add("voucher-ledger.BudgetShareDrawn", quota, drawn)
    used = {"fen": 30_000, "order_id": ident(name)}
    history.add("voucher-ledger.AllowanceUsed", ident("allowance"), used)
    bounds = {
        "batch_rate": 30_000,
        "batch_cap": 50_000,
        "item_rate": 40_000,
        "item_cap": 60_000,
        "balance": balance,
        "yearly_cap": 80_000 - taken,
        "category_cap": 70_000 - taken,
    }
    reserved = {
        "order_id": ident(name),
        "provider": ident("provider"),
        "fen": 30_000,
        "calculation": {"price_fen": 100_000, "bounds": bounds, "share_fen": 30_000},
        "quota_share": quota,
        "allowance": ident("allowance"),
        "postings": moved("issued", "reserved", 30_000),
    }
    cause = history.last("matching")
    history.add("voucher-ledger.VoucherReserved", ident("voucher"), reserved, causation=cause)
    funded = {"voucher_fen": 30_000, "own_fen": 70_000, "deliver_by": "2026-06-30"}
    cause = history.last("voucher-ledger")
    history.add("matching.OrderFunded", ident(name), funded, causation=cause)


def _redemption(history: History) -> None:
    history.add("voucher-ledger.ParameterOpened", ident("publicity"), {"name": "publicity-days"})
    none = {"name": "publicity-days", "value": 0, "valid_from": "2026-05-01"}
    paper = {"document_number": "皖人社〔2026〕9号"}
    history.add("voucher-ledger.ParameterSet", ident("publicity"), {**none, **paper})
    history.add("voucher-ledger.ParameterOpened", ident("haste"), {"name": "risk-accept-seconds"})
    at_once = {"name": "risk-accept-seconds", "value": 0, "valid_from": "2026-05-01"}
    history.add("voucher-ledger.ParameterSet", ident("haste"), {**at_once, **paper})
    asked = {
        "order_id": ident("order"),
        "voucher_id": ident("voucher"),
        "provider": ident("provider"),
        "fund": "JYCY",
        "year": 2026,
        "region": "340100",
        "fen": 30_000,
        "invoice_number": "24342000000012345678",
        "contract_sha256": "1" * 64,
        "evidence_sha256": "2" * 64,
        "payment_proof_sha256": "3" * 64,
        "risks": [],
        "pay_by": "2026-05-31",
    }
    redemption = ident("redemption")
    history.add("voucher-ledger.RedemptionApplied", redemption, asked)
    used = {"number": "24342000000012345678", "order_id": ident("order")}
    history.add("voucher-ledger.InvoiceUsed", ident("invoice"), used)
    commitment = sha256(SECRET.encode()).hexdigest()
    begun = {"number": 1, "commitment": commitment}
    history.add("voucher-ledger.SampleRoundCommitted", ident("round"), begun)
    approved = {"reviewer": ident("reviewer"), "reason": "材料齐全"}
    history.add("voucher-ledger.RedemptionApproved", redemption, approved)
    size = len(history.logs["voucher-ledger"])
    drawn = {"secret": SECRET, "size": size, "note_sha256": sha256(b"n").hexdigest()}
    drawn |= {"rate_bp": 1000, "step_fen": 50_000, "publicity_days": 0}
    ticket = {"redemption_id": redemption, "chance_bp": 1000, "selected": False}
    history.add("voucher-ledger.SampleRoundDrawn", ident("round"), {**drawn, "drawn": [ticket]})
    shown = {"round_id": ident("round"), "payable_from": "2026-05-01"}
    history.add("voucher-ledger.RedemptionPublicised", redemption, shown)
    _payment(history, redemption)


def _payment(history: History, redemption: str) -> None:
    """A payment order of the redemption: two approvals, the file, the bank's answer."""
    order = ident("payment order")
    line: dict[str, Any] = {"redemption_id": redemption, "end_to_end_id": "e2e1"}
    line |= {"provider": ident("provider"), "fen": 30_000}
    proposed = {"proposer": ident("clerk"), "items": [line], "total_fen": 30_000}
    history.add("voucher-ledger.PaymentOrderProposed", order, proposed)
    of = {"payment_order_id": order}
    instructed = {**of, "end_to_end_id": "e2e1"}
    history.add("voucher-ledger.RedemptionInstructed", redemption, instructed)
    for approver in ("payer", "deputy"):
        approved = {"approver": ident(approver), "reason": "同意"}
        history.add("voucher-ledger.PaymentOrderApproved", order, approved)
    issued = {
        "csv_sha256": "0" * 64,
        "created_at": "2026-05-01T04:00:00.000000Z",
        "execute_on": "2026-05-01",
        "pain001_sha256": "4" * 64,
    }
    history.add("voucher-ledger.PaymentOrderIssued", order, issued)
    settled = {"file_sha256": "5" * 64, "returned": [], "paid_fen": 30_000, "returned_fen": 0}
    history.add("voucher-ledger.PaymentOrderSettled", order, settled)
    paid = {**of, "bank_reference": "B-1", "fen": 30_000}
    postings = moved("redeemed", "paid", 30_000)
    data = {**paid, "postings": postings}
    history.add("voucher-ledger.RedemptionPaid", redemption, data)
    history.pay_as_applied()


def clean() -> History:
    """The history that the module's docstring tells."""
    history = History()
    _admissions(history)
    _listing(history)
    _budget(history)
    _voucher(history)
    _allot(history, "cap", "category", 90_000)
    _lease(history, "cap", 1, 70_000)
    opened = {"fund": "JYCY", "user": ident("user"), "year": 2026}
    history.add("voucher-ledger.AllowanceOpened", ident("allowance"), opened)
    _order(history, "order", balance=200_000)
    delivered = {"evidence_sha256": "2" * 64, "accept_by": "2026-05-16"}
    history.add("matching.OrderDelivered", ident("order"), delivered)
    accepted = {"accepted_fen": 100_000, "voucher_due_fen": 30_000, "own_due_fen": 70_000}
    accepted_all = {"voucher_id": ident("voucher"), **accepted}
    history.add("matching.OrderAccepted", ident("order"), accepted_all)
    redeemed: dict[str, Any] = {"order_id": ident("order"), "fen": 30_000}
    redeemed |= {"provider": ident("provider"), "postings": moved("reserved", "redeemed", 30_000)}
    cause = history.last("matching")
    history.add("voucher-ledger.VoucherRedeemed", ident("voucher"), redeemed, causation=cause)
    proven: dict[str, Any] = {"order_id": ident("order"), "payer": ident("user"), "fen": 70_000}
    proven |= {"provider": ident("provider"), "reference": "P-1"}
    proven |= {"paid_at": "2026-05-01T04:00:00.000000Z", **dict.fromkeys(SIGNED, "")}
    history.add("voucher-ledger.OwnPaymentProven", ident("own payment"), proven)
    _redemption(history)
    _order(history, "second", balance=170_000)
    history.add("matching.OrderCancelled", ident("second"), {"voucher_id": ident("voucher")})
    restored = {"fen": 30_000, "purpose": ident("second")}
    history.add("voucher-ledger.BudgetShareRestored", ident("cap 1"), restored)
    counted = {"fen": 30_000, "order_id": ident("second")}
    history.add("voucher-ledger.AllowanceRestored", ident("allowance"), counted)
    released: dict[str, Any] = {"order_id": ident("second"), "fen": 30_000}
    released["postings"] = moved("reserved", "issued", 30_000)
    cause = history.last("matching")
    history.add("voucher-ledger.VoucherReleased", ident("voucher"), released, causation=cause)
    third = {**history.data("matching.OrderPlaced"), "voucher_id": ident("used up")}
    history.add("matching.OrderPlaced", ident("third"), third)
    history.refuse(ident("third"))
    staff_and_members(history)
    return history
