"""What a busy year's logs say of redemptions from their review to the bank's answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Entry = tuple[str, str]
LEDGER, DAY = "voucher-ledger", "2026-01-05"
RATE_BP, STEP_FEN = 1000, 50_000
REVIEWER, AUDITOR, BANKER = "employment-province", "hrss-province", "finance-province"


@dataclass(frozen=True)
class Unpaid:
    """A redemption that was applied for."""

    id: str
    provider: str
    purse: str


def moved(source: str, target: str, purse: str, fen: int) -> list[dict[str, Any]]:
    """The postings of an amount that goes from one bucket to another."""
    return [
        {"account": f"{source}/{purse}", "fen": -fen},
        {"account": f"{target}/{purse}", "fen": fen},
    ]


def cleared(
    entry: Callable[..., Entry], number: int, unpaid: Sequence[Unpaid], fen: int
) -> Iterator[Entry]:
    """They are approved, drawn, audited where they are selected, and paid in one order."""
    if not unpaid:
        return
    round_id, note = _id(f"round {number}"), sha256(b"").hexdigest()
    chance = min(10_000, RATE_BP * (1 + fen // STEP_FEN))
    secret = sha256(f"{number}".encode()).hexdigest()
    seed = sha256(f"{secret}/{note}".encode()).hexdigest()
    committed = {"number": number, "commitment": sha256(secret.encode()).hexdigest()}
    yield entry(LEDGER, "SampleRoundCommitted", round_id, committed, REVIEWER)
    for each in unpaid:
        approved = {"reviewer": _id("reviewer"), "reason": "材料齐全,符合办法第十七条"}
        yield entry(LEDGER, "RedemptionApproved", each.id, approved, REVIEWER)
    tickets = [
        {
            "redemption_id": each.id,
            "chance_bp": chance,
            "selected": _selected(seed, each.id, chance),
        }
        for each in unpaid
    ]
    drawn = {"secret": secret, "size": 2**52, "note_sha256": note, "drawn": tickets}
    drawn |= {"rate_bp": RATE_BP, "step_fen": STEP_FEN, "publicity_days": 0}
    command = _id(f"draw {number}")
    yield entry(LEDGER, "SampleRoundDrawn", round_id, drawn, None, None, command)
    of = {"round_id": round_id}
    for ticket in tickets:
        said, id_ = (
            of | ({} if ticket["selected"] else {"payable_from": DAY}),
            ticket["redemption_id"],
        )
        name = "RedemptionSampled" if ticket["selected"] else "RedemptionPublicised"
        yield entry(LEDGER, name, id_, said, None, None, command)
    for ticket in tickets:
        if ticket["selected"]:
            yield from _audited(entry, str(ticket["redemption_id"]), round_id)
    yield from _paid(entry, number, unpaid, fen)


def _paid(
    entry: Callable[..., Entry], number: int, unpaid: Sequence[Unpaid], fen: int
) -> Iterator[Entry]:
    order, command, total = _id(f"order {number}"), _id(f"propose {number}"), fen * len(unpaid)
    items = [
        {
            "redemption_id": each.id,
            "provider": each.provider,
            "fen": fen,
            "end_to_end_id": each.id.replace("-", "") + "01",
        }
        for each in sorted(unpaid, key=lambda each: each.id)
    ]
    proposed = {"proposer": _id("clerk"), "items": items, "total_fen": total}
    yield entry(LEDGER, "PaymentOrderProposed", order, proposed, REVIEWER, None, command)
    of = {"payment_order_id": order}
    for item in items:
        told = {**of, "end_to_end_id": item["end_to_end_id"]}
        id_ = item["redemption_id"]
        yield entry(LEDGER, "RedemptionInstructed", id_, told, REVIEWER, None, command)
    for who in ("one", "another"):
        approved = {"approver": _id(who), "reason": "同意支付"}
        yield entry(LEDGER, "PaymentOrderApproved", order, approved, BANKER)
    lines = [f"H,{order},{len(items)},{_yuan(total)},{DAY}"]
    lines += [f"D,{i['end_to_end_id']},{i['provider']},{_yuan(fen)}" for i in items]
    written = "".join(line + "\r\n" for line in lines).encode()
    issued = {"created_at": f"{DAY}T01:00:00.000000Z", "execute_on": DAY}
    issued |= {"csv_sha256": sha256(written).hexdigest(), "pain001_sha256": "0" * 64}
    yield entry(LEDGER, "PaymentOrderIssued", order, issued, BANKER)
    settled: dict[str, Any] = {"file_sha256": sha256(order.encode()).hexdigest(), "returned": []}
    settled |= {"paid_fen": total, "returned_fen": 0}
    command = _id(f"settle {number}")
    yield entry(LEDGER, "PaymentOrderSettled", order, settled, BANKER, None, command)
    for each in unpaid:
        paid: dict[str, Any] = {**of, "bank_reference": "B-1", "fen": fen}
        paid["postings"] = moved("redeemed", "paid", each.purse, fen)
        yield entry(LEDGER, "RedemptionPaid", each.id, paid, BANKER, None, command)


def _audited(entry: Callable[..., Entry], id_: str, round_id: str) -> Iterator[Entry]:
    command = _id(f"audit {id_}")
    audited = {"passed": True, "auditor": _id("auditor"), "reason": "账证相符"}
    audited["report_sha256"] = sha256(id_.encode()).hexdigest()
    yield entry(LEDGER, "RedemptionAudited", id_, audited, AUDITOR, None, command)
    shown = {"round_id": round_id, "payable_from": DAY}
    yield entry(LEDGER, "RedemptionPublicised", id_, shown, AUDITOR, None, command)


def _selected(seed: str, id_: str, chance: int) -> bool:
    return int(sha256(f"{seed}/{id_}".encode()).hexdigest()[:16], 16) * 10_000 < chance * 2**64


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"bench/{name}"))
