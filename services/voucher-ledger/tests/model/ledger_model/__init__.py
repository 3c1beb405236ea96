"""The whole ledger told twice: a small reference, and what every entry of its log must keep."""
