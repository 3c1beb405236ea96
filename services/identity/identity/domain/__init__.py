"""The rules of identity: value objects, aggregates, policies. Pure: no input or output."""
