"""Use cases of accounts (帐号, art. 3, 9, 27)."""

from typing import Any

from sqlalchemy import bindparam, insert

from chassis import context
from chassis.application import Decision
from chassis.database import Prepared
from chassis.privacy import lookup_digest
from identity import queries
from identity.application.base import IdentityBase, present
from identity.domain.account import Account, account_id
from identity.domain.refusals.accounts import LoginTaken, NotSignedIn
from identity.tables import CREDENTIALS

OWNER_LOGIN = "owner"
"""The login of the first account of 省人社厅; nobody else can have it."""

_KEEP_HASH = Prepared(
    insert(CREDENTIALS).values(account_id=bindparam("account"), password_hash=bindparam("hashed"))
)


class Accounts(IdentityBase):
    """Opening accounts, and one's own."""

    def account_id(self, login: str) -> str:
        """The id that an account of this login has; upper and lower case are one."""
        return account_id(lookup_digest(self._lookup, "login", login.lower()))

    def open_account(self, login: str, password: str) -> Decision:
        """Open an account for anybody."""
        key = self.account_id(login)
        if key == self.account_id(OWNER_LOGIN):
            raise LoginTaken
        self._require_free(key)
        return self._opened(Account.open(key), password)

    def open_staff_account(self, login: str, password: str, role: str, region: str) -> Decision:
        """Open an account for staff."""
        key = self.account_id(login)
        self._require_free(key)
        return self._opened(Account.open_staff(key, role, region), password)

    def own_account(self) -> dict[str, Any]:
        """The account that asks. Raises `NotSignedIn`."""
        found = queries.account(self.database, context.current().actor)
        if found is None:
            raise NotSignedIn
        return found

    def _require_free(self, key: str) -> None:
        if self.find(Account, key) is not None:
            raise LoginTaken

    def _opened(self, account: Account, password: str) -> Decision:
        keep = _KEEP_HASH(account=account.key, hashed=self._hasher.hash(password))
        return Decision(present(account, None), [account], [keep])
