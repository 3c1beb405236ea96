"""Is the user's own share of each order evidenced, by a proof of its own (art. 17, 19)?"""

from base64 import urlsafe_b64decode
from hashlib import sha256
from typing import Any

import msgspec

from oversight.domain.event import Event
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import PaymentKey, World

_PROVEN = ("voucher-ledger.OwnPaymentProven",)
_REFUNDED = ("voucher-ledger.OwnPaymentRefunded",)
_SAID = {
    _PROVEN[0]: ("order_id", "fen", "reference", "paid_at"),
    _REFUNDED[0]: ("order_id", "fen", "reference", "refunded_at"),
}
"""What a text that the institution signed has to say as its event does."""


class AProofOfPaymentIsUsedOnce(Rule):
    """One proof, under one reference of the institution's, is of one order; an order has one."""

    id = "payment-proof-reused"
    articles = (17, 19)
    reads = _PROVEN
    zh = "订单 {order_id} 的支付凭证 {reference} 已用于订单 {before}"
    en = "The proof {reference} of order {order_id} was used for order {before} before"

    def breach(self, event: Event, world: World) -> Breach:
        """The order that it, or another proof of this one, was used for."""
        data = event.data
        before = world.proofs.get(data["reference"])
        if before is None and data["order_id"] in world.own_payments:
            before = data["order_id"]
        if before is None:
            return None
        return {"order_id": data["order_id"], "reference": data["reference"], "before": before}


class AProofOfPaymentIsWhatWasSigned(Rule):
    """What is recorded of a proof or a notice is what it says, and was signed by the key named."""

    id = "payment-proof-false"
    articles = (8, 17, 19)
    reads = _PROVEN + _REFUNDED
    zh = "订单 {order_id} 的支付凭证与所记不符:{what}"
    en = "The proof of order {order_id} is not what is recorded of it: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """What does not agree."""
        data = event.data
        what = _fault(event.type, data, world.institutions.get(data["key"]))
        return {"order_id": data["order_id"], "what": what} if what else None


class AProofOfPaymentIsTheInstitutions(Rule):
    """What signed a proof or a notice is a key of the institution's that the supervisor was given.

    The log names a key too, which proves nothing: whoever writes the log can have made it.
    """

    id = "payment-proof-foreign"
    articles = (8, 17, 19)
    reads = _PROVEN + _REFUNDED
    zh = "订单 {order_id} 的支付凭证由密钥 {key} 签名,监理方所持支付机构公钥中没有它"
    en = "The proof of order {order_id} is signed by {key}, no key that the supervisor was given"

    def breach(self, event: Event, world: World) -> Breach:
        """Another key."""
        data = event.data
        if data["key"] in world.institutions:
            return None
        return {"order_id": data["order_id"], "key": data["key"]}


class AnOwnPaymentIsOfItsOrder(Rule):
    """What a user paid is their own share of an order that they accepted, to the fen."""

    id = "own-payment-differs"
    articles = (17, 19)
    reads = _PROVEN
    zh = "订单 {order_id} 自付应为 {due},支付凭证为 {paid}"
    en = "The own share of order {order_id} is {due}; its proof says {paid}"

    def breach(self, event: Event, world: World) -> Breach:
        """What was due and what was paid, with the parties."""
        data = event.data
        order = world.orders.get(data["order_id"])
        paid = (data["fen"], data["payer"], data["provider"])
        due = order and (order.own_due_fen, order.user, order.provider)
        if paid == due:
            return None
        return {"order_id": data["order_id"], "due": due or "-", "paid": paid}


class ARefundIsOfWhatWasPaid(Rule):
    """A notice of refund is of an order of which the user paid so much, and is used once."""

    id = "refund-differs"
    articles = (8, 17)
    reads = _REFUNDED
    zh = "订单 {order_id} 退款 {reference} 共 {fen} 分,自付余额 {left} 分,此前用于 {before}"
    en = "Order {order_id}: refund {reference} of {fen} fen, {left} were left; used for {before}"

    def breach(self, event: Event, world: World) -> Breach:
        """What was left of the own share, and the order that the notice was used for before."""
        data = event.data
        order_id, reference = data["order_id"], data["reference"]
        paid = world.own_payments.get(order_id, (0, ""))[0]
        left = paid - sum(each.fen for each in world.traces.refunds.get(order_id, ()))
        before = world.refunded.get(reference)
        if before is None and data["fen"] <= left:
            return None
        said = {"order_id": order_id, "reference": reference, "fen": data["fen"], "left": left}
        return {**said, "before": before or "-"}


class AnOwnShareIsProven(Rule):
    """A redemption hands in the proof that the user paid their own share, where they pay one."""

    id = "own-share-unproven"
    articles = (17, 19)
    reads = ("voucher-ledger.RedemptionApplied",)
    zh = "订单 {order_id} 自付 {own_fen} 分,支付凭证为 {proven},兑付申请为 {given}"
    en = (
        "Order {order_id}: own share {own_fen} fen, proven by {proven}, the redemption says {given}"
    )

    def breach(self, event: Event, world: World) -> Breach:
        """No proof, or another."""
        data = event.data
        order = world.orders.get(data["order_id"])
        if order is None or not order.own_due_fen:
            return None
        proven = world.own_payments.get(data["order_id"], (0, "-"))[1]
        given = data["payment_proof_sha256"]
        if proven == given:
            return None
        own = {"own_fen": order.own_due_fen}
        return {"order_id": data["order_id"], "proven": proven, "given": given, **own}


def _fault(type_: str, data: dict[str, Any], key: PaymentKey | None) -> str:
    """What is wrong with a proof that a key is to have signed; empty when nothing is."""
    text = data["proof"].encode()
    if sha256(text).hexdigest() != data["proof_sha256"]:
        return "proof_sha256"
    payload, _, signature = text.partition(b".")
    try:
        if key is None or not key.holds(urlsafe_b64decode(_padded(signature)), payload):
            return "signature"
    except ValueError:
        return "signature"
    try:
        said = msgspec.json.decode(urlsafe_b64decode(_padded(payload)))
        wrong = [name for name in _SAID[type_] if said[name] != data[name]]
        if said.get("payer_account") != data.get("payer_account"):
            wrong.append("payer_account")
        return ", ".join(wrong)
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
        msgspec.MsgspecError,
    ):
        return "payload"


def _padded(text: bytes) -> bytes:
    return text + b"=" * (-len(text) % 4)


OWN_PAYMENTS: tuple[tuple[Rule, ...], ...] = (
    (
        AProofOfPaymentIsTheInstitutions(),
        AProofOfPaymentIsUsedOnce(),
        AProofOfPaymentIsWhatWasSigned(),
        AnOwnPaymentIsOfItsOrder(),
        ARefundIsOfWhatWasPaid(),
    ),
    (AnOwnShareIsProven(),),
)
"""The chains of rules about own shares."""
