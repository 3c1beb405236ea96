"""The catalog: what is offered (art. 12, 14, 17, 33)."""
