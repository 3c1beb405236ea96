"""The risk-weighted random sample of redemptions (抽查, art. 8, 17), for everybody to recompute."""

from marshmallow import fields

from chassis.contract import Command, Digest, Id, Query, View, Whole
from schemas import roles
from schemas.voucher_ledger.common import SERVICE


class SampleRoundView(View):
    """A round: the commitment (SHA-256 of the secret) at first, the secret once it was drawn.

    `size` is that of the cosigned checkpoint whose note, with the secret, makes the seed.
    """

    id = Id()
    number = fields.Integer()
    commitment = Digest()
    secret = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)
    note_sha256 = fields.String(allow_none=True)
    considered = fields.Integer()
    selected = fields.Integer()
    state = fields.String()


class DrawnView(View):
    """How many redemptions a draw was about, and how many of them are to be audited."""

    round_id = fields.String(allow_none=True)
    considered = fields.Integer()
    selected = fields.Integer()


class TicketView(View):
    """A redemption that a draw was about: its chance of an audit (basis points), and the outcome.

    Its ticket is the first 64 bits of SHA-256 of `<seed>/<redemption_id>`; it is audited when
    ticket / 2^64 < chance / 10000.
    """

    redemption_id = Id()
    chance_bp = fields.Integer()
    selected = fields.Boolean()


class SampleRoundReport(SampleRoundView):
    """A round with all that it takes to draw it again; null and empty until it was drawn.

    `note` is the cosigned checkpoint whose SHA-256 is `note_sha256`; `seed` is SHA-256 of
    `<secret>/<note_sha256>`, in hex. `rate_bp`, `step_fen` and `publicity_days` are the parameters
    that held.
    """

    note = fields.String(allow_none=True)
    seed = fields.String(allow_none=True)
    rate_bp = fields.Integer(allow_none=True)
    step_fen = fields.Integer(allow_none=True)
    publicity_days = fields.Integer(allow_none=True)
    drawn = fields.List(fields.Nested(TicketView))


class DrawSample(Command):
    """Draw which approved redemptions are audited, of those that a cosignature covers (抽查).

    The outcome is fixed by what was committed and cosigned before, whoever asks and whenever; the
    ledger does it by itself as well. Nothing waits: nothing is drawn.
    """

    service = SERVICE
    http = "POST /sample-rounds"
    allowed = frozenset({roles.EMPLOYMENT_PROVINCE})
    articles = (8, 17)
    refusal_is_event = True
    view = DrawnView
    summary = ("抽取抽查样本", "Draw the sample of redemptions")


class ListSampleRounds(Query):
    """The rounds, with their commitments and the secrets of those that were drawn."""

    service = SERVICE
    http = "GET /sample-rounds"
    public = True
    articles = (5, 8, 17)
    view = SampleRoundView
    is_list = True
    summary = ("查询抽查轮次", "List the rounds of samples")

    after = Whole(0, 2**31, load_default=0)
    limit = Whole(1, 500, load_default=100)


class GetSampleRound(Query):
    """One round, for everybody to draw it again: seed, chances, outcomes (复算抽查)."""

    service = SERVICE
    http = "GET /sample-rounds/<uuid:round_id>"
    public = True
    articles = (5, 8, 17)
    view = SampleRoundReport
    summary = ("查看抽查轮次", "Show a round of samples")

    round_id = Id(required=True)


CONTRACTS = (DrawSample, ListSampleRounds, GetSampleRound)
