"""What the events of oversight say."""

from marshmallow import fields

from chassis.contract import Choice, Digest, EventSchema, Text, Whole
from schemas.events.common import following, refused


class ReplayFinished(EventSchema):
    """Every log was verified from position 0; `logs` says how many entries of each were read.

    `totals` are balances in fen as the supervisor rebuilt them, `states` counts what there is by
    state; `found` counts all findings, of which `findings` holds the first; `seals` says of each
    log how far it was signed, and by whom. Replays that finished before there were seals have none.
    """

    type = "oversight.ReplayFinished"
    verdict = Choice("clean", "findings", "broken", required=True)
    logs = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    entries = Whole(0, 2**53, required=True)
    totals = fields.List(fields.Dict(), required=True)
    states = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True)
    found = Whole(0, 2**53, required=True)
    findings = fields.List(fields.Dict(), required=True)
    seals = fields.Dict(keys=fields.String(), values=fields.Dict())
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
        "seals": {
            "catalog": {
                "entries": 4,
                "size": 4,
                "root": "0" * 64,
                "signed_by": "wanchuang/catalog+00000000",
                "cosigned": 4,
                "cosigned_by": ["wanchuang/witness+00000000"],
                "checkpoints": 2,
                "unjudged": 0,
            }
        },
    }


class WitnessBegan(EventSchema):
    """The supervisor began to witness a log."""

    type = "oversight.WitnessBegan"
    watched = Text(40, required=True)
    example = {"watched": "voucher-ledger"}


class WitnessCosigned(EventSchema):
    """The supervisor cosigned a checkpoint: its own copy of the log gives this root."""

    type = "oversight.WitnessCosigned"
    watched = Text(40, required=True)
    size = Whole(1, 2**53, required=True)
    root = Digest(required=True)
    note = Text(60_000, required=True)
    example = {"watched": "voucher-ledger", "size": 42, "root": "0" * 64, "note": "wanchuang/…"}


class WitnessFoundFork(EventSchema):
    """A log signed something else than the entries that it gave: proof of a rewritten history."""

    type = "oversight.WitnessFoundFork"
    watched = Text(40, required=True)
    size = Whole(1, 2**53, required=True)
    note = Text(60_000, required=True)
    own_root = Digest(required=True)
    reason = Text(80, required=True)
    example = {
        "watched": "voucher-ledger",
        "size": 42,
        "note": "wanchuang/…",
        "own_root": "0" * 64,
        "reason": "root",
    }


class FindingOpened(EventSchema):
    """The supervisor found something that has to be dealt with (监理发现)."""

    type = "oversight.FindingOpened"
    subject = Text(200, required=True)
    rule = Text(80, required=True)
    about = Text(40, required=True, allow_none=True)
    position = Whole(0, 2**53, required=True, allow_none=True)
    zh = Text(2000, required=True)
    en = Text(2000, required=True)
    example = {
        "subject": "witness/cosignature-overdue/catalog/120",
        "rule": "cosignature-overdue",
        "about": "catalog",
        "position": 120,
        "zh": "catalog 日志自位置 120 起逾 60 秒未获副署",
        "en": "catalog has not been cosigned from position 120 on for more than 60 s",
    }


class FindingClosed(EventSchema):
    """A finding was dealt with."""

    type = "oversight.FindingClosed"
    subject = Text(200, required=True)
    how = Text(200, required=True)
    example = {"subject": "witness/cosignature-overdue/catalog/120", "how": "cosigned 160"}


CommandRefused = refused("oversight")
SubscriptionAcknowledged, SubscriptionReleased = following("oversight")

EVENTS = (
    WitnessBegan,
    WitnessCosigned,
    WitnessFoundFork,
    ReplayFinished,
    FindingOpened,
    FindingClosed,
    CommandRefused,
    SubscriptionAcknowledged,
    SubscriptionReleased,
)
