"""Evidence that anybody can verify offline, whichever log it is from (证据包, art. 8, 32)."""

from marshmallow import fields

from chassis.contract import View


class EvidenceView(View):
    """An evidence bundle (证据包) for the offline verifier; its README documents the format."""

    format = fields.String()
    log = fields.Dict()
    checkpoint = fields.String()
    entries = fields.List(fields.Dict())
    streams = fields.List(fields.Dict())
