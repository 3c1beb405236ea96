"""A payment order (支付单): redemptions that are paid together, once two persons approved it.

Neither of them drew it up or reviewed any of its redemptions (invariant 7). The bank answers with a
file; what it says of each payment is checked against the order before anything changes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from chassis.domain import event
from voucher_ledger.domain import bank_return, payment_file
from voucher_ledger.domain.bank_return import BankReturn, Line
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.payment_file import Instruction, Made
from voucher_ledger.domain.refusals.payment_orders import (
    ApprovedTwice,
    OwnPaymentOrder,
    ReviewedByApprover,
    SettledByApprover,
    SettlerApproved,
    WrongPaymentOrderState,
)

APPROVALS: Final = 2
"""Distinct approvers that a payment needs."""


@dataclass(frozen=True, slots=True)
class Item:
    """One payment of an order, in fen."""

    redemption_id: str
    provider: str
    fen: int
    end_to_end_id: str


class PaymentOrder(LedgerAggregate):
    """Redemptions that are paid together."""

    @event("Proposed")
    def __init__(self, proposer: str, items: list[dict[str, Any]], total_fen: int) -> None:
        self.proposer = proposer
        self.items = {each["end_to_end_id"]: Item(**each) for each in items}
        self.total_fen = total_fen
        self.approvers: list[str] = []
        self.state = "proposed"
        self.made: Made | None = None
        self.files: set[str] = set()
        self.returned: set[str] = set()
        self.paid_fen = 0

    @classmethod
    def propose(cls, proposer: str, items: Sequence[Item]) -> "PaymentOrder":
        """Draw it up, in the order of the redemptions' ids."""
        placed = sorted(items, key=lambda item: item.redemption_id)
        return cls(
            proposer=proposer,
            items=[asdict(item) for item in placed],
            total_fen=sum(item.fen for item in placed),
        )

    def approve(
        self,
        approver: str,
        reason: str,
        reviewers: Collection[str],
        settled: Mapping[str, Collection[str]],
        at: str,
        today: date,
    ) -> None:
        """Approve it; the second approval makes the payment files.

        `settled` are those who settled a difference or a hold, by redemption.
        Raises `WrongPaymentOrderState`, `OwnPaymentOrder`, `ReviewedByApprover`,
        `SettledByApprover`, `ApprovedTwice`.
        """
        self._require_open(approver)
        if approver in reviewers:
            raise ReviewedByApprover
        for redemption_id, settlers in settled.items():
            if approver in settlers:
                raise SettledByApprover(redemption_id=redemption_id)
        if approver in self.approvers:
            raise ApprovedTwice
        self._approved(approver, reason)
        if len(self.approvers) == APPROVALS:
            made = Made(at, today.isoformat())
            files = {form: self.file(form, made) for form in payment_file.FORMS}
            hashes = {form: payment_file.digest(text) for form, text in files.items()}
            self._issued(at, made.execute_on, hashes["csv"], hashes["pain001"])

    def reject(self, approver: str, reason: str) -> None:
        """Reject it for good. Raises `WrongPaymentOrderState`, `OwnPaymentOrder`."""
        self._require_open(approver)
        self._rejected(approver, reason)

    def require_stranger(self, settler: str) -> None:
        """Refuse who approved it to settle anything about its redemptions (岗位分离).

        A rejected order pays nothing, so it binds nobody. Raises `SettlerApproved`.
        """
        if self.state != "rejected" and settler in self.approvers:
            raise SettlerApproved(payment_order_id=self.key)

    def file(self, form: str, made: Made) -> str:
        """Its payment file in a form; the same facts give the same bytes."""
        rows = [
            Instruction(item.end_to_end_id, item.provider, item.fen) for item in self.items.values()
        ]
        return payment_file.FORMS[form](self.key, rows, made)

    def settle(self, found: BankReturn) -> list[tuple[Item, Line]]:
        """Take the bank's answer about every payment; returns each with its line.

        Raises `WrongPaymentOrderState` and what `bank_return.matched` raises.
        """
        self._require("issued")
        matched = bank_return.matched(found, self.key, self.items, whole=True)
        returned = [item for item, line in matched if not line.paid]
        back = sum(item.fen for item in returned)
        ids = [item.redemption_id for item in returned]
        self._settled(found.sha256, ids, self.total_fen - back, back)
        return matched

    def take_back(self, found: BankReturn) -> list[tuple[Item, Line]]:
        """Take payments back that the bank had made (退票); returns each with its line.

        Raises `WrongPaymentOrderState` and what `bank_return.matched` raises.
        """
        self._require("settled")
        paid = {
            key: item for key, item in self.items.items() if item.redemption_id not in self.returned
        }
        matched = bank_return.matched(found, self.key, paid, whole=False)
        ids = [item.redemption_id for item, _ in matched]
        self._reversed(found.sha256, ids, sum(item.fen for item, _ in matched))
        return matched

    def _require(self, state: str) -> None:
        if self.state != state:
            raise WrongPaymentOrderState(state=self.state, needed=state)

    def _require_open(self, approver: str) -> None:
        self._require("proposed")
        if approver == self.proposer:
            raise OwnPaymentOrder

    @event("Approved")
    def _approved(self, approver: str, reason: str) -> None:
        self.approvers.append(approver)

    @event("Rejected")
    def _rejected(self, approver: str, reason: str) -> None:
        self.state = "rejected"

    @event("Issued")
    def _issued(
        self, created_at: str, execute_on: str, csv_sha256: str, pain001_sha256: str
    ) -> None:
        self.state = "issued"
        self.made = Made(created_at, execute_on)
        self.csv_sha256 = csv_sha256
        self.pain001_sha256 = pain001_sha256

    @event("Settled")
    def _settled(
        self, file_sha256: str, returned: list[str], paid_fen: int, returned_fen: int
    ) -> None:
        self.state = "settled"
        self.files.add(file_sha256)
        self.returned.update(returned)
        self.paid_fen = paid_fen

    @event("Reversed")
    def _reversed(self, file_sha256: str, returned: list[str], fen: int) -> None:
        self.files.add(file_sha256)
        self.returned.update(returned)
        self.paid_fen -= fen
