"""The base of the catalog's aggregates."""

from chassis.domain import Aggregate


class CatalogAggregate(Aggregate, abstract=True):
    """An aggregate whose events are in the catalog's log."""

    log = "catalog"
