"""Orders that lapse (超时失效): what the calendar makes due, matching does itself.

`lapse_due` is called again and again by the service, on every replica. Each batch is a command
whose id follows from the day and from what is due, so it is carried out once.
"""

from chassis import clock, context
from chassis.commands import Command, Commands
from chassis.domain import stream_id
from matching import queries
from matching.application import Matching

AT_A_TIME = 200
WHO = context.Context(actor="system:matching", legal_basis=("art. 19",))


def lapse_due(matching: Matching, commands: Commands, at_a_time: int = AT_A_TIME) -> int:
    """End every order whose party missed its last day; returns how many were looked at."""
    day, after, count = clock.legal_date().isoformat(), "", 0
    while due := queries.overdue(matching.database, day, after, at_a_time):
        ids = [order_id for order_id, _ in due]
        values = {"order_ids": ids}
        name = stream_id("lapse-orders", day, *(f"{id_}:{state}" for id_, state in due))
        with context.bound(WHO):
            command = Command("lapse_orders", name, values, values)
            commands.execute(command, lambda ids=ids: matching.lapse_orders(ids))  # type: ignore[misc]
        after, count = ids[-1], count + len(ids)
    return count
