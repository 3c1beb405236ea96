"""What the events of oversight say."""

from marshmallow import fields

from chassis.contract import Choice, EventSchema, Whole
from schemas.events.common import refused


class ReplayFinished(EventSchema):
    """Every log was replayed from position 0; `logs` says how many entries of each were read.

    `totals` are balances in fen as the supervisor rebuilt them, `states` counts what there is by
    state; `found` counts all findings, of which `findings` holds the first.
    """

    type = "oversight.ReplayFinished"
    verdict = Choice("clean", "findings", required=True)
    logs = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    entries = Whole(0, 2**53, required=True)
    totals = fields.List(fields.Dict(), required=True)
    states = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True)
    found = Whole(0, 2**53, required=True)
    findings = fields.List(fields.Dict(), required=True)
    example = {
        "verdict": "clean",
        "logs": {"identity": 10, "catalog": 4, "voucher-ledger": 20, "matching": 8, "oversight": 0},
        "entries": 42,
        "totals": [
            {
                "fund": "JYCY",
                "region": "340100",
                "year": 2026,
                "balances": {"appropriated": -500, "unissued": 400, "issued": 100},
            }
        ],
        "states": {"vouchers": {"claimed": 1}, "orders": {}, "redemptions": {}, "refusals": {}},
        "found": 0,
        "findings": [],
    }


CommandRefused = refused("oversight")

EVENTS = (ReplayFinished, CommandRefused)
