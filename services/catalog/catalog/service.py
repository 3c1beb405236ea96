"""The catalog's entrypoints: parse, call, present; nothing else."""

from pathlib import Path
from typing import Any

from catalog import queries
from catalog.application import Catalog
from catalog.subscriptions import POLICIES
from chassis.application import Decision
from chassis.bus.host import Deployable
from chassis.service import Runtime, Service, handles
from schemas.catalog import (
    FindListings,
    GetListing,
    ListCategories,
    PublishListing,
    WhitelistListing,
    WithdrawListing,
)
from schemas.fee_schedules import (
    DeclineFeeSchedule,
    ListFeeSchedules,
    ProposeFeeSchedule,
    SignFeeSchedule,
    WithdrawFeeSchedule,
)

Views = list[dict[str, Any]]


class CatalogService(Service):
    """What is offered."""

    name = "catalog"
    runtime: Runtime[Catalog] = Runtime(Catalog, POLICIES)

    @handles(ListCategories)
    def list_categories(self) -> Views:
        return queries.categories()

    @handles(PublishListing)
    def publish_listing(self, **values: Any) -> Decision:
        return self.runtime.application.publish_listing(**values)

    @handles(WhitelistListing)
    def whitelist_listing(self, **values: Any) -> Decision:
        return self.runtime.application.whitelist_listing(**values)

    @handles(WithdrawListing)
    def withdraw_listing(self, **values: Any) -> Decision:
        return self.runtime.application.withdraw_listing(**values)

    @handles(ProposeFeeSchedule)
    def propose_fee_schedule(self, **values: Any) -> Decision:
        return self.runtime.application.propose_fee_schedule(**values)

    @handles(SignFeeSchedule)
    def sign_fee_schedule(self, **values: Any) -> Decision:
        return self.runtime.application.sign_fee_schedule(**values)

    @handles(DeclineFeeSchedule)
    def decline_fee_schedule(self, **values: Any) -> Decision:
        return self.runtime.application.decline_fee_schedule(**values)

    @handles(WithdrawFeeSchedule)
    def withdraw_fee_schedule(self, **values: Any) -> Decision:
        return self.runtime.application.withdraw_fee_schedule(**values)

    @handles(ListFeeSchedules)
    def list_fee_schedules(self, **values: Any) -> Views:
        return queries.fee_schedules(self.runtime.application.database, **values)

    @handles(FindListings)
    def find_listings(self, **values: Any) -> Views:
        return queries.listings(self.runtime.application.database, **values)

    @handles(GetListing)
    def get_listing(self, **values: Any) -> dict[str, Any]:
        return queries.listing(self.runtime.application.database, **values)


SERVICE = Deployable(CatalogService, Path(__file__).parent / "migrations")
