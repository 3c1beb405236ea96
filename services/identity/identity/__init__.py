"""Identity: who may act (art. 21-29)."""
