"""Use cases of API keys (接口密钥, art. 27, 34)."""

from datetime import timedelta
from typing import Any

from chassis import clock, context
from chassis.application import Decision
from chassis.refusal import NotFound
from identity.application.freezes import Freezes
from identity.domain.api_key import MOST_KEYS, ApiKey
from identity.domain.refusals.sign_in import ApiKeyRevoked, TooManyKeys
from identity.read_models import api_keys


class ApiKeys(Freezes):
    """Bearer tokens for programs."""

    def issue_api_key(self, label: str, scopes: list[str], days: int) -> Decision:
        """Issue an API key of one's own. Raises `TooManyKeys`, `StaffKeysOnlyRead`."""
        account = self.acting()
        if len(self._good(account.key)) >= MOST_KEYS:
            raise TooManyKeys(most=MOST_KEYS)
        expires = clock.timestamp(clock.now() + timedelta(days=days))
        key = ApiKey.issue(account.key, account.staff, scopes, expires, account.key_epoch)
        result = {
            "key_id": key.key,
            "scopes": sorted(set(scopes)),
            "expires_at": expires,
            "used_at": None,
            "state": "good",
        }
        labelled = api_keys.LABELLED(key_id=key.key, account_id=account.key, label=label)
        return Decision(result, [key], [labelled])

    def revoke_api_key(self, key_id: str) -> Decision:
        """Revoke an API key of one's own. Raises `NotFound`, `ApiKeyRevoked`."""
        key = self.find(ApiKey, key_id)
        if key is None or key.account_id != self.acting().key:
            raise NotFound(what="api-key", id=key_id)
        if key_id not in self._good(key.account_id):
            raise ApiKeyRevoked
        key.revoke()
        return Decision({}, [key])

    def list_api_keys(self) -> list[dict[str, Any]]:
        """One's own API keys."""
        return api_keys.of_account(self.database, context.current().actor)

    def shown_key(self, result: dict[str, Any]) -> dict[str, Any]:
        """A new API key with its token, which is stored nowhere."""
        label = api_keys.label(self.database, result["key_id"])
        return {**result, "label": label, "token": self.api_keys.issue(result["key_id"])}

    def _good(self, account_id: str) -> set[str]:
        found = api_keys.of_account(self.database, account_id)
        return {row["key_id"] for row in found if row["state"] == "good"}
