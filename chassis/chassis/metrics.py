"""Prometheus metrics that every process exposes on its health port."""

from prometheus_client import Counter, Gauge, Histogram

COMMANDS = Counter("wanchuang_commands", "Commands by outcome", ["service", "command", "outcome"])
SEALED = Counter("wanchuang_entries_sequenced", "Entries given a position", ["log"])
PUBLISHED = Counter("wanchuang_entries_published", "Entries confirmed by the broker", ["log"])
BEHIND = Gauge("wanchuang_entries_behind", "Entries not applied yet", ["service", "log"])
APPLIED = Counter("wanchuang_entries_applied", "Entries of other logs applied", ["service", "log"])
ACKNOWLEDGED = Gauge(
    "wanchuang_entries_acknowledged",
    "Entries that our own log says are applied",
    ["service", "log"],
)
FALSE = Counter(
    "wanchuang_entries_false",
    "Messages that the log does not have as they came",
    ["service", "log"],
)
PARKED = Gauge("wanchuang_entries_parked", "Entries that could not be applied", ["service", "log"])
RPC_SECONDS = Histogram(
    "wanchuang_rpc_seconds",
    "Time that an RPC method took",
    ["service", "method"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
HTTP_REQUESTS = Counter("wanchuang_http_requests", "HTTP answers", ["method", "route", "status"])
