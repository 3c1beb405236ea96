"""A transfer of money between the budgets of two regions (预算调剂): two people approve it."""

from chassis.domain import event
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.refusals.budget import (
    ApprovedBefore,
    OwnProposal,
    TransferDecided,
)

APPROVALS = 2
"""Distinct approvers that a transfer needs, the proposer not among them."""


class BudgetTransfer(LedgerAggregate):
    """Money of a fund's year that is to go from one region to another, in fen."""

    @event("Proposed")
    def __init__(
        self,
        fund: str,
        year: int,
        source_region: str,
        target_region: str,
        fen: int,
        reason: str,
        proposer: str,
    ) -> None:
        self.fund = fund
        self.year = year
        self.source_region = source_region
        self.target_region = target_region
        self.fen = fen
        self.reason = reason
        self.proposer = proposer
        self.approvers: list[str] = []
        self.state = "proposed"

    def approve(self, approver: str, reason: str) -> bool:
        """Approve it; True when enough have.

        Raises `TransferDecided`, `OwnProposal`, `ApprovedBefore`.
        """
        self._require_open(approver)
        if approver in self.approvers:
            raise ApprovedBefore
        self._approved(approver, reason)
        return len(self.approvers) >= APPROVALS

    def reject(self, approver: str, reason: str) -> None:
        """Reject it for good. Raises `TransferDecided`, `OwnProposal`."""
        self._require_open(approver)
        self._rejected(approver, reason)

    def _require_open(self, approver: str) -> None:
        if self.state != "proposed":
            raise TransferDecided(state=self.state)
        if approver == self.proposer:
            raise OwnProposal

    @event("Approved")
    def _approved(self, approver: str, reason: str) -> None:
        self.approvers.append(approver)
        if len(self.approvers) >= APPROVALS:
            self.state = "carried-out"

    @event("Rejected")
    def _rejected(self, approver: str, reason: str) -> None:
        self.state = "rejected"
