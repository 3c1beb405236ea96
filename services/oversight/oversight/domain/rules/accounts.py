"""Did those who acted prove who they are (身份鉴别, art. 27, 31, 35)?"""

from oversight.domain.event import Event
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World


class StaffSignsInWithTwoFactors(Rule):
    """A session of staff in which anything can be done was opened with a second factor (双因素)."""

    id = "staff-single-factor"
    articles = (27, 31)
    reads = ("identity.SessionOpened", "identity.SessionRaised")
    zh = "工作人员帐号 {account} 仅凭口令登录"
    en = "The staff account {account} was signed in to with a password alone"

    def breach(self, event: Event, world: World) -> Breach:
        """A password alone, in a session that is not for setting up the second factor."""
        data = event.data
        account = world.accounts.get(data["account_id"])
        if account is None or not account.staff or data.get("enrolling"):
            return None
        return {"account": data["account_id"]} if data["factor"] == "password" else None


class ASessionHasItsCode(Rule):
    """A session that was opened with a code used that code in the same command."""

    id = "session-unproved"
    articles = (27, 31)
    reads = ("identity.SessionOpened", "identity.SessionRaised")
    zh = "帐号 {account} 的会话声称使用了 {factor},但没有相应的口令使用记录"
    en = "The session of {account} claims {factor}, but no code was used for it"

    def breach(self, event: Event, world: World) -> Breach:
        """No code used by the same command."""
        data = event.data
        if data["factor"] == "password":
            return None
        account = world.accounts.get(data["account_id"])
        if account is not None and account.code_command == event.command:
            return None
        return {"account": data["account_id"], "factor": data["factor"]}


class ASecondFactorIsConfirmedByItsCode(Rule):
    """A second factor counts once a code of it was used, in the same command (动态口令)."""

    id = "factor-unproved"
    articles = (27, 31)
    reads = ("identity.AccountSecondFactorConfirmed",)
    zh = "帐号 {account} 的动态口令未经验证即生效"
    en = "The second factor of {account} counts without a code of it"

    def breach(self, event: Event, world: World) -> Breach:
        """Another enrolment than was offered, or no code."""
        account, enrolment = world.accounts.get(event.stream), event.data["enrolment"]
        if account is None:
            return None
        proved = account.code_command == event.command
        if account.offered == enrolment and enrolment in account.steps and proved:
            return None
        return {"account": event.stream}


class ACodeIsUsedOnce(Rule):
    """No code is used twice, and no code of an authenticator after a later one (RFC 6238, 5.2)."""

    id = "code-reused"
    articles = (27, 31)
    reads = ("identity.UsedCodeRecorded",)
    zh = "帐号 {account} 重复使用动态口令或恢复码({kind} {number})"
    en = "A code of {account} was used again ({kind} {number})"

    def breach(self, event: Event, world: World) -> Breach:
        """A code that is not beyond the last one, or was used before."""
        data = event.data
        account = world.accounts.get(data["account_id"])
        if account is None:
            return None
        source, number = data["source"], data["number"]
        if data["kind"] == "totp":
            again = number <= account.steps.get(source, -1)
        else:
            again = (source, number) in account.recovered
        if not again:
            return None
        return {"account": data["account_id"], "kind": data["kind"], "number": number}


class AResetHasTwoPersons(Rule):
    """A password is reset by two persons of staff, neither of them its holder (双人)."""

    id = "reset-by-one"
    articles = (27, 35)
    reads = ("identity.PasswordResetApproved",)
    zh = "口令重置未经双人:申请 {requester},审批 {approver},帐号 {account}"
    en = "A reset without two persons: {requester} asked, {approver} approved, for {account}"

    def breach(self, event: Event, world: World) -> Breach:
        """One person twice, the holder, or no request."""
        reset, approver = world.resets.get(event.stream), event.data["approver"]
        requester = reset.requester if reset else "-"
        account = reset.account_id if reset else "-"
        if reset is not None and len({requester, approver, account}) == 3:
            return None
        return {"requester": requester, "approver": approver, "account": account}


class AResetIsCompletedOnceApproved(Rule):
    """The ticket of a reset is used once, after it was approved."""

    id = "reset-unapproved"
    articles = (27, 35)
    reads = ("identity.PasswordResetCompleted",)
    zh = "口令重置状态为 {state} 时被使用"
    en = "A reset was used while it was {state}"

    def breach(self, event: Event, world: World) -> Breach:
        """Another state."""
        reset = world.resets.get(event.stream)
        state = reset.state if reset else "-"
        return None if state == "approved" else {"state": state}
