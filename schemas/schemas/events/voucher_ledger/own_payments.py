"""What the events of own payments say. Amounts in integer fen."""

from chassis.contract import Digest, EventSchema, Fen, Id, Text
from schemas.events.voucher_ledger.common import ID


class OwnPaymentProven(EventSchema):
    """The payment institution says that a user paid their own share of an order (自付已支付).

    `proof` is what it signed, `proof_sha256` its digest, `key` the name of the public key that
    verifies it: an Ed25519 key itself, or the SHA-256 of an RSA key. `payer_account` is
    the keyed digest of the account that it was paid from, where it says so.
    """

    type = "voucher-ledger.OwnPaymentProven"
    order_id = Id(required=True)
    payer = Id(required=True)
    provider = Id(required=True)
    fen = Fen(required=True)
    reference = Text(60, required=True)
    paid_at = Text(27, required=True)
    proof = Text(2000, required=True)
    proof_sha256 = Digest(required=True)
    key = Digest(required=True)
    payer_account = Digest(load_default=None, allow_none=True)
    example = {
        "order_id": ID,
        "payer": ID,
        "provider": ID,
        "fen": 70,
        "reference": "P-1",
        "paid_at": "2026-05-01T04:00:00.000000Z",
        "proof": "eyJmb3JtYXQiOiJwYXltZW50LXByb29mLzEifQ.AAAA",
        "proof_sha256": "0" * 64,
        "key": "0" * 64,
        "payer_account": None,
    }


class OwnPaymentRefunded(EventSchema):
    """The payment institution says that a user got back of their own share (自付退款)."""

    type = "voucher-ledger.OwnPaymentRefunded"
    order_id = Id(required=True)
    fen = Fen(required=True)
    reference = Text(60, required=True)
    refunded_at = Text(27, required=True)
    proof = Text(2000, required=True)
    proof_sha256 = Digest(required=True)
    key = Digest(required=True)
    example = {
        "order_id": ID,
        "fen": 70,
        "reference": "R-1",
        "refunded_at": "2026-05-01T04:00:00.000000Z",
        "proof": "eyJmb3JtYXQiOiJwYXltZW50LXJlZnVuZC8xIn0.AAAA",
        "proof_sha256": "0" * 64,
        "key": "0" * 64,
    }


EVENTS = (OwnPaymentProven, OwnPaymentRefunded)
