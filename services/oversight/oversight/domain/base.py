"""The base of oversight's aggregates."""

from chassis.domain import Aggregate


class OversightAggregate(Aggregate, abstract=True):
    """An aggregate whose events are in oversight's log."""

    log = "oversight"
