"""The base of the ledger's aggregates."""

from chassis.domain import Aggregate


class LedgerAggregate(Aggregate, abstract=True):
    """An aggregate whose events are in the ledger's log."""

    log = "voucher-ledger"
