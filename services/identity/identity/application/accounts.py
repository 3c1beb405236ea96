"""Use cases of accounts (帐号, art. 3, 9, 27)."""

from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis import context
from chassis.application import Decision
from chassis.database import Prepared, Statement
from chassis.privacy import lookup_digest
from identity import queries
from identity.application.base import IdentityBase, present
from identity.domain.account import Account, account_id
from identity.domain.refusals.accounts import LoginTaken, NotSignedIn
from identity.tables import CREDENTIALS

OWNER_LOGIN = "owner"
"""The login of the first account of 省人社厅; nobody else can have it."""

_HASH = upsert(CREDENTIALS).values(
    account_id=bindparam("account"), password_hash=bindparam("hashed")
)
_KEEP_HASH = Prepared(
    _HASH.on_conflict_do_update(
        index_elements=["account_id"], set_={"password_hash": _HASH.excluded.password_hash}
    )
)


class Accounts(IdentityBase):
    """Opening accounts for anybody, and one's own."""

    def account_id(self, login: str) -> str:
        """The id that an account of this login has; upper and lower case are one."""
        return account_id(lookup_digest(self._lookup, "login", login.lower()))

    def open_account(self, login: str, password: str) -> Decision:
        """Open an account for anybody."""
        key = self.account_id(login)
        if key == self.account_id(OWNER_LOGIN):
            raise LoginTaken
        self.require_free(key)
        self._strength.require(password, login)
        account = Account.open(key)
        return Decision(present(account, None), [account], [self.hash_kept(account, password)])

    def own_account(self) -> dict[str, Any]:
        """The account that asks. Raises `NotSignedIn`."""
        found = queries.account(self.database, context.current().actor)
        if found is None:
            raise NotSignedIn
        return found

    def hash_kept(self, account: Account, password: str) -> Statement:
        """Keep the hash of a password, instead of the one before."""
        return _KEEP_HASH(account=account.key, hashed=self._hasher.hash(password))

    def require_free(self, key: str) -> None:
        """Raise `LoginTaken` where there is such an account."""
        if self.find(Account, key) is not None:
            raise LoginTaken
