"""Use cases of redemption until it can be paid (兑付, art. 17, 19)."""

from datetime import date, timedelta

from chassis import clock, context, standing
from chassis.application import Decision
from chassis.domain import Aggregate
from voucher_ledger import queries
from voucher_ledger.application.parameters import Parameters
from voucher_ledger.domain import risks
from voucher_ledger.domain.invoice import Invoice, invoice_id
from voucher_ledger.domain.payment_order import PaymentOrder
from voucher_ledger.domain.purchase import Purchase
from voucher_ledger.domain.redemption import Redemption, redemption_id
from voucher_ledger.domain.refusals.own_payments import OwnShareUnproven, PaymentProofDiffers
from voucher_ledger.domain.refusals.redemptions import (
    AlreadyApplied,
    EvidenceDiffers,
    InvoiceUsed,
    NotRedeemable,
)
from voucher_ledger.domain.refusals.vouchers import SubjectFrozen
from voucher_ledger.domain.sampling import (
    RULE_VERSION,
    Candidate,
    Figures,
    SampleRound,
    round_id,
)
from voucher_ledger.domain.voucher import REJECTED, Voucher
from voucher_ledger.presenting import present_redemption


class Redemptions(Parameters):
    """Providers apply; what is approved is drawn for audit, or publicised at once."""

    def apply_redemption(
        self,
        order_id: str,
        invoice_number: str,
        contract_sha256: str,
        evidence_sha256: str,
        payment_proof_sha256: str,
    ) -> Decision:
        """A provider asks to be paid for an accepted order."""
        id_ = queries.redemptions.voucher_of_order(self.database, order_id)
        if id_ is None:
            raise NotRedeemable
        provider = context.current().subject
        seller = standing.of_caller(self.database)
        if seller.frozen:
            raise SubjectFrozen
        voucher, today = self.load(Voucher, id_), clock.legal_date()
        redemption = Redemption.apply(
            voucher,
            order_id,
            provider,
            invoice_number,
            contract_sha256,
            evidence_sha256,
            payment_proof_sha256,
            today,
            self.figure("pay-within-days", today)[0],
        )
        if self.find(Redemption, redemption_id(order_id)) is not None:
            raise AlreadyApplied
        if self.find(Invoice, invoice_id(invoice_number)) is not None:
            raise InvoiceUsed(invoice_number=invoice_number)
        delivered = queries.redemptions.evidence_of_order(self.database, order_id)
        if delivered != evidence_sha256:
            raise EvidenceDiffers(given=evidence_sha256, delivered=delivered or "-")
        seen = self._require_own_share(order_id, payment_proof_sha256)
        invoice = Invoice(number=invoice_number, order_id=order_id)
        return Decision(
            present_redemption(redemption),
            [redemption, invoice],
            seen={**seen, **seller.relied_on},
        )

    def _require_own_share(self, order_id: str, given: str) -> dict[str, int]:
        """Refuse while the user's own share is not evidenced, or by another proof than this.

        Returns how far matching's log had been seen. Who pays nothing themself proves nothing.
        """
        own_fen, seen = queries.own_payments.own_share(self.database, order_id)
        if own_fen == 0:
            return seen
        if own_fen is None:
            raise NotRedeemable
        recorded = queries.own_payments.proof_of(self.database, order_id)
        if recorded is None:
            raise OwnShareUnproven(order_id=order_id, own_fen=own_fen)
        if recorded != given:
            raise PaymentProofDiffers(given=given, recorded=recorded)
        return seen

    def review_redemption(self, redemption_id: str, approve: bool, reason: str) -> Decision:
        """A reviewer approves or rejects; what detectors find holds the payment.

        The first approval of all begins the first round.
        """
        redemption, seen = self.load(Redemption, redemption_id), dict[str, int]()
        if approve and not redemption.is_of_purchase:
            voucher, papers = self.load(Voucher, redemption.voucher_id), redemption.papers
            about = redemption.order_id, voucher.holder, redemption.provider, *papers
            today = clock.legal_date()
            figures = {name: self.figure(name, today)[0] for name in risks.FIGURES}
            facts, seen = queries.risks.facts(self.database, *about, figures)
            redemption.suspect(risks.hits(facts))
        redemption.review(approve, context.current().actor, reason)
        changed: list[Aggregate] = [redemption]
        if approve and self.find(SampleRound, round_id(1)) is None:
            changed.insert(0, SampleRound.begin(1, self.sample_secret(1)))
        changed += self.forfeited(redemption)
        return Decision(present_redemption(redemption), changed, seen=seen)

    def decide_hold(self, redemption_id: str, release: bool, reason: str) -> Decision:
        """A person releases what detectors hold, or refuses it for good."""
        redemption, who = self.load(Redemption, redemption_id), context.current().actor
        if redemption.payment_order_id is not None:
            self.load(PaymentOrder, redemption.payment_order_id).require_stranger(who)
        redemption.decide_hold(release, who, reason)
        changed = [redemption, *self.forfeited(redemption)]
        return Decision(present_redemption(redemption), changed)

    def draw_sample(self) -> Decision:
        """Draw which of the approved redemptions are audited; the others are publicised."""
        nothing = Decision({"round_id": None, "considered": 0, "selected": 0})
        found = queries.sampling.due(self.database)
        if found is None:
            return nothing
        current = self.load(SampleRound, found.round_id)
        redemptions = [self.load(Redemption, id_) for id_ in found.redemption_ids]
        if any(redemption.state != "approved" for redemption in redemptions):
            return nothing  # another draw was faster since they were looked for
        today = clock.legal_date()
        figures = Figures(
            rate_bp=self.figure("sample-rate-bp", today)[0],
            step_fen=self.figure("sample-step-fen", today)[0],
            publicity_days=self.figure("publicity-days", today)[0],
        )
        candidates = [Candidate(each.key, each.fen, each.risks) for each in redemptions]
        secret = self.sample_secret(found.number)
        selected = current.draw(secret, found.size, found.note_sha256, figures, candidates)
        payable_from = today + timedelta(days=figures.publicity_days)
        for redemption in redemptions:
            redemption.draw(current.key, selected[redemption.key], payable_from)
        following = SampleRound.begin(found.number + 1, self.sample_secret(found.number + 1))
        result = {
            "round_id": current.key,
            "considered": len(selected),
            "selected": sum(selected.values()),
        }
        changed = [current, following, *redemptions]
        return Decision(result, changed, rule_version=RULE_VERSION)

    def audit_redemption(
        self, redemption_id: str, passed: bool, reason: str, report_sha256: str
    ) -> Decision:
        """Somebody else than the reviewer says what the audit of a sampled redemption found."""
        redemption, today = self.load(Redemption, redemption_id), clock.legal_date()
        days = self.figure("publicity-days", today)[0]
        auditor = context.current().actor
        payable_from = today + timedelta(days=days)
        redemption.audit(passed, auditor, reason, report_sha256, payable_from)
        changed = [redemption, *self.forfeited(redemption)]
        return Decision(present_redemption(redemption), changed)

    def forfeited(self, redemption: Redemption) -> list[Aggregate]:
        """What a redemption that was refused for good was of: its money goes back to its year.

        None for any other redemption.
        """
        if redemption.state != "rejected":
            return []
        if redemption.is_of_purchase:
            purchase = self.load(Purchase, redemption.order_id)
            purchase.forfeit()
            return [purchase]
        voucher = self.load(Voucher, redemption.voucher_id)
        return [voucher] if voucher.lapse(redemption.order_id, REJECTED) else []

    def flag_overdue(self, redemption_ids: list[str], day: str) -> Decision:
        """Note which of these redemptions are unpaid after the last day of their clock."""
        redemptions = [self.load(Redemption, id_) for id_ in redemption_ids]
        flagged = [each for each in redemptions if each.flag(date.fromisoformat(day))]
        return Decision({"overdue": [each.key for each in flagged]}, flagged)
