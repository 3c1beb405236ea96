"""Government purchase (政府购买服务成果, art. 18): a department buys results for a closed group.

Its money is of a fund of its own kind, in the same book: committed by the contract, owed once the
department accepted, paid through a redemption and a payment order like any other. What is not
accepted, or not owed any more, goes back to its appropriation year.
"""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from chassis.domain import event
from voucher_ledger.domain import book
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.book import Bucket, Postings, Purse
from voucher_ledger.domain.redemption import Redemption
from voucher_ledger.domain.refusals.purchases import (
    BeyondConsent,
    BeyondContract,
    ConsentGiven,
    NotTheProvider,
    OwnPurchase,
    TenderRequired,
    WrongPurchaseState,
)
from voucher_ledger.domain.refusals.redemptions import NotRedeemable

OPEN_TENDER: Final = "open-tender"
"""公开招标, 政府采购法 26: the main method."""

CONSENTS: Final = frozenset({"hrss-province", "finance-province"})
"""省人社厅 and 省财政厅: a purchase opens once both consented (art. 18)."""


NO_PROOF: Final = sha256(b"").hexdigest()
"""The proof of an own share where nobody has one: the digest of nothing."""


class Purchase(LedgerAggregate):
    """A result that a department buys of a provider for a closed list of people, in fen."""

    @event("Proposed")
    def __init__(  # noqa: PLR0913 - an event says all its facts
        self,
        fund: str,
        year: int,
        region: str,
        provider: str,
        title: str,
        fen: int,
        procedure: str,
        procedure_basis: str,
        exemption: str | None,
        threshold_fen: int,
        threshold_basis: str,
        beneficiaries: int,
        beneficiaries_sha256: str,
        proposer: str,
    ) -> None:
        self.purse = Purse(fund, region, year)
        self.provider = provider
        self.title = title
        self.fen = fen
        self.procedure = procedure
        self.beneficiaries = beneficiaries
        self.beneficiaries_sha256 = beneficiaries_sha256
        self.proposer = proposer
        self.consents: dict[str, str] = {}
        self.state = "proposed"
        self.contract_sha256 = ""
        self.evidence_sha256 = ""
        self.opinion_sha256: str | None = None
        self.deliverer = ""
        self.accepted_fen = 0

    @classmethod
    def propose(cls, threshold: tuple[int, str], **terms: Any) -> "Purchase":
        """Ask for the consents. Raises `TenderRequired`.

        From the threshold on, other methods than an open tender need the approval of their own that
        the law asks for (政府采购法 27).
        """
        threshold_fen, basis = threshold
        other = terms["procedure"] != OPEN_TENDER and terms["exemption"] is None
        if terms["fen"] >= threshold_fen and other:
            raise TenderRequired(fen=terms["fen"], threshold_fen=threshold_fen, basis=basis)
        return cls(**terms, threshold_fen=threshold_fen, threshold_basis=basis)

    def consent(self, office: str, approver: str, reason: str, document_number: str) -> None:
        """One of the two offices consents (省财政厅、省人社厅同意); both together open it.

        Raises `WrongPurchaseState`, `OwnPurchase`, `ConsentGiven`.
        """
        self._require_undecided(office, approver)
        self._consented(office, approver, reason, document_number)

    def reject(self, office: str, approver: str, reason: str) -> None:
        """One of the two offices does not: it ends. Raises like `consent`."""
        self._require_undecided(office, approver)
        self._rejected(office, approver, reason)

    def contract(self, fen: int, contract_sha256: str) -> None:
        """The contract commits the money. Raises `WrongPurchaseState`, `BeyondConsent`."""
        self._require("consented")
        if fen > self.fen:
            raise BeyondConsent(fen=fen, consented_fen=self.fen)
        postings = book.move(self.purse, Bucket.UNISSUED, Bucket.RESERVED, fen)
        self._contracted(fen, contract_sha256, postings)

    def deliver(self, provider: str | None, deliverer: str, evidence_sha256: str) -> None:
        """The provider delivers. Raises `WrongPurchaseState`, `NotTheProvider`, `OwnPurchase`."""
        self._require("contracted")
        if provider != self.provider:
            raise NotTheProvider
        if deliverer == self.proposer or deliverer in self.consents.values():
            raise OwnPurchase
        self._delivered(deliverer, evidence_sha256)

    def accept(self, fen: int, acceptor: str, reason: str, opinion_sha256: str) -> None:
        """The department accepts (验收), with the opinion of those it was bought for.

        Not by who handled the purchase (政府采购法 61).
        Raises `WrongPurchaseState`, `OwnPurchase`, `BeyondContract`.
        """
        self._require("delivered")
        if acceptor in (self.proposer, self.deliverer):
            raise OwnPurchase
        if fen > self.fen:
            raise BeyondContract(fen=fen, contracted_fen=self.fen)
        postings: Postings = []
        if fen:
            postings += book.move(self.purse, Bucket.RESERVED, Bucket.REDEEMED, fen)
        if rest := self.fen - fen:
            postings += book.move(self.purse, Bucket.RESERVED, Bucket.EXPIRED_RETURNED, rest)
        self._accepted(fen, self.fen - fen, acceptor, reason, opinion_sha256, postings)

    def cancel(self, decider: str, reason: str) -> None:
        """End it before a delivery; what was committed goes back to its year.

        Raises `WrongPurchaseState`.
        """
        self._require("proposed", "consented", "contracted")
        fen = self.fen if self.state == "contracted" else 0
        postings: Postings = []
        if fen:
            postings = book.move(self.purse, Bucket.RESERVED, Bucket.EXPIRED_RETURNED, fen)
        self._cancelled(fen, decider, reason, postings)

    def ask(
        self, provider: str | None, invoice_number: str, today: date, pay_within_days: int
    ) -> Redemption:
        """The provider asks to be paid. Raises `NotRedeemable`.

        The purchase stands for order and voucher alike, and no user pays a share of it.
        """
        if self.state != "accepted" or provider != self.provider:
            raise NotRedeemable
        return Redemption(
            order_id=self.key,
            voucher_id=self.key,
            provider=provider,
            fund=self.purse.fund,
            year=self.purse.year,
            region=self.purse.region,
            fen=self.accepted_fen,
            invoice_number=invoice_number,
            contract_sha256=self.contract_sha256,
            evidence_sha256=self.evidence_sha256,
            payment_proof_sha256=NO_PROOF,
            risks=[],
            pay_by=(today + timedelta(days=pay_within_days)).isoformat(),
        )

    def forfeit(self) -> None:
        """Its redemption was refused for good: what was owed goes back to its year."""
        postings = book.move(
            self.purse, Bucket.REDEEMED, Bucket.EXPIRED_RETURNED, self.accepted_fen
        )
        self._forfeited(self.accepted_fen, postings)

    def _require(self, *states: str) -> None:
        if self.state not in states:
            raise WrongPurchaseState(state=self.state, needed=" / ".join(states))

    def _require_undecided(self, office: str, approver: str) -> None:
        self._require("proposed")
        if approver == self.proposer or approver in self.consents.values():
            raise OwnPurchase
        if office in self.consents:
            raise ConsentGiven(office=office)

    @event("Consented")
    def _consented(self, office: str, approver: str, reason: str, document_number: str) -> None:
        self.consents[office] = approver
        if self.consents.keys() == CONSENTS:
            self.state = "consented"

    @event("Rejected")
    def _rejected(self, office: str, approver: str, reason: str) -> None:
        self.state = "rejected"

    @event("Contracted")
    def _contracted(self, fen: int, contract_sha256: str, postings: Postings) -> None:
        self.state = "contracted"
        self.fen = fen
        self.contract_sha256 = contract_sha256

    @event("Delivered")
    def _delivered(self, deliverer: str, evidence_sha256: str) -> None:
        self.state = "delivered"
        self.deliverer = deliverer
        self.evidence_sha256 = evidence_sha256

    @event("Accepted")
    def _accepted(
        self,
        fen: int,
        returned_fen: int,
        acceptor: str,
        reason: str,
        opinion_sha256: str,
        postings: Postings,
    ) -> None:
        self.state = "accepted" if fen else "refused"
        self.accepted_fen = fen
        self.opinion_sha256 = opinion_sha256

    @event("Cancelled")
    def _cancelled(self, fen: int, decider: str, reason: str, postings: Postings) -> None:
        self.state = "cancelled"

    @event("Forfeited")
    def _forfeited(self, fen: int, postings: Postings) -> None:
        self.state = "forfeited"
