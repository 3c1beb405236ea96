"""What the events of runs of grants say."""

from marshmallow import fields, validate

from chassis.contract import Choice, EventSchema, Id, Text, View, Whole
from schemas.events.voucher_ledger.common import ID

INPUTS = {
    "admitted": True,
    "verified": True,
    "kind": "person",
    "region": "340100",
    "granted": False,
    "aged_out": False,
    "blacklisted": False,
}


class GrantRunStarted(EventSchema):
    """A run over a batch began (批量发放)."""

    type = "voucher-ledger.GrantRunStarted"
    batch_id = Id(required=True)
    source = Choice("list", "rule", required=True)
    starter = Text(80, required=True)
    example = {"batch_id": ID, "source": "rule", "starter": ID}


class GrantRunListed(EventSchema):
    """Users whom the issuer named; a long list has several of these."""

    type = "voucher-ledger.GrantRunListed"
    holders = fields.List(Id(), required=True, validate=validate.Length(1, 1500))
    example = {"holders": [ID]}


class RefusedGrant(View):
    """A decision that somebody gets no voucher, with its inputs."""

    subject = Id(required=True)
    code = Text(40, required=True)
    inputs = fields.Dict(keys=fields.String(), required=True)


class GrantRunRefused(EventSchema):
    """Who was considered in a chunk and got no voucher; the others have a `VoucherGranted`."""

    type = "voucher-ledger.GrantRunRefused"
    number = Whole(1, 2**31, required=True)
    decisions = fields.List(
        fields.Nested(RefusedGrant), required=True, validate=validate.Length(1, 250)
    )
    example = {
        "number": 1,
        "decisions": [
            {
                "subject": ID,
                "code": "granted-before",
                "inputs": {**INPUTS, "granted": True},
            }
        ],
    }


class GrantRunAdvanced(EventSchema):
    """A chunk of a run was carried out; `after` is where the next one begins."""

    type = "voucher-ledger.GrantRunAdvanced"
    number = Whole(1, 2**31, required=True)
    after = Text(60, required=True)
    granted = Whole(0, 1_000_000, required=True)
    refused = fields.Dict(keys=fields.String(), values=Whole(1, 1_000_000), required=True)
    example = {"number": 1, "after": "2000", "granted": 1999, "refused": {"granted-before": 1}}


class GrantRunEnded(EventSchema):
    """A run ended: complete, cancelled, its batch closed, or its money used up."""

    type = "voucher-ledger.GrantRunEnded"
    reason = Choice("complete", "exhausted", "cancelled", "batch-closed", required=True)
    example = {"reason": "complete"}


EVENTS = (GrantRunStarted, GrantRunListed, GrantRunRefused, GrantRunAdvanced, GrantRunEnded)
