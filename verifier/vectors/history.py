"""The logs that the verifier's test vectors are cut from, and ways of changing a bundle.

Everything is fixed (keys, times, entries), so the vectors come out the same byte for byte. The keys
are test keys: their seeds are public here.
"""

import copy
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID

from chassis.sealing.checkpoint import Checkpoint, cosign, open_checkpoint, seal
from chassis.sealing.evidence import LogKeys, evidence
from chassis.sealing.hashing import SHA256, SM3, Hashing
from chassis.sealing.keys import Kind, SignerKey
from chassis.sealing.note import Note
from chassis.sealing.totals import Totals, totals_lines
from chassis.sealing.tree import TreeState

CREATED = 1_790_000_000
"""Unix seconds of the first cosignature."""

SUBJECT = str(UUID(int=0x5B))
SUBJECT_KEY = str(UUID(int=0x5C))
VOUCHER = str(UUID(int=0xA1))
VOUCHER_TYPES = ("VoucherGranted", "VoucherClaimed", "VoucherReserved", "VoucherRedeemed")

Bundle = dict[str, Any]
Change = Callable[[Bundle], object]


def signer(name: str, kind: Kind) -> SignerKey:
    """A test key whose seed follows from its name."""
    return SignerKey(name, kind, sha256(f"test vector {name}".encode()).digest())


LEDGER = signer("wanchuang.example/voucher-ledger", Kind.LOG)
IDENTITY = signer("wanchuang.example/identity", Kind.LOG)
SUPERVISOR = signer("jianli.example/witness", Kind.WITNESS)
SECOND = signer("caizheng.example/witness", Kind.WITNESS)
ALIAS = SignerKey("jianli.example/alias", Kind.WITNESS, SUPERVISOR.seed)
"""The supervisor's key under another name."""

STRANGER = SignerKey(LEDGER.name, Kind.LOG, bytes(range(32)))
"""Another key under the ledger's name."""


def canonical(value: Any) -> str:
    """Canonical JSON of plain values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def event(type_: str, stream: str, version: int, data: Bundle) -> Bundle:
    """An event as the log holds it."""
    return {
        "actor": str(UUID(int=0xAC)),
        "authority": "",
        "causation": str(UUID(int=0xCA)),
        "command": str(UUID(int=0xC0)),
        "correlation": str(UUID(int=0xC1)),
        "data": data,
        "legal_basis": "第十七条",
        "recorded_at": "2026-09-21T22:13:20.000000+08:00",
        "role": "hrss-province",
        "rule_version": "2026-01",
        "schema_version": 1,
        "seen": {"identity": 12},
        "stream": stream,
        "type": type_,
        "version": version,
    }


def entries_of(log: str, events: list[Bundle]) -> list[str]:
    """The entries of a log's events."""
    return [
        canonical({"event": each, "log": log, "position": position})
        for position, each in enumerate(events)
    ]


class History:
    """A log of test entries with its tiles."""

    def __init__(self, key: SignerKey, hashing: Hashing, entries: list[str]) -> None:
        self.key, self.hashing, self.entries = key, hashing, entries
        self._tiles: dict[tuple[int, int, int], bytes] = {}
        self._roots = {0: hashing.empty}
        state = TreeState(hashing)
        for entry in self.entries:
            growth = state.append([hashing.leaf(entry.encode())])
            self._tiles |= {tile.key: tile.data for tile in growth.tiles}
            state = growth.state
            self._roots[state.size] = state.root

    def read(self, level: int, number: int, width: int) -> bytes:
        """A stored tile."""
        return self._tiles[level, number, width]

    def checkpoint(self, size: int, *witnesses: SignerKey) -> Note:
        """The checkpoint at a size, cosigned by these witnesses one minute after another."""
        totals = [
            Totals.of("JYCY", "340100", 2026, {"appropriated": -900_000, "issued": 900_000}),
            Totals.of("JYCY", "340200", 2026, {"appropriated": -5_000, "paid": 5_000}),
        ]
        lines = totals_lines(totals) if self.key is LEDGER else ()
        at = Checkpoint.of(self.key.name, size, self._roots[size], self.hashing, lines)
        note = seal(at, self.key)
        opened = open_checkpoint(str(note), self.key.verifier)
        times = range(CREATED, CREATED + 60 * len(witnesses), 60)
        return note.add(*map(cosign, [opened] * len(witnesses), witnesses, times))

    def claim(self, size: int, at: int) -> Note:
        """A cosigned checkpoint whose size is a lie: its root is that of the tree of size `at`."""
        checkpoint = Checkpoint.of(self.key.name, size, self._roots[at], self.hashing)
        opened = open_checkpoint(str(seal(checkpoint, self.key)), self.key.verifier)
        return opened.note.add(cosign(opened, SUPERVISOR, CREATED))

    def bundle(self, positions: list[int], size: int, **options: Any) -> Bundle:
        """A bundle of these entries at a size, cosigned by both witnesses."""
        keys = LogKeys(self.key.verifier, (SUPERVISOR.verifier, SECOND.verifier))
        entries = {position: self.entries[position] for position in positions}
        note = self.checkpoint(size, SUPERVISOR, SECOND)
        return evidence(note, keys, self.read, entries, **options)


def ledger_events() -> list[Bundle]:
    """300 events, a voucher's four at positions 3, 41, 199 and 260."""
    events = [
        event("voucher-ledger.BatchOpened", str(UUID(int=1000 + number)), 1, {"face_fen": number})
        for number in range(300)
    ]
    data = {"fen": 50_000, "note": "创业券\u2028“测试”\t\u0007", "tags": [True, None, -1], "z": {}}
    for version, position in enumerate((3, 41, 199, 260), 1):
        type_ = f"voucher-ledger.{VOUCHER_TYPES[version - 1]}"
        events[position] = event(type_, VOUCHER, version, data)
    return events


def identity_events() -> list[Bundle]:
    """Three events; the second destroys the key of the subject's personal data."""
    law = {"law": "管理办法 art. 32", "until": None, "what": "sealed-log"}
    why = {"basis": "个人信息保护法 art. 47", "reason": "erasure-requested", "retained": [law]}
    return [
        event("identity.SubjectKeyMade", SUBJECT_KEY, 1, {"subject": SUBJECT}),
        event("identity.SubjectKeyDestroyed", SUBJECT_KEY, 2, {"subject": SUBJECT, **why}),
        event("identity.PersonalDataErased", SUBJECT, 5, {"subject": SUBJECT}),
    ]


LEDGER_ENTRIES = entries_of("voucher-ledger", ledger_events())
LEDGER_HISTORY = History(LEDGER, SHA256, LEDGER_ENTRIES)
SM3_HISTORY = History(LEDGER, SM3, LEDGER_ENTRIES)
IDENTITY_HISTORY = History(IDENTITY, SHA256, entries_of("identity", identity_events()))


def valid_bundle(history: History = LEDGER_HISTORY) -> Bundle:
    """The bundle of a voucher: its whole history, and that nothing was rewritten since 150."""
    return history.bundle(
        [3, 41, 199, 260],
        300,
        streams={VOUCHER: 4},
        older=history.checkpoint(150, SUPERVISOR),
    )


def erasure_evidence() -> Bundle:
    """The bundle of the identity log that shows the key's destruction."""
    return IDENTITY_HISTORY.bundle([1], 3)


def changed(change: Change, base: Bundle | None = None) -> Bundle:
    """A copy of a bundle (the valid one), changed in one way."""
    bundle = copy.deepcopy(base if base is not None else valid_bundle())
    change(bundle)
    return bundle


def put(value: Any, *path: str | int) -> Change:
    """The change that puts a value at a path."""

    def change(bundle: Bundle) -> None:
        place: Any = bundle
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def drop(*path: str | int) -> Change:
    """The change that drops what is at a path."""

    def change(bundle: Bundle) -> None:
        place: Any = bundle
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change
