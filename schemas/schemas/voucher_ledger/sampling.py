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


CONTRACTS = (DrawSample, ListSampleRounds)
