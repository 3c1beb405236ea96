"""Use cases of government purchase (政府购买服务成果, art. 18)."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from chassis import clock, context, standing
from chassis.application import Decision
from schemas.voucher_ledger.purchases import PURCHASE, PURCHASE_REGION
from voucher_ledger import queries
from voucher_ledger.application.parameters import Parameters
from voucher_ledger.domain.book import is_purchase_fund
from voucher_ledger.domain.budget import Budget, budget_id
from voucher_ledger.domain.invoice import Invoice, invoice_id
from voucher_ledger.domain.purchase import Purchase
from voucher_ledger.domain.redemption import Redemption, redemption_id
from voucher_ledger.domain.refusals.budget import AppropriationExceeded
from voucher_ledger.domain.refusals.purchases import ProviderNotActive, WrongFund
from voucher_ledger.domain.refusals.redemptions import (
    AlreadyApplied,
    InvoiceUsed,
    PayeeBlacklisted,
    PayeeFrozen,
)
from voucher_ledger.domain.refusals.vouchers import GovernmentPayee, SubjectFrozen
from voucher_ledger.presenting import present_purchase, present_redemption

Place = Callable[[Any, Mapping[str, Any]], str | None]


class Purchases(Parameters):
    """A department buys, two offices consent, the provider is paid as for any redemption."""

    places: ClassVar[Mapping[str, Place]] = {
        PURCHASE_REGION: lambda _, values: values["region"],
        PURCHASE: lambda app, values: app.load(Purchase, values["purchase_id"]).purse.region,
    }

    def propose_purchase(
        self,
        fund: str,
        year: int,
        region: str,
        provider: str,
        amount_fen: int,
        **terms: Any,
    ) -> Decision:
        """A department asks for the consents to a purchase that its budget covers."""
        if not is_purchase_fund(fund):
            raise WrongFund(fund=fund)
        budget = self.find(Budget, budget_id(fund, year, region))
        if budget is None:
            raise AppropriationExceeded(asked_fen=amount_fen, left_fen=0)
        budget.require_free(amount_fen)
        seen = self._require_active(provider)
        purchase = Purchase.propose(
            self.figure("purchase-tender-fen", clock.legal_date()),
            fund=fund,
            year=year,
            region=region,
            provider=provider,
            fen=amount_fen,
            proposer=context.current().actor,
            **terms,
        )
        return Decision(present_purchase(purchase), [purchase], seen=seen)

    def decide_purchase(
        self, purchase_id: str, approve: bool, reason: str, document_number: str
    ) -> Decision:
        """省财政厅 or 省人社厅 consents, or does not."""
        purchase, who = self.load(Purchase, purchase_id), context.current()
        if approve:
            purchase.consent(str(who.role), who.actor, reason, document_number)
        else:
            purchase.reject(str(who.role), who.actor, reason)
        return Decision(present_purchase(purchase), [purchase])

    def contract_purchase(
        self, purchase_id: str, amount_fen: int, contract_sha256: str
    ) -> Decision:
        """The contract commits the money of the region's budget."""
        purchase = self.load(Purchase, purchase_id)
        purse = purchase.purse
        seen = self._require_active(purchase.provider)
        purchase.contract(amount_fen, contract_sha256)
        budget = self.load(Budget, budget_id(purse.fund, purse.year, purse.region))
        budget.commit(purchase.key, amount_fen)
        return Decision(present_purchase(purchase), [budget, purchase], seen=seen)

    def deliver_purchase(self, purchase_id: str, evidence_sha256: str) -> Decision:
        """The provider delivers the result."""
        purchase, who = self.load(Purchase, purchase_id), context.current()
        purchase.deliver(who.subject, who.actor, evidence_sha256)
        return Decision(present_purchase(purchase), [purchase])

    def accept_purchase(
        self, purchase_id: str, accepted_fen: int, reason: str, opinion_sha256: str
    ) -> Decision:
        """The department accepts all of it, a part, or nothing."""
        purchase = self.load(Purchase, purchase_id)
        purchase.accept(accepted_fen, context.current().actor, reason, opinion_sha256)
        return Decision(present_purchase(purchase), [purchase])

    def cancel_purchase(self, purchase_id: str, reason: str) -> Decision:
        """The department ends it before a delivery."""
        purchase = self.load(Purchase, purchase_id)
        purchase.cancel(context.current().actor, reason)
        return Decision(present_purchase(purchase), [purchase])

    def invoice_purchase(self, purchase_id: str, invoice_number: str) -> Decision:
        """The provider asks to be paid: a redemption like any other, from here on."""
        purchase, today = self.load(Purchase, purchase_id), clock.legal_date()
        seller = standing.of_caller(self.database)
        if seller.frozen:
            raise SubjectFrozen
        within = self.figure("pay-within-days", today)[0]
        provider = context.current().subject
        redemption = purchase.ask(provider, invoice_number, today, within)
        if self.find(Redemption, redemption_id(purchase.key)) is not None:
            raise AlreadyApplied
        if self.find(Invoice, invoice_id(invoice_number)) is not None:
            raise InvoiceUsed(invoice_number=invoice_number)
        invoice = Invoice(number=invoice_number, order_id=purchase.key)
        return Decision(
            present_redemption(redemption), [redemption, invoice], seen=seller.relied_on
        )

    def _require_active(self, provider: str) -> dict[str, int]:
        """Refuse who is no active provider, a body of the government, or held.

        Returns how far other logs had been seen. Raises `ProviderNotActive`, `GovernmentPayee`,
        `PayeeFrozen`, `PayeeBlacklisted`.
        """
        if queries.payment_orders.of_the_government(self.database, [provider]):
            raise GovernmentPayee(provider=provider)
        if not queries.purchases.active(self.database, provider):
            raise ProviderNotActive(provider=provider)
        held, seen = standing.held_among(self.database, {provider})
        if cause := held.get(provider):
            refusal = PayeeBlacklisted if cause == standing.BLACKLISTED else PayeeFrozen
            raise refusal(redemption_id="-", provider=provider)
        return seen
