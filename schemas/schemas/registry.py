"""Every contract of the platform, in one list."""

from chassis.contract import Contract, EventSchema
from schemas import catalog, identity, log, matching, oversight, voucher_ledger
from schemas.events import catalog as catalog_events
from schemas.events import identity as identity_events
from schemas.events import matching as matching_events
from schemas.events import oversight as oversight_events
from schemas.events import voucher_ledger as voucher_ledger_events

CONTRACTS: tuple[type[Contract], ...] = (
    *identity.CONTRACTS,
    *catalog.CONTRACTS,
    *voucher_ledger.CONTRACTS,
    *matching.CONTRACTS,
    *oversight.CONTRACTS,
    *log.CONTRACTS,
)

EVENTS: dict[str, type[EventSchema]] = {
    schema.type: schema
    for schema in (
        *identity_events.EVENTS,
        *catalog_events.EVENTS,
        *voucher_ledger_events.EVENTS,
        *matching_events.EVENTS,
        *oversight_events.EVENTS,
    )
}
