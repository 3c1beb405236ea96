"""Aggregates, value objects and rules of the ledger. Pure."""
