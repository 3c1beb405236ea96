"""Who meets whom: orders, their delivery and acceptance (art. 3, 19, 20)."""
