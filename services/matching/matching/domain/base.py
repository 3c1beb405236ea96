"""The base of matching's aggregates."""

from chassis.domain import Aggregate


class MatchingAggregate(Aggregate, abstract=True):
    """An aggregate whose events are in matching's log."""

    log = "matching"
