"""Matching's entrypoints: parse, call, present; nothing else."""

from pathlib import Path
from typing import Any

from chassis.application import Decision
from chassis.bus.host import Deployable
from chassis.service import Runtime, Service, handles
from matching import queries
from matching.application import Matching
from matching.lapsing import lapse_due
from matching.subscriptions import POLICIES
from schemas.matching import (
    AcceptOrder,
    CancelOrder,
    DeliverOrder,
    GetFeeStatement,
    GetOrder,
    ListOrders,
    PlaceOrder,
)


def begin_ticking(runtime: Runtime[Matching]) -> None:
    """What matching does by itself, by the calendar."""
    matching, commands = runtime.application, runtime.commands
    runtime.every_tick("lapse orders", lambda: lapse_due(matching, commands))


class MatchingService(Service):
    """Who meets whom."""

    name = "matching"
    runtime: Runtime[Matching] = Runtime(Matching, POLICIES, started=begin_ticking)

    @handles(PlaceOrder)
    def place_order(self, **values: Any) -> Decision:
        return self.runtime.application.place_order(**values)

    @handles(DeliverOrder)
    def deliver_order(self, **values: Any) -> Decision:
        return self.runtime.application.deliver_order(**values)

    @handles(AcceptOrder)
    def accept_order(self, **values: Any) -> Decision:
        return self.runtime.application.accept_order(**values)

    @handles(CancelOrder)
    def cancel_order(self, **values: Any) -> Decision:
        return self.runtime.application.cancel_order(**values)

    @handles(GetOrder)
    def get_order(self, **values: Any) -> dict[str, Any]:
        return queries.order(self.runtime.application.database, **values)

    @handles(ListOrders)
    def list_orders(self, **values: Any) -> list[dict[str, Any]]:
        return queries.orders(self.runtime.application.database, **values)

    @handles(GetFeeStatement)
    def get_fee_statement(self, **values: Any) -> list[dict[str, Any]]:
        return queries.fee_statement(self.runtime.application.database, **values)


SERVICE = Deployable(MatchingService, Path(__file__).parent / "migrations")
