"""What may be asked of the catalog about fees: schedules that operator and provider sign (art. 15).

A schedule (收费标准与利润分配方案) says which part of the price of a provider's services is the
operator's. It holds from its date on once both sides have signed the same text.
"""

from marshmallow import fields, validate

from chassis.contract import (
    BasisPoints,
    Choice,
    Command,
    Digest,
    Id,
    LegalDate,
    Query,
    Text,
    View,
    Whole,
)
from schemas import roles
from schemas.categories import CHARGEABLE

SERVICE = "catalog"
PARTIES = frozenset({roles.OPERATOR, roles.PROVIDER})
READERS = PARTIES | {roles.HRSS_PROVINCE, roles.EMPLOYMENT_PROVINCE, roles.SUPERVISOR}
STATES = ("proposed", "signed", "declined", "withdrawn")


def _number() -> Whole:
    return Whole(1, 1_000_000, required=True)


class FeeScheduleView(View):
    """A version of a provider's fee schedule.

    `rate_bp` is the operator's part of a price in basis points, `rates` those of single categories;
    `side` is who proposed it (operator or provider). `content_sha256` is what both sign: SHA-256 of
    provider, number, rate_bp, rates and valid_from as canonical JSON (RFC 8785).
    """

    provider = Id()
    number = fields.Integer()
    side = fields.String()
    rate_bp = fields.Integer()
    rates = fields.Dict(keys=fields.String(), values=fields.Integer())
    valid_from = LegalDate()
    content_sha256 = fields.String()
    state = fields.String()
    reason = fields.String(allow_none=True)


class ProposeFeeSchedule(Command):
    """Propose a fee schedule to the other side (拟定收费标准及利润分配方案); it is a signature too.

    The operator proposes to a provider, a provider for itself.
    """

    service = SERVICE
    http = "POST /fee-schedules"
    allowed = PARTIES
    articles = (6, 15)
    begins = True
    refusal_is_event = True
    view = FeeScheduleView
    summary = ("拟定收费方案", "Propose a fee schedule")

    provider = Id(required=True)
    rate_bp = BasisPoints(required=True)
    rates = fields.Dict(
        keys=fields.String(validate=validate.OneOf(sorted(CHARGEABLE))),
        values=BasisPoints(),
        load_default=dict,
    )
    valid_from = LegalDate(required=True)


class SignFeeSchedule(Command):
    """Sign what the other side proposed (签署): its number, and the digest of what was read."""

    service = SERVICE
    http = "POST /fee-schedules/<uuid:provider>/signature"
    allowed = PARTIES
    articles = (15,)
    begins = True
    refusal_is_event = True
    view = FeeScheduleView
    summary = ("签署收费方案", "Sign a fee schedule")

    provider = Id(required=True)
    number = _number()
    content_sha256 = Digest(required=True)


class DeclineFeeSchedule(Command):
    """Decline what the other side proposed (不同意), with the reason."""

    service = SERVICE
    http = "POST /fee-schedules/<uuid:provider>/refusal"
    allowed = PARTIES
    articles = (15,)
    view = FeeScheduleView
    summary = ("不同意收费方案", "Decline a fee schedule")

    provider = Id(required=True)
    number = _number()
    reason = Text(500, least=2, required=True)


class WithdrawFeeSchedule(Command):
    """Withdraw what one's own side proposed, while the other has not answered (撤回)."""

    service = SERVICE
    http = "POST /fee-schedules/<uuid:provider>/withdrawal"
    allowed = PARTIES
    articles = (15,)
    view = FeeScheduleView
    summary = ("撤回收费方案", "Withdraw a fee schedule")

    provider = Id(required=True)
    number = _number()


class ListFeeSchedules(Query):
    """Every version of the fee schedules that the caller may see; a provider sees its own."""

    service = SERVICE
    http = "GET /fee-schedules"
    allowed = READERS
    articles = (8, 15)
    view = FeeScheduleView
    is_list = True
    summary = ("查询收费方案", "List fee schedules")

    provider = Id(load_default=None)
    state = Choice(*STATES, load_default=None)
    after = Id(load_default=None)
    limit = Whole(1, 200, load_default=50)


CONTRACTS = (
    ProposeFeeSchedule,
    SignFeeSchedule,
    DeclineFeeSchedule,
    WithdrawFeeSchedule,
    ListFeeSchedules,
)
