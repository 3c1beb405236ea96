"""The read models and private tables of identity."""
