"""Entrypoints of the blacklist."""

from typing import Any

from chassis.application import Decision
from chassis.service import Runtime, Service, handles
from identity.application import Identity
from schemas.identity.blacklist import (
    AppealBlacklisting,
    DecideAppeal,
    EnterOnBlacklist,
    GetReferralFile,
    ListBlacklist,
    ListOwnBlacklistings,
    ReferBlacklisting,
)


class BlacklistEntrypoints(Service):
    """Who is on the blacklist."""

    runtime: Runtime[Identity]

    @handles(EnterOnBlacklist)
    def enter_on_blacklist(self, **values: Any) -> Decision:
        return self.runtime.application.enter_on_blacklist(**values)

    @handles(AppealBlacklisting)
    def appeal_blacklisting(self, **values: Any) -> Decision:
        return self.runtime.application.appeal_blacklisting(**values)

    @handles(DecideAppeal)
    def decide_appeal(self, **values: Any) -> Decision:
        return self.runtime.application.decide_appeal(**values)

    @handles(ReferBlacklisting)
    def refer_blacklisting(self, **values: Any) -> Decision:
        return self.runtime.application.refer_blacklisting(**values)

    @handles(ListBlacklist)
    def list_blacklist(self, **values: Any) -> list[dict[str, Any]]:
        return self.runtime.application.list_blacklist(**values)

    @handles(GetReferralFile)
    def get_referral_file(self, **values: Any) -> dict[str, Any]:
        return self.runtime.application.referral_file(**values)

    @handles(ListOwnBlacklistings)
    def list_own_blacklistings(self) -> list[dict[str, Any]]:
        return self.runtime.application.list_own_blacklistings()
