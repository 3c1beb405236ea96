"""Why identity refuses about the blacklist (黑名单, art. 28)."""

from chassis.domain import Kind, Refusal


class BlacklistedAlready(Refusal):
    """One entry of a subject stands at a time."""

    code = "identity.blacklisted-already"
    zh = "该主体已在黑名单中(至 {until})"
    en = "This subject is on the blacklist already (until {until})"


class NeitherUserNorProvider(Refusal):
    """Only users and providers are put on the blacklist."""

    code = "identity.neither-user-nor-provider"
    zh = "该主体不是用户或服务商,不能纳入黑名单"
    en = "Only a user or provider can be put on the blacklist"


class EndInvalid(Refusal):
    """An entry ends today at the earliest, in three years at the latest."""

    code = "identity.blacklisting-end-invalid"
    kind = Kind.INVALID
    zh = "截止日期 {until} 无效(今日起三年以内)"
    en = "The last day {until} is not valid (within three years from today)"


class BlacklistingOver(Refusal):
    """It was lifted, or its last day is past."""

    code = "identity.blacklisting-over"
    zh = "该黑名单记录已失效({state})"
    en = "This entry of the blacklist is over ({state})"


class AppealTwice(Refusal):
    """A subject appeals once against an entry."""

    code = "identity.appeal-twice"
    zh = "已提出过申诉"
    en = "An appeal was made before"


class AppealTooLate(Refusal):
    """The days in which it could be appealed are over."""

    code = "identity.appeal-too-late"
    zh = "申诉期限({appeal_by})已过"
    en = "The time to appeal is over (it was {appeal_by})"


class AppealMissing(Refusal):
    """No appeal waits for a decision."""

    code = "identity.appeal-missing"
    zh = "没有待决定的申诉"
    en = "No appeal waits for a decision"


class DecidedByTheSame(Refusal):
    """Who made an entry does not decide the appeal."""

    code = "identity.appeal-by-the-same"
    kind = Kind.FORBIDDEN
    zh = "作出纳入决定的人员不能决定其申诉"
    en = "Who made the entry cannot decide the appeal against it"


class ReferredAlready(Refusal):
    """A case is referred once."""

    code = "identity.referred-already"
    zh = "该案已移送({authority})"
    en = "This case was referred before ({authority})"
