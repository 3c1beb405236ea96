"""A persistence module of `eventsourcing` on psycopg2, with an append that takes no table lock."""

from chassis.eventstore.factory import Factory

__all__ = ["Factory"]
