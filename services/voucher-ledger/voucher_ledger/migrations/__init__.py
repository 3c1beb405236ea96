"""The ledger's read models."""
