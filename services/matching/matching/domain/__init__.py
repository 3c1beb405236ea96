"""Aggregates, value objects and rules of matching. Pure."""
