"""The read models of the catalog."""
