"""The rules of the catalog. Pure: no input or output."""
