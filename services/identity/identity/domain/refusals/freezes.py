"""Why identity refuses about frozen accounts."""

from chassis.domain import Kind, Refusal


class AccountFrozen(Refusal):
    """The account is frozen (冻结): nothing can be done in it until staff lifts that."""

    code = "identity.account-frozen"
    kind = Kind.FORBIDDEN
    zh = "该帐号已冻结,请联系工作人员核验身份后解除"
    en = "This account is frozen; staff can lift that once you have proved who you are"

    @property
    def final(self) -> bool:
        """It passes: the same command may be tried again."""
        return False


class AlreadyFrozen(Refusal):
    """The account is frozen already."""

    code = "identity.already-frozen"
    zh = "该帐号已处于冻结状态"
    en = "This account is frozen already"


class CaseClosed(Refusal):
    """The case was closed before."""

    code = "identity.freeze-ended"
    zh = "该冻结已解除"
    en = "This freeze was lifted before"
