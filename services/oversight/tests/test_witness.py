"""The witness: it cosigns what its own copy gives, goes on after a restart, and keeps proof."""

import contextlib

import psycopg2
import pytest

from chassis.eventstore.recorder import Conflict
from chassis.log import Entry
from chassis.seal import signing_key
from chassis.sealing.checkpoint import Checkpoint, open_checkpoint, seal
from chassis.sealing.hashing import SHA256
from chassis.sealing.totals import Totals, totals_lines
from chassis.sealing.tree import TreeState
from chassis.settings import Settings
from oversight import queries
from oversight.tally import LEDGER
from oversight.testing import KEYS, WITNESS
from oversight.testing.watched import Watched, spoiled
from oversight.witnessing import MirrorIncomplete


@pytest.mark.article(8, 32)
def test_it_cosigns_what_its_own_copy_gives_and_goes_on_after_a_restart(world: Watched) -> None:
    for size in (3, 300, 301):
        world.append("catalog", size - len(world.logs["catalog"]))
        note = world.note("catalog")
        assert world.witnessing.step("catalog", note)
        assert not world.witnessing.step("catalog", note), "nothing new"
        found = queries.checkpoint(world.app.database, "catalog")
        sealed = open_checkpoint(
            found["note"], KEYS.logs["catalog"], [WITNESS.verifier], threshold=1
        )
        assert sealed.checkpoint.size == found["size"] == size
        world.restart()
    assert world.types() == ["WitnessBegan", *["WitnessCosigned"] * 3]


def test_two_replicas_witness_one_log_without_harm(world: Watched) -> None:
    witnesses = [world.witnessing, world.witness()]
    for size in range(1, 9):
        world.append("catalog", 1)
        note = world.note("catalog")
        for witness in witnesses[:: 1 if size % 2 else -1]:
            with contextlib.suppress(Conflict):  # the service tries again
                witness.step("catalog", note)
    assert queries.checkpoint(world.app.database, "catalog")["size"] == 8
    world.append("catalog", 1)
    assert any(witness.step("catalog", world.note("catalog")) for witness in witnesses)
    assert world.types() == ["WitnessBegan", *["WitnessCosigned"] * 9]


def test_it_waits_for_the_mirror(world: Watched) -> None:
    world.append("catalog", 2)
    longer = world.note("catalog")
    world.logs["catalog"].append(Entry.of("catalog", 2, "{}"))
    ahead = world.note("catalog")
    assert not world.witnessing.step("catalog", ahead)
    assert world.witnessing.step("catalog", longer)
    assert not world.witnessing.step("catalog", None)


@pytest.mark.article(8, 32)
def test_a_rewritten_entry_is_a_fork_whose_proof_is_kept(world: Watched) -> None:
    world.append("catalog", 4)
    assert world.witnessing.step("catalog", world.note("catalog"))
    entry = world.logs["catalog"][1]
    world.logs["catalog"][1] = Entry.of("catalog", 1, '{"type":"catalog.Other"}')
    world.append("catalog", 1)
    note = world.note("catalog")
    assert not world.witnessing.step("catalog", note)
    assert queries.checkpoint(world.app.database, "catalog")["forked"]
    row = world.app.database.row("SELECT note, reason FROM forks")
    assert row == {"note": note, "reason": "root"}
    world.logs["catalog"][1] = entry
    world.append("catalog", 1)
    assert not world.witnessing.step("catalog", world.note("catalog")), "never cosigned again"
    expected = ["WitnessBegan", "WitnessCosigned", "WitnessFoundFork", "FindingOpened"]
    assert world.types() == expected
    (finding,) = world.findings()
    assert (finding["rule"], finding["about"], finding["closed_at"]) == (
        "two-histories", "catalog", None,
    )  # fmt: skip


@pytest.mark.article(8, 32)
@pytest.mark.parametrize("size", [4, 3])
def test_a_second_history_of_what_was_cosigned_is_a_fork(world: Watched, size: int) -> None:
    world.append("catalog", 4)
    good = world.note("catalog", size=size)
    assert world.witnessing.step("catalog", world.note("catalog"))
    world.witnessing.step("catalog", good)
    assert not queries.forked(world.app.database, "catalog"), "an old checkpoint that fits is none"
    world.logs["catalog"][1] = Entry.of("catalog", 1, '{"type":"catalog.Other"}')
    world.restart()
    assert not world.witnessing.step("catalog", world.note("catalog", size=size))
    assert queries.forked(world.app.database, "catalog")


def test_a_posting_that_cannot_be_read_is_a_fault_of_the_ledger_not_a_crash(world: Watched) -> None:
    world.append(LEDGER, 2, fen=5)
    world.logs[LEDGER][-1] = Entry.of(LEDGER, 1, '{"data":{"postings":[{"account":7}]}}')
    with world.app.database.cursor() as cursor:
        text = world.logs[LEDGER][-1].text
        cursor.execute("ALTER TABLE mirror DISABLE TRIGGER USER")
        cursor.execute("UPDATE mirror SET entry = %s WHERE position = 1", (text,))
    assert not world.witnessing.step(LEDGER, world.note(LEDGER))
    assert world.app.database.row("SELECT reason FROM forks") == {"reason": "postings"}


@pytest.mark.article(6, 8, 17)
def test_an_overdrawn_purse_is_told_and_its_log_never_cosigned(world: Watched) -> None:
    def signed(fen: int) -> str:
        balances = {"appropriated": -fen, "unissued": fen}
        return world.note(LEDGER, totals_lines([Totals.of("JYCY", "340000", 2026, balances)]))

    world.append(LEDGER, 2, fen=5)
    assert world.witnessing.step(LEDGER, signed(10))
    world.append(LEDGER, 1, fen=-15)
    for _ in range(2):
        assert not world.witnessing.step(LEDGER, signed(-5))
    assert world.app.database.row("SELECT reason FROM forks") == {"reason": "seal.overdrawn"}
    (finding,) = world.findings()
    assert (finding["rule"], finding["position"]) == ("checkpoint-overdrawn", 2)


def test_a_hole_in_our_own_copy_accuses_nobody(world: Watched) -> None:
    world.append("catalog", 2)
    with world.app.database.cursor() as cursor:
        cursor.execute("ALTER TABLE mirror DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM mirror")
    with pytest.raises(MirrorIncomplete):
        world.witnessing.step("catalog", world.note("catalog"))
    assert not queries.forked(world.app.database, "catalog")


def test_a_checkpoint_of_another_log_or_key_is_not_cosigned(world: Watched) -> None:
    world.append("catalog", 2)
    world.append(LEDGER, 2, fen=5)
    other = world.note(LEDGER)
    assert not world.witnessing.step("catalog", other)
    wrong = signing_key(Settings(service="catalog", log_signing_key="66" * 32))
    state = (
        TreeState().append(SHA256.leaves([e.text.encode() for e in world.logs["catalog"]])).state
    )
    forged = seal(Checkpoint.of(wrong.name, state.size, state.root, SHA256), wrong)
    assert not world.witnessing.step("catalog", str(forged))
    assert not world.witnessing.step("catalog", "not a note")
    assert world.types() == ["FindingOpened"] * 3
    assert [finding["rule"] for finding in world.findings()] == [
        "seal.wrong-origin", "seal.not-signed", "seal.malformed-note",
    ]  # fmt: skip
    assert world.witnessing.step("catalog", world.note("catalog"))
    assert [finding["how"] for finding in world.findings()] == ["cosigned 2"] * 3


@pytest.mark.parametrize(
    ("balances", "reason"),
    [
        ({"appropriated": -30, "unissued": 30}, None),
        ({"appropriated": -31, "unissued": 31}, "totals"),
        ({"appropriated": -30, "unissued": 20}, "seal.not-conserved"),
        ({}, "totals"),
    ],
)
@pytest.mark.article(6, 8)
def test_the_ledgers_totals_have_to_be_those_of_its_entries(
    world: Watched, balances: dict[str, int], reason: str | None
) -> None:
    world.append(LEDGER, 2, fen=5)
    half = totals_lines([Totals.of("JYCY", "340000", 2026, {"appropriated": -10, "unissued": 10})])
    assert world.witnessing.step(LEDGER, world.note(LEDGER, half))
    world.restart()
    world.append(LEDGER, 4, fen=5)
    said = totals_lines([Totals.of("JYCY", "340000", 2026, balances)] if balances else [])
    assert world.witnessing.step(LEDGER, world.note(LEDGER, said)) is (reason is None)
    row = world.app.database.row("SELECT reason FROM forks")
    assert row == (None if reason is None else {"reason": reason})


@pytest.mark.parametrize("table", ["witness_tiles", "cosigned", "forks", "watched"])
def test_what_was_witnessed_cannot_be_changed(world: Watched, table: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), world.app.database.cursor() as c:
        c.execute(f"DELETE FROM {table}")


@pytest.mark.article(8, 32)
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"schema_version": 7}, "type-unknown"),
        ({"type": "catalog.ListingVanished"}, "type-unknown"),
        ({"data": {"reason": 7}}, "data-misfit"),
        ({"version": 3}, "version-out-of-order"),
        ({"recorded_at": "yesterday"}, "envelope-incomplete"),
    ],
)
def test_an_entry_that_nobody_could_read_is_not_cosigned_but_found(
    world: Watched, changes: dict[str, object], rule: str
) -> None:
    world.append("catalog", 3)
    assert world.witnessing.step("catalog", world.note("catalog"))
    world.append("catalog", 2)
    good = world.logs["catalog"][4]
    world.rewrite(spoiled(good, **changes))
    for _ in range(2):
        assert not world.witnessing.step("catalog", world.note("catalog"))
    (finding,) = world.findings()
    assert (finding["rule"], finding["position"], finding["closed_at"]) == (rule, 4, None)
    assert not queries.forked(world.app.database, "catalog"), "it may be read by a later release"
    world.rewrite(good)
    assert world.witnessing.step("catalog", world.note("catalog"))
    assert world.findings()[0]["how"] == "cosigned 5"


def test_a_version_is_known_after_a_restart(world: Watched) -> None:
    world.append("catalog", 2)
    assert world.witnessing.step("catalog", world.note("catalog"))
    again = spoiled(world.logs["catalog"][0], version=2)
    world.add(Entry.of("catalog", 2, again.text.partition(":")[2].rpartition(',"log"')[0]))
    world.restart()
    assert world.witnessing.step("catalog", world.note("catalog"))
    world.add(Entry.of("catalog", 3, again.text.partition(":")[2].rpartition(',"log"')[0]))
    world.restart()
    assert not world.witnessing.step("catalog", world.note("catalog"))
    assert world.findings()[0]["rule"] == "version-out-of-order"


@pytest.mark.article(8, 32)
@pytest.mark.parametrize("size", [2, None])
def test_a_log_that_shrinks_is_found_when_it_says_so_twice(
    world: Watched, size: int | None
) -> None:
    world.append("catalog", 4)
    assert world.witnessing.step("catalog", world.note("catalog"))
    shorter = None if size is None else world.note("catalog", size=size)
    assert not world.witnessing.step("catalog", shorter)
    assert world.findings() == [], "one answer may have been late"
    assert not world.witnessing.step("catalog", shorter)
    (finding,) = world.findings()
    assert (finding["rule"], finding["position"]) == ("log-shrunk", 4)
    assert not queries.forked(world.app.database, "catalog")
    world.append("catalog", 1)
    assert world.witnessing.step("catalog", world.note("catalog"))
    assert world.findings()[0]["how"] == "cosigned 5"
