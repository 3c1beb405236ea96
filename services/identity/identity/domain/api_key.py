"""API keys (接口密钥): bearer tokens for programs, with scopes and an end."""

from typing import Final

from chassis.domain import event
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.sign_in import ApiKeyRevoked, StaffKeysOnlyRead

MOST_DAYS: Final = 365
MOST_KEYS: Final = 20
"""API keys that one account can have at a time."""


class ApiKey(IdentityAggregate):
    """An API key of an account. `epoch` is the account's for keys: when it moves on, it is void."""

    @event("Issued")
    def __init__(self, account_id: str, scopes: list[str], expires_at: str, epoch: int) -> None:
        self.account_id = account_id
        self.expires_at = expires_at
        self.epoch = epoch
        self.revoked = False

    @classmethod
    def issue(
        cls, account_id: str, staff: bool, scopes: list[str], expires_at: str, epoch: int
    ) -> "ApiKey":
        """Issue one. Raises `StaffKeysOnlyRead`: what staff do needs their second factor."""
        if staff and any(not scope.endswith(".read") for scope in scopes):
            raise StaffKeysOnlyRead
        return cls(
            account_id=account_id, scopes=sorted(set(scopes)), expires_at=expires_at, epoch=epoch
        )

    def revoke(self) -> None:
        """Revoke it (撤销). Raises `ApiKeyRevoked`."""
        if self.revoked:
            raise ApiKeyRevoked
        self._revoked(self.account_id)

    @event("Revoked")
    def _revoked(self, account_id: str) -> None:
        self.revoked = True
