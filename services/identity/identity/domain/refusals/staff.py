"""Why identity refuses about the roles of staff."""

from chassis.domain import Kind, Refusal


class DutiesClash(Refusal):
    """Two duties that check one another are never in one hand (不相容职务分离)."""

    code = "identity.duties-clash"
    kind = Kind.FORBIDDEN
    zh = "身份 {role} 与已有身份 {held} 不相容,不能由同一人或同一帐号担任"
    en = "The role {role} does not go together with {held} in one hand"


class RoleHeld(Refusal):
    """The account holds the role already."""

    code = "identity.role-held"
    zh = "该帐号已具有身份 {role}"
    en = "The account holds the role {role} already"


class RoleNotHeld(Refusal):
    """The account does not hold the role."""

    code = "identity.role-not-held"
    zh = "该帐号不具有身份 {role}"
    en = "The account does not hold the role {role}"


class OwnRoles(Refusal):
    """Nobody grants or revokes their own roles."""

    code = "identity.own-roles"
    kind = Kind.FORBIDDEN
    zh = "不能授予或撤销自己的身份"
    en = "Nobody grants or revokes their own roles"


class NotStaff(Refusal):
    """The account is a user's or provider's: its roles come from its admission."""

    code = "identity.not-staff"
    zh = "该帐号不是工作人员帐号"
    en = "This is not a staff account"


class OfficerNamed(Refusal):
    """The account names its person already; it is never handed on (art. 27)."""

    code = "identity.officer-named"
    zh = "该帐号已登记使用人,不得转给他人"
    en = "The account names its person already, and is never handed on"
