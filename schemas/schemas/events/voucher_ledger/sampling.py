"""What the events of samples say (抽查). Amounts in integer fen."""

from marshmallow import fields

from chassis.contract import BasisPoints, Digest, EventSchema, Fen, Flag, Id, View, Whole
from schemas.events.voucher_ledger.common import ID


class SampleRoundCommitted(EventSchema):
    """A round begins: the digest of its secret is published before anything is known of its seed.

    `commitment` is SHA-256 of the secret's hex text.
    """

    type = "voucher-ledger.SampleRoundCommitted"
    number = Whole(1, 2**31, required=True)
    commitment = Digest(required=True)
    example = {"number": 1, "commitment": "0" * 64}


class Drawn(View):
    """A redemption that a draw was about: its chance in basis points, and the outcome."""

    redemption_id = Id(required=True)
    chance_bp = BasisPoints(required=True)
    selected = Flag(required=True)


class SampleRoundDrawn(EventSchema):
    """The secret is revealed and the sample drawn, with the figures in force.

    The seed is SHA-256 of `<secret>/<note_sha256>`, where the note is that of the first checkpoint
    that the supervisor cosigned after the round began and over the first approval.
    """

    type = "voucher-ledger.SampleRoundDrawn"
    secret = Digest(required=True)
    size = Whole(1, 2**53, required=True)
    note_sha256 = Digest(required=True)
    rate_bp = BasisPoints(required=True)
    step_fen = Fen(required=True)
    publicity_days = Whole(0, 365, required=True)
    drawn = fields.List(fields.Nested(Drawn), required=True)
    example = {
        "secret": "0" * 64,
        "size": 42,
        "note_sha256": "0" * 64,
        "rate_bp": 1000,
        "step_fen": 50_000,
        "publicity_days": 5,
        "drawn": [{"redemption_id": ID, "chance_bp": 1000, "selected": False}],
    }


EVENTS = (SampleRoundCommitted, SampleRoundDrawn)
