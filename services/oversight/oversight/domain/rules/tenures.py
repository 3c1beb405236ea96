"""Does the operator act within its tenure, and hand everything over (运营权, art. 7)?"""

from collections.abc import Iterator

from oversight.domain.accounts import Tenure
from oversight.domain.event import Event, earlier
from oversight.domain.finding import Finding
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.rules.completeness import long_ago
from oversight.domain.rules.envelope import MAY
from oversight.domain.world import World

OPERATOR = "operator"
IN_USE = 5
"""Seconds within which a revocation has to be heard of everywhere."""

_ALSO_BY_HOLDERS = ("identity.AccountFrozen", "identity.FreezeCaseOpened")
OPERATING = (
    *(type_ for type_, may in MAY.items() if OPERATOR in may),
    "identity.PersonalDataCorrected",
    *_ALSO_BY_HOLDERS,
)
"""What the operator's staff bring about as such; not what anybody does in an account."""


def _stands(tenure: Tenure, event: Event) -> bool:
    """Whether a decision may have been made under a tenure."""
    first, last = event.days()
    if last < tenure.valid_from or tenure.valid_until < first:
        return False
    if event.seen("identity") >= tenure.until:
        return False
    return earlier(event.recorded_at, IN_USE) <= tenure.until_at


class NobodyOperatesOutsideATenure(Rule):
    """The operator's staff act under the tenure that their role is of, while it is in force."""

    id = "outside-tenure"
    articles = (7,)
    reads = OPERATING
    zh = "运营商工作人员 {actor} 在没有有效运营权时作出 {type}(运营权:{tenure})"
    en = "{actor} did {type} as the operator's staff outside a tenure in force (tenure: {tenure})"

    def breach(self, event: Event, world: World) -> Breach:
        """No authority, another tenure than their own, or one that is not in force."""
        if event.role != OPERATOR:
            return None
        data = event.data
        if event.type in _ALSO_BY_HOLDERS and event.actor in (
            event.stream,
            data.get("account_id"),
        ):
            return None
        tenure = world.staff.tenures.get(event.authority or "")
        own = world.staff.tenure_of.get(event.actor, event.authority)
        if tenure is not None and own == event.authority and _stands(tenure, event):
            return None
        return {"actor": event.actor, "type": event.type, "tenure": event.authority or "-"}


class OneCompanyOperatesAtATime(Rule):
    """A tenure is granted when the one before is over, and numbered after it."""

    id = "two-tenures"
    articles = (5, 7)
    reads = ("identity.OperatorTenureGranted",)
    zh = "第 {number} 期运营权授予时,第 {standing} 期尚未终止或编号不连续"
    en = "Tenure {number} was granted while tenure {standing} stood, or out of order"

    def breach(self, event: Event, world: World) -> Breach:
        """One that stands, or a number that does not follow."""
        number, day = event.data["number"], event.days()[1]
        before = max((t for t in world.staff.tenures.values()), key=_number, default=None)
        if before is None:
            return None if number == 1 else {"number": number, "standing": 0}
        if before.over(day) and number == before.number + 1:
            return None
        return {"number": number, "standing": before.number}


def _number(tenure: Tenure) -> int:
    return tenure.number


class TheOperatorsStaffIsOfATenure(Rule):
    """The role of the operator is granted under a tenure that is not over."""

    id = "operator-without-tenure"
    articles = (7,)
    reads = ("identity.AccountRoleGranted",)
    zh = "帐号 {account} 被授予运营商身份,但没有有效的运营权"
    en = "{account} was made the operator's staff without a tenure"

    def breach(self, event: Event, world: World) -> Breach:
        """None, an unknown one, or one that is over."""
        if event.data["role"] != OPERATOR:
            return None
        tenure = world.staff.tenures.get(event.data["tenure_id"] or "")
        if tenure is not None and not tenure.over(event.days()[0]):
            return None
        return {"account": event.stream}


class ATenureEndsOnce(Rule):
    """A tenure that stands is warned or revoked; one that is over is handed over to the next."""

    id = "tenure-step"
    articles = (7,)
    reads = (
        "identity.OperatorTenureWarned",
        "identity.OperatorTenureRevoked",
        "identity.OperatorTenureHandedOver",
    )
    zh = "运营权 {tenure} 不应有 {type}"
    en = "{type} of the tenure {tenure} is out of place"

    def breach(self, event: Event, world: World) -> Breach:
        """A step out of order."""
        tenure = world.staff.tenures.get(event.stream)
        if tenure is not None:
            first, last = event.days()
            if event.type != self.reads[2]:
                if not tenure.over(first):
                    return None
            elif tenure.over(last) and not tenure.handed_over:
                successor = world.staff.tenures.get(event.data["successor_id"])
                if successor is not None and successor.number == tenure.number + 1:
                    return None
        return {"tenure": event.stream, "type": event.type}


class AHandoverHasEverything(Rule):
    """A handover names every log, up to the end of the tenure, with the root that the log has."""

    id = "handover-differs"
    articles = (7, 32)
    zh = "移交数据中日志 {log} 的前 {size} 条与日志不符或不完整"
    en = "What was handed over of {log} ({size} entries) is not that log, or not all of it"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Each log that differs, or ends before the revocation."""
        recently = long_ago(world)
        for said in world.staff.exports:
            published = world.completeness.log(said.log)
            if not published.leaves or not published.whole:
                continue  # nobody gave them, or they are known to be damaged
            roots = published.roots({said.size} if said.size <= published.size else set())
            if said.size > published.size and said.at >= recently:
                continue  # of what was published after this reading began
            if said.size < said.least or roots.get(said.size) != said.root:
                breach = {"log": said.log, "size": said.size}
                yield cls.finding("identity", said.position, breach)
