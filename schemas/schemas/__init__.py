"""The contracts of the platform: commands, queries, views and events, and nothing else.

Services share these alone. `schemas.registry` lists them all.
"""
