"""The embedded mode: the whole platform in one process, with its own private servers."""
