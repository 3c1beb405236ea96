"""Why identity refuses about accounts of one organisation."""

from chassis.domain import Kind, Refusal


class NotAnOrganisation(Refusal):
    """Only organisations have several accounts; a person has their own."""

    code = "identity.not-an-organisation"
    kind = Kind.FORBIDDEN
    zh = "只有单位可以有多个帐号"
    en = "Only an organisation has several accounts"


class InvitationInvalid(Refusal):
    """The code stands for no open invitation."""

    code = "identity.invitation-invalid"
    kind = Kind.NOT_FOUND
    zh = "邀请码无效、已使用或已过期"
    en = "The invitation is not valid, was used, or its time is over"


class NotAMember(Refusal):
    """The account does not act for the caller's organisation."""

    code = "identity.not-a-member"
    kind = Kind.NOT_FOUND
    zh = "该帐号不属于您的单位"
    en = "The account does not act for your organisation"


class LastAccount(Refusal):
    """An organisation keeps one account at least."""

    code = "identity.last-account"
    zh = "单位至少保留一个帐号"
    en = "An organisation keeps one account at least"
