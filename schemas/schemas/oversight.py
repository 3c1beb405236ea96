"""What may be asked of oversight (第三方监理, art. 8)."""

from marshmallow import fields

from chassis.contract import Choice, Command, Id, Query, View, Whole
from schemas import roles

SERVICE = "oversight"
LOGS = ("identity", "catalog", "voucher-ledger", "matching")
"""The logs that the supervisor follows besides its own."""

VERDICTS = ("none", "clean", "findings", "broken")
"""`none` while no replay has finished yet; `broken` when history is not what was signed."""


class FindingView(View):
    """Something that is not as it should be."""

    rule = fields.String()
    log = fields.String()
    position = fields.Integer(allow_none=True)
    zh = fields.String()
    en = fields.String()


class DocketView(View):
    """A finding on the supervisor's docket: opened once, closed when it is dealt with.

    `number` counts them; `about` is a log and `position` an entry of it, where it is about one.
    """

    number = fields.Integer()
    id = Id()
    subject = fields.String()
    rule = fields.String()
    about = fields.String(allow_none=True)
    position = fields.Integer(allow_none=True)
    zh = fields.String()
    en = fields.String()
    opened_at = fields.String()
    closed_at = fields.String(allow_none=True)
    how = fields.String(allow_none=True)


class SealView(View):
    """What a verification checked of one log: how far it was read, and who signed it.

    `size` and `root` are those of the newest signed checkpoint, `cosigned` is the size of the
    newest one that the supervisor cosigned; `unjudged` entries relied on others not followed yet.
    """

    entries = fields.Integer()
    size = fields.Integer()
    root = fields.String()
    signed_by = fields.String()
    cosigned = fields.Integer()
    cosigned_by = fields.List(fields.String())
    checkpoints = fields.Integer()
    unjudged = fields.Integer()


class ReplayView(View):
    """A verification of every log from position 0, and its verdict.

    `logs` maps each log to the number of its entries; `totals` are the rebuilt balances in fen by
    fund, region and year; `states` counts vouchers, orders, redemptions and refusals by state, and
    holds the zero-balance proof: what bodies of the government got (art. 6); `found` is the number
    of all findings, of which `findings` holds the first; `seals` says of each log who signed it.
    """

    id = Id(allow_none=True)
    verdict = Choice(*VERDICTS)
    logs = fields.Dict(keys=fields.String(), values=fields.Integer())
    entries = fields.Integer()
    totals = fields.List(fields.Dict())
    states = fields.Dict(keys=fields.String(), values=fields.Dict())
    found = fields.Integer()
    findings = fields.List(fields.Nested(FindingView))
    seals = fields.Dict(keys=fields.String(), values=fields.Nested(SealView))
    at = fields.String(allow_none=True)


class CheckpointView(View):
    """A cosigned checkpoint: the log's signed note with the witness's cosignature (C2SP)."""

    log = fields.String()
    size = fields.Integer()
    root = fields.String()
    note = fields.String()
    at = fields.String()
    since = fields.String()
    forked = fields.Boolean()


class GetCheckpoint(Query):
    """The newest checkpoint of a log that the supervisor cosigned (检查点); anyone may read it."""

    service = SERVICE
    http = "GET /oversight/logs/<string:log>/checkpoint"
    public = True
    articles = (8, 32)
    view = CheckpointView
    summary = ("最新见证检查点", "The latest cosigned checkpoint of a log")

    log = Choice(*LOGS, required=True)


class CompletenessView(View):
    """How much of a log a subscriber says that it has applied.

    `published` and `acknowledged` are numbers of entries, `told_at` is when the last was said;
    `behind` counts entries that are to be acknowledged still (1000 at the most), the first of them
    at position `waiting_at`, recorded at `waiting_since`. `fits` says whether what was acknowledged
    is what the supervisor's copy has; null while it is too young to be witnessed. `parked` are
    positions that could not be applied.
    """

    subscriber = fields.String()
    log = fields.String()
    published = fields.Integer()
    acknowledged = fields.Integer()
    told_at = fields.String(allow_none=True)
    fits = fields.Boolean(allow_none=True)
    behind = fields.Integer()
    waiting_at = fields.Integer(allow_none=True)
    waiting_since = fields.String(allow_none=True)
    parked = fields.List(fields.Integer())


class GetCompleteness(Query):
    """Who has applied how much of which log (完整性); anyone may read it."""

    service = SERVICE
    http = "GET /oversight/completeness"
    public = True
    articles = (8, 32)
    view = CompletenessView
    is_list = True
    summary = ("日志处理完整性", "Who has applied how much of which log")


class RunReplay(Command):
    """Verify every log from position 0: seals, rules, balances, read models (重放审计)."""

    service = SERVICE
    http = "POST /oversight/replays"
    allowed = frozenset({roles.SUPERVISOR})
    articles = (8, 32)
    look_first = True
    deadline = 300.0
    view = ReplayView
    summary = ("重放审计", "Replay and audit every log")


class LatestReplay(Query):
    """The supervisor's latest verdict; anyone may read it."""

    service = SERVICE
    http = "GET /oversight/verdict"
    public = True
    articles = (8,)
    view = ReplayView
    summary = ("最新监理结论", "The latest verdict")


class ListFindings(Query):
    """What the supervisor found and has not dealt with, or has; anyone may read it."""

    service = SERVICE
    http = "GET /oversight/findings"
    public = True
    articles = (8,)
    view = DocketView
    is_list = True
    summary = ("监理发现台账", "The supervisor's docket of findings")

    state = Choice("open", "closed", load_default=None)
    after = Whole(0, 2**53, load_default=0)
    limit = Whole(1, 500, load_default=100)


class MirroredEntryView(View):
    """An entry of a log as the supervisor keeps it."""

    log = fields.String()
    position = fields.Integer()
    event = fields.Dict()


class ReadMirror(Query):
    """Entries of a log, as plain JSON, from the supervisor's own copy."""

    service = SERVICE
    http = "GET /oversight/logs/<string:log>/entries"
    allowed = frozenset({roles.SUPERVISOR})
    articles = (8,)
    view = MirroredEntryView
    is_list = True
    summary = ("读取日志条目", "Read the entries of a log")

    log = Choice(*LOGS, required=True)
    start = Whole(0, 2**53, load_default=0)
    limit = Whole(1, 1000, load_default=100)


CONTRACTS = (
    GetCheckpoint,
    GetCompleteness,
    RunReplay,
    LatestReplay,
    ListFindings,
    ReadMirror,
)
