"""What a story's people do with public money: offers, budgets, vouchers, orders, redemptions."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from chassis import clock
from chassis.context import Context
from schemas import roles
from schemas.catalog import PublishListing, WhitelistListing, WithdrawListing
from schemas.matching import AcceptOrder, CancelOrder, DeliverOrder, GetOrder, PlaceOrder
from schemas.voucher_ledger.batches import OpenBatch
from schemas.voucher_ledger.budget import AllocateBudget, AppropriateBudget
from schemas.voucher_ledger.grants import GrantVouchers
from schemas.voucher_ledger.own_payments import ListOwnPayments, RecordOwnPayment
from schemas.voucher_ledger.parameters import SetParameter
from schemas.voucher_ledger.payment_orders import (
    DecidePayment,
    GetPaymentFile,
    ImportBankReturn,
    ProposePayment,
)
from schemas.voucher_ledger.redemptions import (
    ApplyRedemption,
    AuditRedemption,
    ListRedemptions,
    ReviewRedemption,
)
from schemas.voucher_ledger.risks import DecideHold
from schemas.voucher_ledger.sampling import DrawSample
from schemas.voucher_ledger.vouchers import ClaimVoucher
from tests.tamper.history import Party, Story
from voucher_ledger.testing import signed_proof

FUND, PROVINCE = "JYCY", "340000"
CATEGORIES = ("enterprise.legal", "enterprise.tax", "enterprise.ip", "startup.training")


@dataclass
class Offer:
    """A listing and who offers it."""

    id: str
    provider: Party
    category: str
    price_fen: int


@dataclass
class Voucher:
    """A voucher and who holds it."""

    id: str
    holder: Party


@dataclass
class Order:
    """An order and its two parties."""

    id: str
    user: Party
    offer: Offer


class Economy:
    """Speaks for the people of a story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.offers: list[Offer] = []
        self.vouchers: list[Voucher] = []
        self.orders: list[Order] = []
        self._proofs: dict[str, str] = {}
        self._invoices = 0
        self._at_once = False
        self._held: set[str] = set()
        """Redemptions that a detector stopped."""

        self._decider: Party | None = None
        """Who lets them go on; not who approves payments."""

    def resume(self, other: "Economy") -> None:
        """Go on with what there is in another economy of the same people."""
        self.offers += other.offers
        self.vouchers += other.vouchers
        self.orders += other.orders
        self._proofs |= other._proofs
        self._held |= other._held
        self._decider = other._decider
        self._invoices = other._invoices
        self._at_once = other._at_once

    # offers

    def publish(self, provider: Party, **changes: Any) -> Offer:
        """A provider publishes a service."""
        story, number = self.story, len(self.offers)
        given = {
            "category": story.random.choice(CATEGORIES[:2]),
            "title": f"企业咨询第{number}号",
            "description": "两小时一对一咨询,含书面意见",
            "price_fen": story.random.randrange(20_000, 120_000, 500),
            "confirmed": True,
            **changes,
        }
        id_ = story.do(PublishListing, provider, **given)["id"]
        offer = Offer(id_, provider, given["category"], given["price_fen"])
        self.offers.append(offer)
        return offer

    def whitelist(self, offer: Offer, year: int, **changes: Any) -> None:
        """省人社厅 lets vouchers pay for a service in a year."""
        terms = {
            "valid_from": max(clock.legal_date(), date(year, 1, 1)).isoformat(),
            "valid_until": f"{year + 1}-12-31",
            "rate_bp": 5000,
            "cap_fen": 80_000,
        }
        given = {**terms, **changes, "listing_id": offer.id}
        self.story.do(WhitelistListing, self.story.owner(), **given)

    def withdraw(self, offer: Offer) -> None:
        """A provider withdraws a service."""
        self.story.do(WithdrawListing, offer.provider, listing_id=offer.id)
        self.offers.remove(offer)

    # budgets and vouchers

    def appropriate(self, year: int, fen: int = 10_000_000, fund: str = FUND) -> None:
        """Money for a fund's year."""
        number = f"皖财社〔{year}〕1号"
        given = {"fund": fund, "year": year, "amount_fen": fen, "document_number": number}
        self.story.do(AppropriateBudget, self.story.owner(), **given)

    def allocate(self, year: int, region: str, fen: int, fund: str = FUND) -> str:
        """Money of the province for a region; returns its budget's id."""
        number = f"皖人社秘〔{year}〕2号"
        given = {"fund": fund, "year": year, "amount_fen": fen, "document_number": number}
        made = self.story.do(AllocateBudget, self.story.owner(), region=region, **given)
        return str(made["id"])

    def batch(self, year: int, region: str = "340100", **changes: Any) -> str:
        """A batch of vouchers for a region, with the money for it."""
        given = {**batch_form(year, region), **changes}
        if region != PROVINCE:
            self.allocate(year, region, given["amount_fen"], given["fund"])
        return str(self.story.do(OpenBatch, self.story.owner(), **given)["id"])

    def grant(self, batch: str, holders: list[Party], claim: bool = True) -> list[Voucher]:
        """Vouchers of a batch for some users, who claim them."""
        given = {"batch_id": batch, "holders": [holder.subject for holder in holders]}
        made = self.story.do(GrantVouchers, self.story.owner(), **given)["vouchers"]
        ids = {row["holder"]: row["id"] for row in made}
        vouchers = [Voucher(ids[holder.subject], holder) for holder in holders]
        for voucher in vouchers if claim else ():
            self.story.moment()
            self.story.do(ClaimVoucher, voucher.holder, voucher_id=voucher.id)
        self.vouchers += vouchers
        return vouchers

    # orders

    def place(self, voucher: Voucher, offer: Offer, **changes: Any) -> Order:
        """A user orders a service; the ledger has its say once the logs are read."""
        given = {"listing_id": offer.id, "voucher_id": voucher.id, "price_fen": offer.price_fen}
        found = self.story.do(PlaceOrder, voucher.holder, **{**given, **changes})
        order = Order(found["id"], voucher.holder, offer)
        self.orders.append(order)
        return order

    def state(self, order: Order) -> str:
        """How an order fares, after everybody has heard of everything."""
        self.story.platform.settle()
        return str(self.story.do(GetOrder, order.user, order_id=order.id)["state"])

    def deliver(self, order: Order) -> None:
        """The provider delivers."""
        given = {"order_id": order.id, "evidence_sha256": digest("evidence", order.id)}
        self.story.do(DeliverOrder, order.offer.provider, **given)

    def accept(self, order: Order, part: bool = False) -> None:
        """The user accepts, all or half of it."""
        given = {"accepted_fen": order.offer.price_fen // 2} if part else {}
        self.story.do(AcceptOrder, order.user, order_id=order.id, **given)
        self.story.platform.settle()
        self.pay_own_share(order)

    def pay_own_share(self, order: Order) -> None:
        """The user pays theirs, and the payment institution calls the platform back."""
        ask, user = self.story.platform.ask, order.user
        who = Context(actor=user.login, role=roles.USER, subject=user.subject)
        for due in ask(ListOwnPayments, who, order_id=order.id)["result"]:
            proof = signed_proof(order.id, due["fen"])
            self._proofs[order.id] = sha256(proof.encode()).hexdigest()
            called = ask(RecordOwnPayment, Context(actor="anonymous"), proof=proof)
            assert "result" in called, called

    def cancel(self, order: Order) -> None:
        """The user cancels."""
        self.story.do(CancelOrder, order.user, order_id=order.id)
        self.story.platform.settle()

    def complete(self, order: Order, part: bool = False) -> None:
        """Delivered and accepted, all or half of it; not so soon that it is suspect."""
        self.deliver(order)
        self.story.wait(minutes=1)
        self.story.moment()
        self.accept(order, part)

    # redemptions

    def apply(self, order: Order) -> str:
        """The provider asks to be paid."""
        return str(self.story.do(ApplyRedemption, order.offer.provider, **self.papers(order))["id"])

    def papers(self, order: Order, invoice: int | None = None) -> dict[str, Any]:
        """What a provider hands in; each time another invoice."""
        if invoice is None:
            self._invoices += 1
            invoice = self._invoices
        return {
            "order_id": order.id,
            "invoice_number": f"2634{invoice:016}",
            "contract_sha256": digest("contract", order.id),
            "evidence_sha256": digest("evidence", order.id),
            "payment_proof_sha256": self._proofs.get(order.id, digest("payment", order.id)),
        }

    def pay_at_once(self) -> None:
        """From today on, what is publicised can be paid the same day."""
        if not self._at_once:
            self._at_once = True
            given = {"name": "publicity-days", "value": 0, "document_number": "皖人社〔示例〕3号"}
            today = clock.legal_date().isoformat()
            self.story.do(SetParameter, self.story.owner(), **given, valid_from=today)

    def review(self, redemption: str, approve: bool = True) -> None:
        """省就业局 decides."""
        reason = "材料齐全" if approve else "发票与合同不符"
        given = {"redemption_id": redemption, "approve": approve, "reason": reason}
        reviewer = self.story.officer(roles.EMPLOYMENT_PROVINCE)
        if self.story.do(ReviewRedemption, reviewer, **given)["hold"] == "held":
            self._held.add(redemption)

    def publicise(self, redemption: str) -> None:
        """The supervisor cosigns, the sample is drawn, who is in it passes the audit."""
        story = self.story
        story.platform.witness()
        story.do(DrawSample, story.officer(roles.EMPLOYMENT_PROVINCE))
        reviewer = story.officer(roles.EMPLOYMENT_PROVINCE)
        found = story.do(ListRedemptions, reviewer, state="sampled")
        if redemption in {row["id"] for row in found}:
            given = {"passed": True, "reason": "账证相符"}
            report = {"report_sha256": digest("report", redemption)}
            owner = story.owner()
            story.do(AuditRedemption, owner, redemption_id=redemption, **given, **report)

    def pay(self, redemption: str) -> None:
        """Drawn up by 省就业局, approved by 省人社厅 and 省财政厅, paid by the bank."""
        if redemption in self._held:  # chance made too many orders of the same parties
            given = {"redemption_id": redemption, "release": True, "reason": "各次服务独立"}
            self._decider = self._decider or self.story.colleague(roles.HRSS_PROVINCE)
            self.story.do(DecideHold, self._decider, **given)
            self._held.remove(redemption)
        self.publicise(redemption)
        story = self.story
        reviewer, payer = (
            story.officer(role) for role in (roles.EMPLOYMENT_PROVINCE, roles.FINANCE_PROVINCE)
        )
        order = story.do(ProposePayment, reviewer, redemption_ids=[redemption])["id"]
        of = {"payment_order_id": order}
        for approver in (story.owner(), payer):
            story.do(DecidePayment, approver, **of, approve=True, reason="同意支付")
        file = story.do(GetPaymentFile, payer, **of, form="csv")["content"]
        story.do(ImportBankReturn, payer, **of, content=answered(file))

    def redeem(self, order: Order) -> str:
        """All the way from the application to the payment."""
        redemption = self.apply(order)
        self.story.moment()
        self.review(redemption)
        self.story.moment()
        self.pay(redemption)
        return redemption


def batch_form(year: int, region: str) -> dict[str, Any]:
    """What 省人社厅 fills in for a batch."""
    return {
        "fund": FUND,
        "year": year,
        "region": region,
        "amount_fen": 1_000_000,
        "face_fen": 100_000,
        "rate_bp": 5000,
        "item_cap_fen": 60_000,
        "categories": ["enterprise.legal", "enterprise.tax"],
        "use_by": f"{year}-12-31",
        "redeem_by": f"{year + 1}-03-31",
    }


def answered(file: str) -> str:
    """What a bank says that paid everything a payment file asks for."""
    head, *lines = file.splitlines()
    told = [head.rpartition(",")[0]]
    for number, line in enumerate(lines):
        _, id_, _, yuan = line.split(",")
        told.append(f"D,{id_},{yuan},PAID,B-{id_[:8]}-{number},")
    return "\n".join(told)


def digest(kind: str, of: str) -> str:
    """The SHA-256 of a paper that is kept elsewhere."""
    return sha256(f"{kind} {of}".encode()).hexdigest()
