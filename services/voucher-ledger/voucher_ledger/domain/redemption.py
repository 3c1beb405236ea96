"""Redemption (兑付): applied, reviewed, drawn for audit or publicised, instructed, paid.

The money stays in the bucket `redeemed` until the bank says that it was paid, and comes back to it
when the bank sends it back.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from chassis.domain import event, stream_id
from voucher_ledger.domain import book
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.book import Bucket, Postings, Purse, is_purchase_fund
from voucher_ledger.domain.clawback import Clawback
from voucher_ledger.domain.refusals.clawbacks import (
    DemandedBeyondPaid,
    DueInThePast,
    InstalmentRecorded,
    OwnDemand,
    RepaidBeyondDemand,
)
from voucher_ledger.domain.refusals.redemptions import (
    AuditorReviewed,
    NotRedeemable,
    PublicityRuns,
    RedeemByPassed,
    WrongRedemptionState,
)
from voucher_ledger.domain.refusals.risks import HeldForRisk, HoldDeciderReviewed, NotHeld
from voucher_ledger.domain.risks import HELD, REFUSED, RELEASED, Hit
from voucher_ledger.domain.sampling import risks_of
from voucher_ledger.domain.voucher import Voucher

UNPAID = ("approved", "sampled", "publicised", "instructed", "returned")
"""The states after the review in which no money has left."""

SETTLED = ("paid", "rejected", "demanded", "repaid", "written-off")
"""The states in which nothing is owed to the provider any more."""


def redemption_id(order_id: str) -> str:
    """The stream of an order's redemption: there is one."""
    return stream_id("redemption", order_id)


class Redemption(LedgerAggregate):
    """What a provider is owed for one order's voucher share, in fen."""

    @event("Applied")
    def __init__(  # noqa: PLR0913 - an event says all its facts
        self,
        order_id: str,
        voucher_id: str,
        provider: str,
        fund: str,
        year: int,
        region: str,
        fen: int,
        invoice_number: str,
        contract_sha256: str,
        evidence_sha256: str,
        payment_proof_sha256: str,
        risks: list[str],
        pay_by: str,
    ) -> None:
        self.order_id = order_id
        self.voucher_id = voucher_id
        self.provider = provider
        self.purse = Purse(fund, region, year)
        self.fen = fen
        self.invoice_number = invoice_number
        self.risks = tuple(risks)
        self.pay_by = pay_by
        self.state = "applied"
        self.reviewer = ""
        self.round_id = ""
        self.sampled = False
        self.payable_from: str | None = None
        self.payment_order_id: str | None = None
        self.instructions = 0
        self.overdue = False
        self.clawback = Clawback()
        self.papers = contract_sha256, evidence_sha256
        self.detectors: list[str] = []
        self.hold: str | None = None
        self.hold_deciders: set[str] = set()

    @staticmethod
    def create_id(order_id: str) -> UUID:
        """One stream per order."""
        return UUID(redemption_id(order_id))

    @classmethod
    def apply(
        cls,
        voucher: Voucher,
        order_id: str,
        provider: str | None,
        invoice_number: str,
        contract_sha256: str,
        evidence_sha256: str,
        payment_proof_sha256: str,
        today: date,
        pay_within_days: int,
    ) -> "Redemption":
        """Apply for an accepted order. Raises `NotRedeemable`, `RedeemByPassed`."""
        if order_id not in voucher.redeemed or voucher.providers[order_id] != provider:
            raise NotRedeemable
        if today.isoformat() > voucher.redeem_by:
            raise RedeemByPassed(redeem_by=voucher.redeem_by)
        fen = voucher.redeemed[order_id]
        return cls(
            order_id=order_id,
            voucher_id=voucher.key,
            provider=provider,
            fund=voucher.purse.fund,
            year=voucher.purse.year,
            region=voucher.purse.region,
            fen=fen,
            invoice_number=invoice_number,
            contract_sha256=contract_sha256,
            evidence_sha256=evidence_sha256,
            payment_proof_sha256=payment_proof_sha256,
            risks=risks_of(fen, voucher.item_cap_fen, voucher.redeem_by, today),
            pay_by=(today + timedelta(days=pay_within_days)).isoformat(),
        )

    @property
    def is_of_purchase(self) -> bool:
        """Whether it is of a government purchase (art. 18), and of no voucher."""
        return is_purchase_fund(self.purse.fund)

    def review(self, approve: bool, reviewer: str, reason: str) -> None:
        """Approve or reject. Raises `WrongRedemptionState`."""
        self._require("applied")
        if approve:
            self._approved(reviewer, reason)
        else:
            self._rejected(reviewer, reason)

    def suspect(self, hits: Sequence[Hit]) -> None:
        """Hold its payment because of what detectors found (风险冻结); before it is approved.

        What it is held for already is not said again. Raises `WrongRedemptionState`.
        """
        self._require("applied")
        for hit in hits:
            if hit.detector not in self.detectors:
                self._held(hit.detector, hit.rule, hit.inputs)

    def suspect_anew(self, hit: Hit) -> bool:
        """Hold it because of what came up just now; False when there is nothing to hold any more.

        Whoever decides on it meanwhile has to look again; what was paid is a matter for a clawback.
        """
        if unpaid := self.state in ("applied", *UNPAID):
            self._held(hit.detector, hit.rule, hit.inputs)
        return unpaid

    def suspect_tie(self, hit: Hit) -> bool:
        """Hold it because its parties turn out to be tied; False where it was held for that."""
        return hit.detector not in self.detectors and self.suspect_anew(hit)

    def decide_hold(self, release: bool, decider: str, reason: str) -> None:
        """A person lets it go on, or refuses it for good.

        Raises `NotHeld`, `HoldDeciderReviewed`, `WrongRedemptionState`.
        """
        if self.hold != HELD:
            raise NotHeld
        if decider == self.reviewer:
            raise HoldDeciderReviewed
        if release:
            self._require(*UNPAID)
            self._hold_released(decider, reason)
        else:
            self._require("approved", "sampled", "publicised", "returned")
            self._hold_refused(decider, reason)
            self._rejected(decider, reason)

    @property
    def reviewers(self) -> set[str]:
        """Who reviewed it: they do not pay it."""
        return {self.reviewer} - {""}

    def draw(self, round_id: str, selected: bool, payable_from: date) -> None:
        """Take what a draw gave: an audit, or publicity. Raises `WrongRedemptionState`."""
        self._require("approved")
        if selected:
            self._sampled(round_id)
        else:
            self._publicised(round_id, payable_from.isoformat())

    def audit(
        self, passed: bool, auditor: str, reason: str, report_sha256: str, payable_from: date
    ) -> None:
        """Say what the audit found: publicity follows, or a rejection.

        Raises `WrongRedemptionState`, `AuditorReviewed`.
        """
        self._require("sampled")
        if auditor == self.reviewer:
            raise AuditorReviewed
        self._audited(passed, auditor, reason, report_sha256)
        if passed:
            self._publicised(self.round_id, payable_from.isoformat())
        else:
            self._rejected(auditor, reason)

    def require_payable(self, today: date) -> None:
        """Refuse what cannot be instructed yet or any more.

        Raises `WrongRedemptionState`, `HeldForRisk`, `PublicityRuns`.
        """
        self._require("publicised", "returned")
        self.require_unheld()
        assert self.payable_from is not None, "it is publicised"
        if today.isoformat() < self.payable_from:
            raise PublicityRuns(redemption_id=self.key, payable_from=self.payable_from)

    def require_unheld(self) -> None:
        """Refuse while detectors hold it. Raises `HeldForRisk`."""
        if self.hold == HELD:
            raise HeldForRisk(redemption_id=self.key, detectors=", ".join(self.detectors))

    @property
    def next_end_to_end_id(self) -> str:
        """The end-to-end id of its next instruction: its own id and which one it is."""
        return f"{self.id.hex}{self.instructions + 1:02d}"

    def instruct(self, payment_order_id: str) -> None:
        """Make it part of a payment order. Raises `WrongRedemptionState`."""
        self._require("publicised", "returned")
        self._instructed(payment_order_id, self.next_end_to_end_id)

    def recall(self, payment_order_id: str) -> None:
        """Take it out of a payment order that was rejected. Raises `WrongRedemptionState`."""
        self._require("instructed")
        self._recalled(payment_order_id)

    def pay(self, payment_order_id: str, bank_reference: str) -> None:
        """The bank paid it. Raises `WrongRedemptionState`."""
        self._require("instructed")
        postings = book.move(self.purse, Bucket.REDEEMED, Bucket.PAID, self.fen)
        self._paid(payment_order_id, bank_reference, self.fen, postings)

    def give_back(self, payment_order_id: str, reason_code: str) -> None:
        """The bank did not pay it, or sent it back later. Raises `WrongRedemptionState`."""
        self._require("instructed", "paid")
        postings: Postings = []
        if self.state == "paid":
            postings = book.move(self.purse, Bucket.PAID, Bucket.REDEEMED, self.fen)
        self._returned(payment_order_id, reason_code, self.fen, postings)

    def flag(self, today: date) -> bool:
        """Note that it is overdue (超期未付); False when it is not, or was noted before."""
        settled = self.state in SETTLED
        if settled or self.overdue or today.isoformat() <= self.pay_by:
            return False
        self._overdue(self.pay_by)
        return True

    def demand(
        self, fen: int, demander: str, reason: str, document_number: str, due_by: str, today: date
    ) -> None:
        """Demand money back that was paid (追缴), once.

        Raises `WrongRedemptionState`, `DemandedBeyondPaid`, `DueInThePast`.
        """
        self._require("paid")
        if fen > self.fen:
            raise DemandedBeyondPaid(asked_fen=fen, paid_fen=self.fen)
        if due_by < today.isoformat():
            raise DueInThePast(due_by=due_by, today=today.isoformat())
        self._demanded(fen, demander, reason, document_number, due_by)

    def repay(self, fen: int, bank_reference: str) -> None:
        """An instalment came in: it goes back to its appropriation year (invariant 8).

        Raises `WrongRedemptionState`, `InstalmentRecorded`, `RepaidBeyondDemand`.
        """
        self._require("demanded")
        if bank_reference in self.clawback.references:
            raise InstalmentRecorded(bank_reference=bank_reference)
        if fen > self.clawback.missing_fen:
            raise RepaidBeyondDemand(fen=fen, missing_fen=self.clawback.missing_fen)
        postings = book.move(self.purse, Bucket.PAID, Bucket.CLAWED_BACK, fen)
        self._repaid(fen, bank_reference, postings)

    def write_off(self, decider: str, reason: str, document_number: str) -> None:
        """Write off what is still missing (核销追缴款): it stays paid.

        Raises `WrongRedemptionState`, `OwnDemand`.
        """
        self._require("demanded")
        if decider == self.clawback.demander:
            raise OwnDemand
        self._written_off(self.clawback.missing_fen, decider, reason, document_number)

    def _require(self, *states: str) -> None:
        if self.state not in states:
            raise WrongRedemptionState(
                redemption_id=self.key, state=self.state, needed=" / ".join(states)
            )

    @event("Approved")
    def _approved(self, reviewer: str, reason: str) -> None:
        self.state = "approved"
        self.reviewer = reviewer

    @event("Rejected")
    def _rejected(self, reviewer: str, reason: str) -> None:
        self.state = "rejected"

    @event("Sampled")
    def _sampled(self, round_id: str) -> None:
        self.state = "sampled"
        self.sampled = True
        self.round_id = round_id

    @event("Audited")
    def _audited(self, passed: bool, auditor: str, reason: str, report_sha256: str) -> None:
        pass

    @event("Publicised")
    def _publicised(self, round_id: str, payable_from: str) -> None:
        self.state = "publicised"
        self.payable_from = payable_from

    @event("Instructed")
    def _instructed(self, payment_order_id: str, end_to_end_id: str) -> None:
        self.state = "instructed"
        self.payment_order_id = payment_order_id
        self.instructions += 1

    @event("Recalled")
    def _recalled(self, payment_order_id: str) -> None:
        self.state = "publicised"
        self.payment_order_id = None

    @event("Paid")
    def _paid(
        self, payment_order_id: str, bank_reference: str, fen: int, postings: Postings
    ) -> None:
        self.state = "paid"

    @event("Returned")
    def _returned(
        self, payment_order_id: str, reason_code: str, fen: int, postings: Postings
    ) -> None:
        self.state = "returned"
        self.payment_order_id = None

    @event("Held")
    def _held(self, detector: str, rule: str, inputs: dict[str, Any]) -> None:
        self.hold = HELD
        self.detectors.append(detector)

    @event("HoldReleased")
    def _hold_released(self, decider: str, reason: str) -> None:
        self.hold = RELEASED
        self.hold_deciders.add(decider)

    @event("HoldRefused")
    def _hold_refused(self, decider: str, reason: str) -> None:
        self.hold = REFUSED
        self.hold_deciders.add(decider)

    @event("Overdue")
    def _overdue(self, pay_by: str) -> None:
        self.overdue = True

    @event("Demanded")
    def _demanded(
        self, fen: int, demander: str, reason: str, document_number: str, due_by: str
    ) -> None:
        self.state = "demanded"
        self.clawback = Clawback(demander, fen, due_by)

    @event("Repaid")
    def _repaid(self, fen: int, bank_reference: str, postings: Postings) -> None:
        self.clawback.repaid_fen += fen
        self.clawback.references.add(bank_reference)
        if not self.clawback.missing_fen:
            self.state = "repaid"

    @event("WrittenOff")
    def _written_off(self, fen: int, decider: str, reason: str, document_number: str) -> None:
        self.state = "written-off"
        self.clawback.written_off_fen = fen
