"""Summing up in the log what failed at signing in (登录失败汇总)."""

from chassis.application import Decision
from chassis.database import Statement
from chassis.domain import Aggregate
from identity.application.api_keys import ApiKeys
from identity.attempts import Failures
from identity.domain.account import Account
from identity.domain.strangers import Strangers


class SignIns(ApiKeys):
    """One event for each account that was tried, and one for all logins that nobody has."""

    def log_failed_sign_ins(self, slot: str, failures: list[Failures], addresses: int) -> Decision:
        """Sum up failures; `slot` names the stretch of time, `addresses` are locked out in it."""
        aggregates: list[Aggregate] = []
        strangers: list[Failures] = []
        logged: list[Statement] = []
        for each in failures:
            account = self.find(Account, each.key) if each.known else None
            if account is None:
                strangers.append(each)
            else:
                account.sign_ins_failed(each.count, each.replayed, each.locked_until)
                aggregates.append(account)
            logged.append(self.attempts.logged(each))
        if strangers:
            count = sum(each.count for each in strangers)
            aggregates.append(Strangers.refused(slot, count, len(strangers), addresses))
        return Decision({"logged": len(logged)}, aggregates, logged)
