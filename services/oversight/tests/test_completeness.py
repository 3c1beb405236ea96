"""What was published was applied: what subscribers acknowledge, measured by the logs themselves."""

from collections.abc import Callable
from typing import Any, Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.sealing.tree import TreeState
from oversight.domain.audit import ORDER, Audit
from oversight.domain.completeness import FOLLOWS, Published
from oversight.domain.tree import plain_sha256
from oversight.testing import INSTITUTIONS
from oversight.vocabulary import EventSchemas

LEDGER = "voucher-ledger"
LATER = "2026-05-01T04:10:10.000001Z"
"""Ten minutes and a microsecond after everything in the history."""


class History(Protocol):
    """The fixture of conftest.py."""

    def __getattr__(self, name: str) -> Any: ...


def last(history: History, log: str) -> int:
    return len(history.logs[log]) - 1


def release(history: History, position: int, outcome: str = "applied") -> None:
    data = {"followed": "matching", "position": position, "outcome": outcome, "reason": "1.2"}
    stream = history.logs[LEDGER][-1]["stream"]
    history.add(f"{LEDGER}.SubscriptionReleased", stream, data, at=history.latest())


@pytest.mark.article(8, 32)
def test_everything_acknowledged_as_it_was_published_is_in_order(history: History) -> None:
    history.acknowledge("catalog", "identity", size=2)
    history.acknowledge(LEDGER, "matching", size=5)
    history.acknowledge_all()
    assert history.rules_broken(told=False) == []


@pytest.mark.article(8, 32)
@pytest.mark.parametrize(("subscriber", "log"), [(s, log) for s in FOLLOWS for log in FOLLOWS[s]])
def test_another_root_than_the_logs_is_found_at_the_acknowledgement(
    history: History, subscriber: str, log: str
) -> None:
    if log == "oversight":
        history.acknowledge("oversight", "identity")  # else it is empty
    history.acknowledge(subscriber, log, root="0" * 64)
    assert history.rules_broken() == [
        ("applied-differs", subscriber, last(history, subscriber)),
    ]


@pytest.mark.article(8, 32)
@pytest.mark.parametrize(
    "bend",
    [
        lambda texts: texts[:4] + texts[5:],
        lambda texts: [*texts[:4], texts[4], texts[4], *texts[5:]],
        lambda texts: [*texts[:4], texts[5], texts[4], *texts[6:]],
        lambda texts: [*texts[:4], texts[4].replace("100000", "100001"), *texts[5:]],
    ],
    ids=["dropped", "doubled", "reordered", "altered"],
)
def test_what_happened_on_the_bus_shows_in_the_root_and_in_every_later_one(
    history: History, bend: Callable[[list[str]], list[str]]
) -> None:
    history.acknowledge(LEDGER, "matching", size=4)
    applied = root_of(bend(history.texts("matching")))
    for size in (6, 7):
        history.acknowledge(LEDGER, "matching", size=size, root=applied(size))
    first_bad = last(history, LEDGER) - 1
    (finding,) = history.audit().findings
    assert (finding.rule, finding.log, finding.position) == ("applied-differs", LEDGER, first_bad)
    assert finding.en == (
        "The first 6 entries of matching that voucher-ledger applied are not those that were"
        " published"
    )


def root_of(texts: list[str]) -> Callable[[int], str]:
    """The root of the first entries of what a subscriber applied."""
    published = Published()
    published.leaves += leaves_of(texts)
    return lambda size: published.roots({size})[size]


def leaves_of(texts: list[str]) -> bytes:
    """The leaf hashes of entries, end to end."""
    return b"".join(plain_sha256(b"\0" + text.encode()) for text in texts)


@pytest.mark.parametrize("count", [255, 256, 257, 512, 1000])
def test_known_tiles_change_nothing_but_the_work(count: int) -> None:
    leaves = [plain_sha256(b"\0%d" % number) for number in range(count)]
    plain, known = Published(), Published()
    plain.leaves += b"".join(leaves)
    known.leaves += b"".join(leaves)
    for tile in TreeState().append(leaves).tiles:
        known.nodes += tile.fresh if tile.level == 1 else b""
    assert len(known.nodes) == count // 256 * 32
    sizes = {0, 1, 100, 255, 256, 257, 300, 511, 512, 513, 999, 1000, count}
    wanted = {size for size in sizes if size <= count}
    assert known.roots(wanted) == plain.roots(wanted)


@given(st.lists(st.text(max_size=5), max_size=70), st.sets(st.integers(0, 70)))
def test_roots_are_those_of_the_definition(texts: list[str], sizes: set[int]) -> None:
    published = Published()
    published.leaves += leaves_of(texts)
    sizes = {size for size in sizes if size <= len(texts)}

    def tree_hash(entries: list[bytes]) -> bytes:
        if len(entries) < 2:
            return plain_sha256(b"\0" + entries[0] if entries else b"")
        half = 1 << (len(entries) - 1).bit_length() - 1
        return plain_sha256(b"\1" + tree_hash(entries[:half]) + tree_hash(entries[half:]))

    encoded = [text.encode() for text in texts]
    assert published.roots(sizes) == {size: tree_hash(encoded[:size]).hex() for size in sizes}


def test_an_acknowledgement_of_what_was_never_published_is_found_when_it_is_old(
    history: History,
) -> None:
    history.acknowledge(LEDGER, "matching", size=900, root="0" * 64)
    place = last(history, LEDGER)
    assert history.rules_broken(told=False) == [], "it may have come while the logs were read"
    history.acknowledge("catalog", "identity", at=LATER)
    assert ("applied-differs", LEDGER, place) in history.rules_broken(told=False)


@pytest.mark.parametrize(
    ("log", "size", "parked"),
    [
        ("catalog", 1, []),  # not further than before
        ("catalog", 2, []),
        ("catalog", 3, [3]),  # parked beyond what was applied
        ("catalog", 3, [1]),  # parked already
        ("oversight", 1, []),  # not followed by matching
    ],
)
def test_acknowledgements_go_forward(
    history: History, log: str, size: int, parked: list[int]
) -> None:
    history.again("catalog.ListingPublished", "00000000-0000-4000-8000-00000000beef")
    history.acknowledge("oversight", "identity")
    history.acknowledge("matching", "catalog", size=2, parked=[1])
    history.acknowledge("matching", log, size=size, parked=parked)
    expected = ("acknowledgement-step", "matching", last(history, "matching"))
    assert history.rules_broken(told=False)[0] == expected


@pytest.mark.article(8, 32)
def test_what_matters_is_acknowledged_within_ten_minutes(history: History) -> None:
    identity = last(history, "identity")
    history.add("identity.SubjectVerified", "00000000-0000-4000-8000-00000000beef",
                {**history.data("identity.SubjectVerified"), "registry": "net-id"},
                at="2026-05-01T04:00:01.000000Z")  # fmt: skip
    for subscriber in ("catalog", "matching", LEDGER):
        history.acknowledge(subscriber, "identity", size=identity + 1)
    history.acknowledge_all("matching", LEDGER, "oversight", "identity")
    history.acknowledge("catalog", "identity", at="2026-05-01T04:10:01.000000Z", size=identity + 1)
    history.logs["catalog"].pop()
    history.logs["oversight"][-1]["recorded_at"] = "2026-05-01T04:10:01.000000Z"
    assert history.rules_broken(told=False) == []
    history.logs["oversight"][-1]["recorded_at"] = "2026-05-01T04:10:01.000001Z"
    (finding,) = history.audit(told=False).findings
    place = (finding.rule, finding.log, finding.position)
    assert place == ("not-acknowledged", "identity", identity + 1)
    assert finding.en == (
        f"catalog has acknowledged {identity + 1} entries of identity; this one of "
        "2026-05-01T04:00:01.000000Z still was not at 2026-05-01T04:10:01.000001Z"
    )


def test_who_never_acknowledged_anything_is_found_for_each_log(history: History) -> None:
    history.acknowledge_all(*(name for name in FOLLOWS if name != "matching"))
    history.find("oversight.SubscriptionAcknowledged")["recorded_at"] = LATER
    found = history.rules_broken(told=False)
    assert found == [("not-acknowledged", log, 0) for log in FOLLOWS["matching"]]


def test_housekeeping_is_acknowledged_by_nobody(history: History) -> None:
    history.acknowledge_all()
    history.acknowledge("oversight", "identity", at=LATER, size=7)
    history.logs["oversight"].pop()
    began = {"watched": LEDGER}
    history.add("oversight.WitnessBegan", "00000000-0000-4000-8000-00000000beef", began, at=LATER)
    assert history.rules_broken(told=False) == []


@pytest.mark.article(8, 32)
def test_what_is_parked_is_a_finding_until_it_is_released(history: History) -> None:
    placed = history.place("matching.OrderPlaced")[1]
    event = history.find(f"{LEDGER}.VoucherReserved")
    event["causation"] = None  # it was not answered then
    history.acknowledge(LEDGER, "matching", parked=[placed])
    assert history.rules_broken() == [("entry-parked", "matching", placed)]
    release(history, placed, "dismissed")
    assert history.rules_broken() == [], "those who run the service said why they let it go"
    history.logs[LEDGER][-1]["data"]["outcome"] = "applied"
    assert history.rules_broken() == [("answer-missing", "matching", placed)]
    event["causation"] = f"matching/{placed}"
    assert history.rules_broken() == []
    release(history, placed)
    assert history.rules_broken() == [("released-unparked", LEDGER, last(history, LEDGER))]


@pytest.mark.article(8, 19, 32)
@pytest.mark.parametrize(
    ("cause", "number", "answer"),
    [
        ("matching.OrderPlaced", 0, "VoucherReserved"),
        ("matching.OrderPlaced", 2, "CommandRefused"),
        ("matching.OrderAccepted", 0, "VoucherRedeemed"),
    ],
)
def test_an_entry_that_was_acknowledged_and_not_acted_upon_is_found(
    history: History, cause: str, number: int, answer: str
) -> None:
    """Even when whoever skipped it in the database knew to write the right root."""
    history.find(f"{LEDGER}.{answer}")["causation"] = None
    log, position = history.place(cause, number)
    assert history.rules_broken() == [("answer-missing", log, position)]
    assert history.rules_broken(told=False) == [], "not before it is acknowledged"


def test_a_cancelled_order_owes_a_release_only_while_something_is_reserved(
    history: History,
) -> None:
    _, at = history.place(f"{LEDGER}.VoucherReleased")
    history.find(f"{LEDGER}.VoucherReleased")["causation"] = None
    assert history.rules_broken() == [], "the share went back anyway"
    history.logs[LEDGER].pop(at)
    history.find("matching.OrderRefused")["causation"] = f"{LEDGER}/{at}"
    found = history.rules_broken()
    assert found == [("answer-missing", *history.place("matching.OrderCancelled"))]


@pytest.mark.parametrize("event", ["matching.OrderFunded", "matching.OrderRefused"])
def test_an_order_that_did_not_hear_the_ledgers_answer_is_found(
    history: History, event: str
) -> None:
    """The order's later steps go too; so do the answers to them, which is found besides."""
    stream = history.find(event)["stream"]
    answer = int(history.find(event)["causation"].rpartition("/")[2])
    keep = [e for e in history.logs["matching"] if e["stream"] != stream or e["version"] == 1]
    moved = {n: keep.index(e) for n, e in enumerate(history.logs["matching"]) if e in keep}
    history.logs["matching"] = keep
    for each in history.logs[LEDGER]:
        log, _, place = str(each["causation"]).rpartition("/")
        if log == "matching":
            each["causation"] = f"matching/{moved.get(int(place), 900)}"
    assert ("answer-missing", LEDGER, answer) in history.rules_broken()


def test_when_a_log_is_not_whole_nobody_is_measured_by_it(history: History) -> None:
    history.acknowledge_all()
    sizes = {log: len(found) for log, found in history.logs.items()}
    audit = Audit(EventSchemas(), sizes, institutions=INSTITUTIONS)
    for log in ORDER:
        texts = history.texts(log)
        for position, text in enumerate(texts[:-1] if log == "matching" else texts):
            audit.feed(log, position, text.encode())
        audit.world.completeness.log(log).leaves += leaves_of(texts)
    assert [finding.rule for finding in audit.close().findings] == ["log-cut-short"]
