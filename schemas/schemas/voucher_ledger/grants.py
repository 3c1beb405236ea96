"""Granting (发放, art. 17, 25): a few at once, or many in a run."""

from marshmallow import fields, validate

from chassis.contract import ROWS, Choice, Command, Id, Query, View, Whole
from schemas.voucher_ledger.common import FUNDERS, OBSERVERS, SERVICE

MOST_LISTED = 20_000


class GrantView(View):
    """What a grant did."""

    batch_id = Id()
    vouchers = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))
    granted_fen = fields.Integer()


class GrantVouchers(Command):
    """Grant one voucher of a batch to each of several admitted users (发放)."""

    service = SERVICE
    http = "POST /batches/<uuid:batch_id>/grants"
    allowed = FUNDERS
    articles = (17, 25)
    refusal_is_event = True
    view = GrantView
    summary = ("向用户发放创业券", "Grant vouchers to users")

    batch_id = Id(required=True)
    holders = fields.List(Id(), required=True, validate=validate.Length(1, 500))


class GrantRunView(View):
    """A run of grants and how far it is; `refused` counts by reason."""

    id = Id()
    batch_id = Id()
    source = fields.String()
    listed = fields.Integer()
    considered = fields.Integer()
    granted = fields.Integer()
    refused = fields.Dict(keys=fields.String(), values=fields.Integer())
    state = fields.String()


class StartGrantRun(Command):
    """Grant vouchers of a batch in bulk (批量发放), as a run that the ledger carries out itself.

    With `holders` these users are asked, without it all admitted users of the batch's target
    region. Who is eligible gets a voucher; who is not is kept with the reason. A run goes on after
    an interruption where it was; a second run over the same batch grants nobody a second voucher.
    """

    service = SERVICE
    http = "POST /batches/<uuid:batch_id>/grant-runs"
    allowed = FUNDERS
    articles = (17, 25)
    refusal_is_event = True
    view = GrantRunView
    summary = ("批量发放创业券", "Grant vouchers in bulk")

    batch_id = Id(required=True)
    holders = fields.List(
        Id(), load_default=None, allow_none=True, validate=validate.Length(1, MOST_LISTED)
    )


class CancelGrantRun(Command):
    """End a run where it is (终止批量发放); what it granted stays granted."""

    service = SERVICE
    http = "POST /grant-runs/<uuid:run_id>/cancellation"
    allowed = FUNDERS
    articles = (17,)
    refusal_is_event = True
    view = GrantRunView
    summary = ("终止批量发放", "Cancel a run of grants")

    run_id = Id(required=True)


class GetGrantRun(Query):
    """How far a run is."""

    service = SERVICE
    http = "GET /grant-runs/<uuid:run_id>"
    allowed = OBSERVERS
    place = ROWS
    articles = (9, 17)
    view = GrantRunView
    summary = ("查看批量发放进度", "Show the progress of a run of grants")

    run_id = Id(required=True)


class ListGrantRuns(Query):
    """Runs over batches of one's region."""

    service = SERVICE
    http = "GET /grant-runs"
    allowed = OBSERVERS
    place = ROWS
    articles = (9, 17)
    view = GrantRunView
    is_list = True
    summary = ("查询批量发放", "List runs of grants")

    state = Choice(
        "running", "complete", "exhausted", "cancelled", "batch-closed", load_default=None
    )
    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


CONTRACTS = (GrantVouchers, StartGrantRun, CancelGrantRun, GetGrantRun, ListGrantRuns)
