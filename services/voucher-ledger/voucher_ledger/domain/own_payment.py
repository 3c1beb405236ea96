"""A user's own share of an order, as the payment institution evidences it (自付部分, art. 17, 19).

The institution signs a proof once for each payment, and may send it as often as it likes. A proof
names the payment that it is about, and a payment belongs to one order; so a proof cannot be used
for another order, and a second proof of the same payment says nothing new. What the user got back
of a payment it says by a notice of refund (退款通知), likewise; there can be several.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from chassis.domain import event, stream_id
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.refusals.own_payments import (
    OwnPaymentDiffers,
    OwnPaymentLate,
    OwnPaymentNotDue,
    PaymentProofEarly,
    PaymentProofMalformed,
    RefundBeyondPaid,
    RefundKnown,
)
from voucher_ledger.domain.voucher import Voucher

FORMAT: Final = "payment-proof/1"
WITH_ACCOUNT: Final = "payment-proof/2"
"""A proof that also says from which account it was paid, as a keyed digest (`payer_account`)."""

AHEAD: Final = timedelta(minutes=5)
"""How far the institution's clock may be ahead of ours."""

REFUND: Final = "payment-refund/1"
_TEXTS: Final = {"institution": 60, "payment_id": 36, "order_id": 36, "reference": 60, "nonce": 64}
"""The texts that a proof holds, and how long they can be."""


_DIGEST: Final = re.compile("[0-9a-f]{64}")


def own_payment_id(order_id: str) -> str:
    """The stream of what a user pays of an order, and its name at the institution."""
    return stream_id("own-payment", order_id)


@dataclass(frozen=True, slots=True)
class Signed:
    """A text that the institution signed: what it says, its digest, and the key that holds."""

    said: Mapping[str, Any]
    text: str
    sha256: str
    key: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What the institution signed: the payment, its order, an amount in fen, and when it was paid.

    Of a notice of refund: the reference of the refund, and when the user got it back.
    `payer_account` is the keyed digest of the account that it was paid from, where it says so.
    """

    payment_id: str
    order_id: str
    fen: int
    reference: str
    paid_at: datetime
    text: str
    sha256: str
    key: str
    payer_account: str | None = None

    @classmethod
    def read(cls, signed: Signed, form: str = FORMAT, when: str = "paid_at") -> "Proof":
        """Read what was signed. Raises `PaymentProofMalformed`."""
        payload, names = signed.said, {*_TEXTS, "format", "fen", when}
        if form == FORMAT and payload.get("format") == WITH_ACCOUNT:
            form, names = WITH_ACCOUNT, {*names, "payer_account"}
        if payload.keys() != names or payload["format"] != form:
            raise PaymentProofMalformed
        for name, most in _TEXTS.items():
            value = payload[name]
            if not isinstance(value, str) or not 0 < len(value) <= most or not value.isprintable():
                raise PaymentProofMalformed
        if type(payload["fen"]) is not int or payload["fen"] < 1:
            raise PaymentProofMalformed
        paid_at, account = _instant(payload[when]), payload.get("payer_account")
        if form == WITH_ACCOUNT and not (isinstance(account, str) and _DIGEST.fullmatch(account)):
            raise PaymentProofMalformed
        named = {name: payload[name] for name in ("payment_id", "order_id", "fen", "reference")}
        named |= {"payer_account": account}
        return cls(**named, paid_at=paid_at, text=signed.text, sha256=signed.sha256, key=signed.key)

    @classmethod
    def refund(cls, signed: Signed) -> "Proof":
        """Read a notice of refund, likewise. Raises `PaymentProofMalformed`."""
        return cls.read(signed, REFUND, "refunded_at")

    def require_past(self, now: datetime) -> None:
        """Refuse what says that it was paid in the future. Raises `PaymentProofEarly`."""
        if self.paid_at > now + AHEAD:
            raise PaymentProofEarly(paid_at=_written(self.paid_at))


class OwnPayment(LedgerAggregate):
    """That a user paid their own share of an order. Amount in fen."""

    @event("Proven")
    def __init__(
        self,
        order_id: str,
        payer: str,
        provider: str,
        fen: int,
        reference: str,
        paid_at: str,
        proof: str,
        proof_sha256: str,
        key: str,
        payer_account: str | None = None,
    ) -> None:
        self.order_id = order_id
        self.payer = payer
        self.provider = provider
        self.fen = fen
        self.reference = reference
        self.proof_sha256 = proof_sha256
        self.refunds: dict[str, int] = {}

    @staticmethod
    def create_id(order_id: str) -> UUID:
        """One stream per order."""
        return UUID(own_payment_id(order_id))

    @classmethod
    def prove(cls, proof: Proof, voucher: Voucher, own_fen: int, today: date) -> "OwnPayment":
        """Take a proof for an accepted order of which the user pays `own_fen` themself.

        Raises `OwnPaymentNotDue`, `OwnPaymentLate`, `OwnPaymentDiffers`.
        """
        if proof.order_id not in voucher.redeemed:
            raise OwnPaymentNotDue(order_id=proof.order_id)
        if today.isoformat() > voucher.redeem_by:
            raise OwnPaymentLate(order_id=proof.order_id, redeem_by=voucher.redeem_by)
        if proof.fen != own_fen:
            raise OwnPaymentDiffers(order_id=proof.order_id, said_fen=proof.fen, own_fen=own_fen)
        return cls(
            order_id=proof.order_id,
            payer=voucher.holder,
            provider=voucher.providers[proof.order_id],
            fen=proof.fen,
            reference=proof.reference,
            paid_at=_written(proof.paid_at),
            proof=proof.text,
            proof_sha256=proof.sha256,
            key=proof.key,
            payer_account=proof.payer_account,
        )

    def refund(self, notice: Proof) -> None:
        """Take a notice: the user got back some of it. Raises `RefundKnown`, `RefundBeyondPaid`."""
        if notice.reference in self.refunds:
            raise RefundKnown(order_id=self.order_id, reference=notice.reference)
        left_fen = self.fen - sum(self.refunds.values())
        if notice.fen > left_fen:
            raise RefundBeyondPaid(order_id=self.order_id, fen=notice.fen, left_fen=left_fen)
        self._refunded(
            self.order_id,
            notice.fen,
            notice.reference,
            _written(notice.paid_at),
            notice.text,
            notice.sha256,
            notice.key,
        )

    @event("Refunded")
    def _refunded(
        self,
        order_id: str,
        fen: int,
        reference: str,
        refunded_at: str,
        proof: str,
        proof_sha256: str,
        key: str,
    ) -> None:
        self.refunds[reference] = fen


def _instant(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise PaymentProofMalformed from None
    if found.tzinfo is None or _written(found) != value:
        raise PaymentProofMalformed
    return found


def _written(at: datetime) -> str:
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
