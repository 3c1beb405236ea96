"""Why the ledger refuses, by subject: named, with one stable code."""
