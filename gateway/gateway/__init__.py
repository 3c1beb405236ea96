"""The HTTP API and the public site: every route is made from a contract."""
