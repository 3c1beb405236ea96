"""A ledger that tests and benchmarks speak to, and the people and services it has heard of."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis import clock, context
from chassis.application import Decision
from chassis.commands import Command, Commands, Outcome
from chassis.domain import new_id
from chassis.log import Entry
from chassis.projection import Fact
from chassis.settings import Settings
from chassis.testing import sequencer
from voucher_ledger import queries
from voucher_ledger.application import Ledger
from voucher_ledger.domain import book
from voucher_ledger.domain.batch import Batch
from voucher_ledger.domain.book import Bucket
from voucher_ledger.domain.budget import budget_id
from voucher_ledger.domain.eligibility import Standing
from voucher_ledger.domain.lease import ISSUE, allotment_id
from voucher_ledger.domain.own_payment import own_payment_id
from voucher_ledger.domain.payment_file import yuan
from voucher_ledger.domain.payment_order import PaymentOrder
from voucher_ledger.domain.voucher import Voucher
from voucher_ledger.reconciling import reconcile_due
from voucher_ledger.subscriptions import POLICIES
from voucher_ledger.totals import LedgerTotals

MIGRATIONS = Path(__file__).parent / "migrations"


def evidence_of(order: str) -> str:
    """The digest of what is delivered for an order."""
    return sha256(f"delivered {order}".encode()).hexdigest()


INSTITUTION_KEY = Ed25519PrivateKey.from_private_bytes(b"p" * 32)
"""What the payment institution of tests signs with."""

INSTITUTION_KEYS = INSTITUTION_KEY.public_key().public_bytes_raw().hex()


_PAID = {
    "format": "payment-proof/1",
    "institution": "test",
    "paid_at": "2026-01-01T00:00:00.000000Z",
    "nonce": "0" * 16,
}


def signed_proof(order: str, fen: int | None, /, **changes: Any) -> str:
    """What the payment institution says when a user paid their own share, in fen."""
    said = {**_PAID, "payment_id": own_payment_id(order), "order_id": order, "fen": fen}
    return _signed({**said, "reference": f"P-{order}", **changes})


def signed_refund(order: str, fen: int, /, **changes: Any) -> str:
    """What the payment institution says when a user got some of their own share back, in fen."""
    said = {**_PAID, "payment_id": own_payment_id(order), "order_id": order, "fen": fen}
    said |= {"format": "payment-refund/1", "refunded_at": said.pop("paid_at")}
    return _signed({**said, "reference": f"R-{order}", **changes})


def _signed(said: dict[str, Any]) -> str:
    text = urlsafe_b64encode(json.dumps(said, sort_keys=True).encode()).rstrip(b"=")
    signature = urlsafe_b64encode(INSTITUTION_KEY.sign(text)).rstrip(b"=")
    return f"{text.decode()}.{signature.decode()}"


_HEARD = (
    "INSERT INTO tracking (log, position) VALUES ('matching', %s) "
    "ON CONFLICT (log) DO UPDATE SET position = excluded.position"
)
HEARD_AT = "2026-01-01T00:00:00.000000Z"
ACCEPTED_AT = "2026-01-02T00:00:00.000000Z"
"""When things happened elsewhere: users take their time."""

STOCKED_AT_ONCE = 250
ELIGIBLE = Standing(True, True, "person", "340100", False)
TERMS: dict[str, Any] = {
    "fund": "JYCY",
    "year": 2026,
    "region": "340100",
    "amount_fen": 1_000_000,
    "face_fen": 100_000,
    "rate_bp": 5000,
    "item_cap_fen": 60_000,
    "categories": ["enterprise.legal", "enterprise.tax"],
    "category_caps": {},
    "user_cap_fen": 0,
    "target_region": "340000",
    "target_kinds": ["person", "firm"],
    "use_by": "2026-12-31",
    "redeem_by": "2027-03-31",
}


def bank_answer(order: PaymentOrder, returned: Mapping[str, str] | None = None) -> str:
    """What the bank says of a payment order; `returned` are reason codes by redemption."""
    back = returned or {}
    lines = []
    for item in order.items.values():
        reason = back.get(item.redemption_id, "")
        said = f"RETURNED,,{reason}" if reason else f"PAID,B-{item.redemption_id[:8]},"
        lines.append(f"D,{item.end_to_end_id},{yuan(item.fen)},{said}")
    head = f"H,{order.key},{len(lines)},{yuan(order.total_fen)}"
    return "\n".join((head, *lines)) + "\n"


class World:
    """Speaks commands to a ledger."""

    def __init__(self, url: str, heard: int = -1) -> None:
        given = {"DATABASE_URL": url, "PAYMENT_INSTITUTION_KEYS": INSTITUTION_KEYS}
        self.ledger = Ledger(Settings.load("voucher-ledger", given))
        self.commands = Commands(self.ledger, b"key")
        self.heard = heard
        """The last position of another log that it has heard of, as if all were one."""

    def run(
        self, name: str, /, subject: str | None = None, actor: str = "staff", **values: Any
    ) -> Outcome:
        """Carry out a use case as a command."""
        command = Command(name, new_id(), values, values, refusal_is_event=True)
        use_case: Callable[..., Decision] = getattr(self.ledger, name)
        with context.bound(context.Context(actor=actor, subject=subject)):
            return self.commands.execute(command, lambda: use_case(**values))

    def do(
        self, name: str, /, subject: str | None = None, actor: str = "staff", **values: Any
    ) -> dict[str, Any]:
        """Carry out a use case that has to succeed."""
        outcome = self.run(name, subject, actor, **values)
        assert "result" in outcome, outcome
        result: dict[str, Any] = outcome["result"]
        return result

    def code(self, name: str, /, subject: str | None = None, **values: Any) -> str:
        """The code with which a use case is refused."""
        outcome = self.run(name, subject, **values)
        assert "error" in outcome, outcome
        return str(outcome["error"]["code"])

    def hear(self, type_: str, stream: str, /, **data: Any) -> None:
        """Learn something from another log, as a subscription would."""
        self.hear_of(HEARD_AT, type_, stream, **data)

    def hear_of(self, at: str, type_: str, stream: str, /, **data: Any) -> None:
        """Learn something that was recorded at an instant (RFC 3339)."""
        self.heard += 1
        fact = Fact(type_, stream, 1, data, at, self.heard)
        if statements := POLICIES.statements(fact):
            self.ledger.database.execute(statements)

    def user(self, region: str = "340100", kind: str = "person", outcome: str = "match") -> str:
        """An admitted user that the ledger has heard of."""
        subject = new_id()
        self.verify(subject, region, kind, outcome)
        self.hear("identity.SubjectAdmittedAsUser", subject, region=region)
        return subject

    def verify(
        self, subject: str, region: str = "340100", kind: str = "firm", outcome: str = "match"
    ) -> None:
        """A registry answered about a real name."""
        told = {"kind": kind, "region": region, "outcome": outcome}
        self.hear("identity.SubjectVerified", subject, **told)

    def offer(self, price_fen: int = 100_000, **changes: Any) -> tuple[str, str]:
        """A whitelisted service; returns (listing, provider)."""
        listing, provider = new_id(), changes.pop("provider", new_id())
        kind = changes.pop("kind", "lawful-firm")
        if kind is not None:
            self.verify(provider)
            told = {"kind": kind, "region": "340100", "may_charge": changes.pop("may_charge", True)}
            self.hear("identity.SubjectAdmittedAsProvider", provider, **told)
        category = changes.pop("category", "enterprise.legal")
        self.hear_of(
            changes.pop("published_at", HEARD_AT),
            "catalog.ListingPublished",
            listing,
            provider=provider,
            category=category,
            price_fen=price_fen,
        )
        terms = {
            "valid_from": "2026-01-01",
            "valid_until": "2026-12-31",
            "rate_bp": 4000,
            "cap_fen": 50_000,
        }
        self.hear("catalog.ListingWhitelisted", listing, **{**terms, **changes})
        return listing, provider

    def batch(self, **changes: Any) -> str:
        """An open batch with money behind it."""
        terms = {**TERMS, **changes}
        self.budget(terms["region"])
        return str(self.do("open_batch", **terms)["id"])

    def budget(self, region: str = "340100", fen: int = 10_000_000, **changes: Any) -> str:
        """Money that a region may issue; returns the budget's id."""
        year = {"fund": "JYCY", "year": 2026, "amount_fen": fen, **changes}
        paper = "皖财社〔2026〕1号"
        self.do("appropriate_budget", **year, source="provincial", document_number=paper)
        if region == "340000":
            return budget_id(year["fund"], year["year"], region)
        allocated = self.do("allocate_budget", **year, region=region, document_number=paper)
        return str(allocated["id"])

    def voucher(self, holder: str, **changes: Any) -> str:
        """A claimed voucher of a new batch."""
        return self.granted(self.batch(**changes), holder)

    def granted(self, batch: str, holder: str) -> str:
        """A claimed voucher of a batch."""
        granted = self.do("grant_vouchers", batch_id=batch, holders=[holder])
        voucher = str(granted["vouchers"][0]["id"])
        self.do("claim_voucher", holder, voucher_id=voucher)
        return voucher

    def stock(self, count: int, **changes: Any) -> list[tuple[str, str]]:
        """Claimed vouchers of a new batch, written as events and without commands: quick.

        Returns (holder, voucher) of each.
        """
        terms = {**TERMS, **changes}
        money = count * int(terms["face_fen"])
        self.budget(terms["region"], money, fund=terms["fund"], year=terms["year"])
        batch_id = str(self.do("open_batch", **{**terms, "amount_fen": money})["id"])
        batch, made = self.ledger.load(Batch, batch_id), []
        for start in range(0, count, STOCKED_AT_ONCE):
            size = min(STOCKED_AT_ONCE, count - start)
            holders = [new_id() for _ in range(size)]
            vouchers = [Voucher.grant(batch, holder, ELIGIBLE) for holder in holders]
            for voucher in vouchers:
                voucher.claim(voucher.holder)
            fen = size * batch.face_fen
            with self.ledger.take_share(allotment_id(ISSUE, batch_id), fen) as held:
                postings = book.move(batch.purse, Bucket.UNISSUED, Bucket.ISSUED, fen)
                held.share.draw(fen, batch_id, postings)
                self.ledger.write(Decision({}, [*held.changed, *vouchers]))
            made += [(voucher.holder, voucher.key) for voucher in vouchers]
        return made

    def accepted(self, **delivered: Any) -> tuple[str, str, str]:
        """An accepted order with its share owed; returns (order, voucher, provider)."""
        user = self.user()
        voucher = self.voucher(user)
        listing, provider = self.offer()
        return self.used(voucher, listing, user, **delivered), voucher, provider

    def used(self, voucher: str, listing: str, user: str, **delivered: Any) -> str:
        """A new order that is placed, delivered, accepted and paid for; its id."""
        order = new_id()
        self.reserve(voucher, order, listing, user)
        evidence = {"evidence_sha256": evidence_of(order), **delivered}
        self.hear("matching.OrderDelivered", order, **evidence)
        self.do("redeem_voucher", voucher_id=voucher, order_id=order)
        self.owe(order, voucher)
        self.prove(order)
        return order

    def owe(self, order: str, voucher: str, price_fen: int = 100_000, at: str = ACCEPTED_AT) -> int:
        """Matching says what the user pays themself of an order that was accepted whole, in fen."""
        fen = self.ledger.load(Voucher, voucher).redeemed[order]
        self.accept(order, fen, price_fen - fen, at)
        return price_fen - fen

    def accept(
        self, order: str, voucher_due_fen: int, own_due_fen: int, at: str = ACCEPTED_AT
    ) -> None:
        """Matching says what is due of an order that was accepted, in fen."""
        due = {"voucher_due_fen": voucher_due_fen, "own_due_fen": own_due_fen}
        self.hear_of(at, "matching.OrderAccepted", order, **due)

    def prove(self, order: str) -> None:
        """The payment institution says that the user paid that."""
        self.do("record_own_payment", proof=self.proof(order))

    def papers(self, order: str, invoice: str = "24342000000012345678") -> dict[str, Any]:
        """What a provider hands in for a redemption."""
        return {
            "order_id": order,
            "invoice_number": invoice,
            "contract_sha256": sha256(order.encode()).hexdigest(),
            "evidence_sha256": evidence_of(order),
            "payment_proof_sha256": self.proof_sha256(order),
        }

    def proof_sha256(self, order: str) -> str:
        """The digest of the proof of an order's own share."""
        return sha256(self.proof(order).encode()).hexdigest()

    def proof(self, order: str) -> str:
        """The institution's proof of what the user pays of an order themself."""
        return signed_proof(order, queries.own_payments.own_share(self.ledger.database, order)[0])

    def figure(self, name: str, value: int) -> None:
        """Set a parameter from today on."""
        today = clock.legal_date().isoformat()
        paper = {"valid_from": today, "document_number": "皖人社〔2026〕8号"}
        self.do("set_parameter", name=name, value=value, **paper)

    def publicised(self, *redemptions: str) -> None:
        """Redemptions approved, cosigned and drawn, none of them for audit; payable at once."""
        for name in ("publicity-days", "sample-rate-bp"):
            self.figure(name, 0)
        for id_ in redemptions:
            given: dict[str, Any] = {"redemption_id": id_, "approve": True, "reason": "材料齐全"}
            self.do("review_redemption", actor="reviewer", **given)
        self.cosign()
        self.do("draw_sample")

    def issued(self, *redemptions: str) -> str:
        """A payment order of publicised redemptions that two persons approved; its id."""
        proposed = self.do("propose_payment", redemption_ids=list(redemptions))
        order = str(proposed["id"])
        for actor in ("one payer", "another payer"):
            given: dict[str, Any] = {
                "payment_order_id": order,
                "approve": True,
                "reason": "同意支付",
            }
            self.do("decide_payment", actor=actor, **given)
        return order

    def paid(self, *redemptions: str) -> str:
        """Redemptions all the way from their review to the bank's answer; the payment order."""
        self.publicised(*redemptions)
        order = self.issued(*redemptions)
        content = bank_answer(self.ledger.load(PaymentOrder, order))
        self.do("import_bank_return", payment_order_id=order, content=content)
        return order

    def reserve(
        self, voucher: str, order: str, listing: str, user: str, price_fen: int = 100_000
    ) -> Outcome:
        """Reserve a share of an order."""
        return self.run(
            "reserve_voucher",
            voucher_id=voucher,
            order_id=order,
            listing_id=listing,
            user=user,
            price_fen=price_fen,
        )

    def cosign(self) -> None:
        """The supervisor has witnessed everything so far."""
        size = len(self.entries())
        self.hear(
            "oversight.WitnessCosigned", new_id(), watched=self.ledger.log, size=size, note=""
        )

    def reconcile(self) -> int:
        """The ledger reconciles what is due by the calendar; returns how many differences came up.

        What was said so far is sealed, and of matching's log everything that was heard is applied.
        """
        self.entries()
        self.catch_up()
        return reconcile_due(self.ledger, self.commands)

    def catch_up(self) -> None:
        """Of matching's log, all that was heard is applied."""
        self.ledger.database.execute([(_HEARD, (self.heard,))])

    def entries(self) -> list[Entry]:
        """The ledger's log, sequenced."""
        sequencer(self.ledger.database, self.ledger.log, LedgerTotals).step()
        return self.ledger.log_reader.entries(0)
