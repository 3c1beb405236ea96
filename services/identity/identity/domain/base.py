"""The base of identity's aggregates."""

from chassis.domain import Aggregate


class IdentityAggregate(Aggregate, abstract=True):
    """An aggregate whose events are in identity's log. None of them holds personal data."""

    log = "identity"
