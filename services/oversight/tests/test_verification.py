"""The whole check: a clean copy is clean, and each way of changing it has its own diagnosis."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import pytest

from chassis.canonical import canonical
from chassis.seal import signing_key, witness_signer
from chassis.sealing.hashing import SHA256
from chassis.settings import Settings
from oversight.application import Oversight
from oversight.checkpoints import Keys
from oversight.domain.audit import ORDER
from oversight.domain.privacy import keys_digest
from oversight.domain.report import Report
from oversight.testing import KEYS, Sealing, cosigned, fill, signed
from oversight.verification import Verification
from schemas.oversight import LOGS

LEDGER = "voucher-ledger"


class History(Protocol):
    """The fixture of conftest.py."""

    def __getattr__(self, name: str) -> Any: ...


class Live:
    """The audited services as they are."""

    def __init__(self, history: History) -> None:
        self.logs: dict[str, list[str]] = {log: history.texts(log) for log in LOGS}
        self.balances: list[dict[str, Any]] = history.audit().totals
        self.wrong: dict[str, dict[str, Any]] = {}
        self.notes = {log: signed(log, texts) for log, texts in self.logs.items()}

    def size(self, log: str) -> int:
        return len(self.logs[log])

    def checkpoint(self, log: str) -> str | None:
        return self.notes.get(log)

    def entries(self, log: str, start: int, end: int) -> Sequence[str]:
        return self.logs[log][start:end]

    def subject_keys(self, position: int) -> dict[str, Any]:
        return {"position": position, "keys": 0, "digest": keys_digest(set())}

    def trial_balance(self, position: int) -> list[dict[str, Any]]:
        balances: list[dict[str, Any]] = self.balances
        return balances

    def self_check(self, service: str) -> dict[str, Any]:
        return {
            "read_models": [],
            "outcomes": [],
            "misplaced": [],
            "unsealed": [],
            **self.wrong.get(service, {}),
        }


class Case:
    """A supervisor's database, and the services beside it."""

    def __init__(self, app: Oversight, history: History) -> None:
        self.app = app
        self.live = Live(history)
        fill(app.database, self.live.logs)

    def sql(self, *statements: str) -> None:
        """What whoever holds the supervisor's database can do, with the guards taken off."""
        with self.app.database.cursor() as cursor:
            for table in ("mirror", "cosigned", "witness_tiles", "forks"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for statement in statements:
                cursor.execute(statement)

    def verify(self, live: bool = False, **options: Any) -> Report:
        services = self.live if live else None
        return Verification(
            self.app.database, options.pop("keys", KEYS), services=services, **options
        ).run()

    def found(self, live: bool = False, **options: Any) -> list[tuple[str, str, int | None]]:
        report = self.verify(live, **options)
        return [(f.rule, f.log, f.position) for f in report.findings]


@pytest.fixture
def case(app: Oversight, history: History) -> Case:
    return Case(app, history)


@pytest.mark.article(8, 32)
@pytest.mark.parametrize("live", [False, True])
def test_a_clean_copy_is_clean_and_says_who_signed_it(case: Case, live: bool) -> None:
    told: list[tuple[str, int, int]] = []
    report = case.verify(live, progress=lambda *args: told.append(args))
    assert report.findings == []
    assert (report.verdict, report.found) == ("clean", 0)
    seal = report.seals[LEDGER]
    size = len(case.live.logs[LEDGER])
    assert (seal.entries, seal.size, seal.cosigned) == (size, size, size)
    assert seal.signed_by == KEYS.logs[LEDGER].label
    assert seal.cosigned_by == (KEYS.witnesses[0].label,)
    assert seal.checkpoints >= 3
    assert {log for log, _, _ in told} == set(ORDER)
    assert told[-2] == (LEDGER, size, size)


def row(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def edited(case: Case, position: int, old: str, new: str) -> str:
    """The statement that edits an entry of the ledger's mirror."""
    was = case.live.logs[LEDGER][position]
    assert old in was
    return (
        f"UPDATE mirror SET entry = {row(was.replace(old, new))} "
        f"WHERE log = '{LEDGER}' AND position = {position}"
    )


def place(history: History, type_: str, number: int = 0) -> int:
    position: int = history.place(type_, number)[1]
    return position


@pytest.mark.article(8, 32)
def test_an_entry_of_the_copy_that_was_edited_is_named(case: Case, history: History) -> None:
    at = place(history, f"{LEDGER}.RedemptionApproved")
    case.sql(edited(case, at, "材料齐全", "材料不全"))
    report = case.verify()
    assert [(f.rule, f.log, f.position) for f in report.findings] == [
        ("copy-entry-changed", LEDGER, at)
    ]
    assert report.verdict == "broken"
    assert case.found(live=True) == [("copy-entry-changed", LEDGER, at)]


def test_an_archived_range_that_was_edited_is_bounded(case: Case, history: History) -> None:
    """Twelve entries edited one by one: a range, and the rules that they break."""
    texts = case.live.logs[LEDGER]
    case.sql(*(edited(case, n, '"schema_version":1', '"schema_version":7') for n in range(2, 14)))
    found = case.found()
    assert found[0] == ("copy-range-changed", LEDGER, 2)
    assert {rule for rule, _, _ in found[1:]} <= {"type-unknown"} | {f[0] for f in found[1:]}
    assert len(texts) > 14


def test_an_edit_that_follows_through_to_the_tiles_still_differs_from_what_was_cosigned(
    case: Case, history: History
) -> None:
    at = place(history, f"{LEDGER}.RedemptionApproved")
    text = case.live.logs[LEDGER][at].replace("材料齐全", "材料不全")
    leaf = SHA256.leaf(text.encode()).hex()
    case.sql(
        edited(case, at, "材料齐全", "材料不全"),
        f"UPDATE witness_tiles SET hashes = overlay(hashes placing '\\x{leaf}'::bytea "
        f"from (({at} - start) * 32 + 1)::integer) WHERE log = '{LEDGER}' AND level = 0 "
        f"AND start <= {at} AND start + octet_length(hashes) / 32 > {at}",
    )
    (finding,) = case.verify().findings
    assert finding.rule == "copy-range-changed"
    assert finding.position is not None
    assert finding.position <= at < finding.position + 5


@pytest.mark.parametrize("change", ["hashes = '\\x00'", "hashes = set_byte(hashes, 40, 7)"])
def test_tiles_that_were_changed_or_cut_accuse_nobody_else(case: Case, change: str) -> None:
    case.sql(f"UPDATE witness_tiles SET {change} WHERE log = '{LEDGER}' AND start = 5")
    assert case.found() == [("witness-tiles-changed", LEDGER, None)]


def test_a_row_taken_out_of_the_copy_is_missing(case: Case) -> None:
    case.sql(f"DELETE FROM mirror WHERE log = '{LEDGER}' AND position IN (6, 7)")
    found = case.found()
    assert found[0] == ("copy-entry-missing", LEDGER, 6)
    assert ("position-gap", LEDGER, 8) in found


def test_a_tail_cut_off_the_copy_is_seen(case: Case) -> None:
    last = len(case.live.logs[LEDGER]) - 2
    case.sql(f"DELETE FROM mirror WHERE log = '{LEDGER}' AND position >= {last}")
    assert case.found() == [("copy-tail-cut", LEDGER, last)]
    case.sql(f"UPDATE tracking SET position = {last - 1} WHERE log = '{LEDGER}'")
    assert case.found() == [("copy-tail-cut", LEDGER, last)], "the cosigned checkpoint remembers"


def test_a_splice_of_the_copy_is_told_from_an_edit(case: Case, history: History) -> None:
    at = place(history, f"{LEDGER}.InvoiceUsed")
    ours = f"FROM mirror WHERE log = '{LEDGER}' AND position"
    renumbered = (
        f"UPDATE mirror SET position = position - 1, entry = regexp_replace(entry, "
        f"'\"position\":\\d+}}$', '\"position\":' || position - 1 || '}}') "
        f"WHERE log = '{LEDGER}' AND position > {at}"
    )
    size = len(case.live.logs[LEDGER])
    case.sql(
        f"DELETE {ours} = {at}",
        renumbered,
        f"UPDATE tracking SET position = {size - 2} WHERE log = '{LEDGER}'",
    )
    found = case.found()
    assert ("copy-spliced", LEDGER, at) in found
    assert ("copy-tail-cut", LEDGER, size - 1) in found


def test_what_was_put_into_the_copy_at_its_end_is_seen(case: Case) -> None:
    size = len(case.live.logs[LEDGER])
    text = case.live.logs[LEDGER][-1].replace(f'"position":{size - 1}', f'"position":{size}')
    case.sql(f"INSERT INTO mirror VALUES ('{LEDGER}', {size}, {row(text)})")
    found = case.found()
    assert found[0] == ("copy-grown", LEDGER, size)


@pytest.mark.article(8, 32)
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda note: note.replace("wanchuang/catalog", "wanchuang/matching", 1), "wrong-origin"),
        (lambda note: note.replace("\n2\n", "\n3\n", 1), "bad-signature"),
        (lambda note: note.partition("\n\n")[0] + "\n\n— x AAAAAAAA\n", "not-signed"),
        (lambda note: note[:30], "malformed-note"),
        (lambda note: note.replace("\n2\n", "\n02\n", 1), "malformed-checkpoint"),
        (lambda _: "", "malformed-note"),
    ],
)
def test_a_checkpoint_that_cannot_be_believed_says_why(
    case: Case, change: Callable[[str], str], code: str
) -> None:
    note = cosigned("catalog", case.live.notes["catalog"])
    case.sql(f"UPDATE cosigned SET note = {row(change(note))} WHERE log = 'catalog'")
    report = case.verify()
    assert [finding.rule for finding in report.findings] == [f"seal.{code}", "seal-missing"]
    assert report.verdict == "broken"


def test_with_the_wrong_keys_nothing_is_valid(case: Case) -> None:
    other = signing_key(Settings(service="catalog", log_signing_key="66" * 32)).verifier
    wrong = KEYS._replace(logs={**KEYS.logs, "catalog": other})
    assert case.found(keys=wrong) == [
        ("seal.not-signed", "catalog", 1),
        ("seal-missing", "catalog", None),
    ]
    report = case.verify(keys=Keys({}, (), KEYS.institutions))
    assert {finding.rule for finding in report.findings} == {"seal-key-missing"}
    assert report.verdict == "findings"
    stranger = witness_signer(Settings(witness_key="66" * 32)).verifier
    unwitnessed = case.verify(keys=KEYS._replace(witnesses=(stranger,)))
    assert {finding.rule for finding in unwitnessed.findings} == {"cosignature-missing"}


def test_a_checkpoint_filed_under_another_size_is_seen(case: Case) -> None:
    case.sql(f"UPDATE cosigned SET size = 7 WHERE log = '{LEDGER}' AND size = 5")
    assert ("checkpoint-misfiled", LEDGER, 6) in case.found()


@pytest.mark.article(8, 32)
def test_two_histories_are_told_by_any_signed_note_that_does_not_fit(case: Case) -> None:
    other = [text.replace("法", "律") for text in case.live.logs["catalog"]]
    other[0] = other[0].replace("两小时", "三小时")
    note = signed("catalog", other)
    assert case.found(shown={"catalog": [note]}) == [("two-histories", "catalog", 1)]
    earlier = signed("catalog", case.live.logs["catalog"][:1])
    assert case.found(shown={"catalog": [earlier]}) == []
    case.sql(
        "INSERT INTO forks (log, size, note, own_root, reason, at) "
        f"VALUES ('catalog', 2, {row(note)}, '', 'root', '')"
    )
    assert case.found() == [("two-histories", "catalog", 1)]


@pytest.mark.article(6, 8)
def test_totals_that_were_signed_have_to_be_those_of_the_postings(case: Case) -> None:
    texts = case.live.logs[LEDGER]
    sealing = Sealing(LEDGER)
    sealing.add(texts)
    sealing.totals = lambda: ()  # type: ignore[method-assign]
    case.live.notes[LEDGER] = sealing.note()
    assert case.found(live=True) == [("checkpoint-totals-differ", LEDGER, len(texts) - 1)]


@pytest.mark.article(8, 32)
def test_a_log_that_shrank_is_seen(case: Case) -> None:
    texts = case.live.logs[LEDGER]
    del texts[-3:]
    case.live.notes[LEDGER] = signed(LEDGER, texts)
    assert ("log-shrunk", LEDGER, len(texts)) in case.found(live=True)


@pytest.mark.article(8, 32)
def test_an_entry_of_the_log_that_was_edited_is_named_with_its_fields(
    case: Case, history: History
) -> None:
    at = place(history, f"{LEDGER}.RedemptionApproved")
    texts = case.live.logs[LEDGER]
    texts[at] = texts[at].replace("材料齐全", "材料不全")
    (finding,) = case.verify(live=True).findings
    assert (finding.rule, finding.log, finding.position) == ("log-entry-changed", LEDGER, at)
    assert "event.data.reason" in finding.en


@pytest.mark.article(8, 32)
def test_text_moved_over_a_fields_bound_has_its_own_name(case: Case, history: History) -> None:
    at = place(history, f"{LEDGER}.RedemptionPaid")
    texts = case.live.logs[LEDGER]
    was = '"bank_reference":"B-1","fen":30000'
    assert was in texts[at]
    texts[at] = texts[at].replace(was, '"bank_reference":"B-","fen":130000')
    assert case.found(live=True) == [("boundary-moved", LEDGER, at)]
    texts[at] = texts[at].replace('"bank_reference":"B-","fen":130000', was)
    case.sql(edited(case, at, was, '"bank_reference":"B-","fen":130000'))
    assert ("boundary-moved", LEDGER, at) in case.found(live=True)


def renumbered(log: str, texts: list[str]) -> list[str]:
    """Entries at the places that they stand in now."""
    events = (json.loads(text)["event"] for text in texts)
    return [
        canonical({"event": event, "log": log, "position": n}).decode()
        for n, event in enumerate(events)
    ]


@pytest.mark.article(8, 32)
def test_a_spliced_log_is_told_from_an_edited_one(case: Case, history: History) -> None:
    at = place(history, f"{LEDGER}.InvoiceUsed")
    texts = case.live.logs[LEDGER]
    without = renumbered(LEDGER, texts[:at] + texts[at + 1 :])
    case.live.logs[LEDGER] = without
    assert case.found(live=True) == [("log-spliced", LEDGER, at)]
    case.live.logs[LEDGER] = renumbered(LEDGER, [*texts[:at], texts[0], *texts[at:-1]])
    assert case.found(live=True) == [("log-spliced", LEDGER, at)]


@pytest.mark.article(8, 32)
def test_a_refusal_that_was_taken_out_is_a_suppressed_refusal(case: Case, history: History) -> None:
    at = place(history, f"{LEDGER}.CommandRefused")
    texts = case.live.logs[LEDGER]
    history.again(f"{LEDGER}.InvoiceUsed", "00000000-0000-4000-8000-00000000beef")
    more = history.texts(LEDGER)[-1]
    case.live.logs[LEDGER] = renumbered(LEDGER, [*texts[:at], *texts[at + 1 :], more])
    assert case.found(live=True)[0] == ("refusal-suppressed", LEDGER, at)
    gone = renumbered(LEDGER, [*texts[: at - 1], *texts[at:]])
    case.live.logs[LEDGER] = gone
    assert [rule for rule, _, _ in case.found(live=True)] == ["log-spliced"]


@pytest.mark.article(8, 32)
def test_a_tail_that_was_cut_off_and_grown_anew_is_called_so(case: Case, history: History) -> None:
    texts = case.live.logs["matching"]
    begun = history.find("matching.OrderPlaced")
    for number in range(2):
        stream = f"00000000-0000-4000-8000-00000000000{number}"
        history.add("matching.OrderPlaced", stream, begun["data"])
    fresh = history.texts("matching")[-2:]
    case.live.logs["matching"] = renumbered("matching", [*texts[:-2], *fresh])
    assert case.found(live=True) == [("log-tail-replaced", "matching", len(texts) - 2)]


@pytest.mark.article(6, 8)
def test_a_read_model_that_was_edited_is_seen(case: Case) -> None:
    case.live.balances[1]["balances"]["paid"] += 1
    assert [rule for rule, _, _ in case.found(live=True)] == ["balances-differ"]


def test_only_the_logs_that_were_asked_for_are_reported_on(case: Case) -> None:
    case.sql(edited(case, 3, '"schema_version":1', '"schema_version":7'))
    report = case.verify(logs=["matching"])
    assert (report.verdict, list(report.seals)) == ("clean", ["matching"])
    assert case.verify(logs=[LEDGER]).verdict == "broken"


@pytest.mark.article(8, 32)
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"schema_version": 9}, "type-unknown"),
        ({"type": "catalog.ListingImagined"}, "type-unknown"),
        ({"data": {"more": 1}}, "data-misfit"),
        ({"recorded_at": "2026-02-30T00:00:00.000000Z"}, "envelope-incomplete"),
    ],
)
def test_what_a_later_release_may_have_sealed_is_a_finding_and_no_crash(
    app: Oversight, history: History, changes: dict[str, Any], rule: str
) -> None:
    history.find("catalog.ListingWhitelisted").update(changes)
    case = Case(app, history)
    report = case.verify()
    assert (rule, "catalog", 1) in [(f.rule, f.log, f.position) for f in report.findings]
    assert report.verdict == "findings", "what was signed is what is there"
