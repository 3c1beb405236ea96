"""Quick decoding never finds an entry sound of which the rules would say otherwise."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from chassis.canonical import NotPlain, canonical
from oversight.decoding import Decoding
from oversight.domain.event import read
from oversight.domain.rules import of_every_entry
from oversight.domain.world import LogState, World
from oversight.vocabulary import EventSchemas
from schemas.registry import EVENTS

SOUND = Decoding(EVENTS).sound
GENERAL = of_every_entry(EventSchemas())
STREAM = "00000000-0000-4000-8000-000000000001"
ODD: list[Any] = [
    None, True, False, 0, -1, 1, 2**53, 2**53 + 1, 10**15 + 1, 1.0, 1.5, "", " ", "x", "0",
    "340100", "34010\u0660", "34010", "350100", "2026-02-29", "2026-2-1", "20260201", "a" * 201,
    "a" * 4001, " a", "a\u0007", "e\u0301", "é", "\n", "a\n", "合肥", [], {}, [None], [1], {"a": 1},
    {"a": None}, [{}], [{"account": "a", "fen": 1}], [{"account": "a", "fen": "1"}],
    [{"account": 1, "fen": 1}], [{"account": "a", "fen": 1, "more": 1}], {"": {}}, {"a": "1"},
    {"合": 1}, {"a": [{"b": 2**53}]}, {"a": 1.5}, "0" * 64, "0" * 63, "A" * 64, STREAM,
    "00000000000040008000000000000001", "00000000-0000-4000-8000-00000000000G", "JYCY", "jycy",
    "clean", "dirty", "0" * 64 + "\n", "340100\n",
]  # fmt: skip


def envelope(type_: str, data: Any) -> dict[str, Any]:
    return {
        "actor": "somebody",
        "authority": None,
        "causation": None,
        "command": STREAM,
        "correlation": None,
        "data": data,
        "legal_basis": ["art. 8"],
        "recorded_at": "2026-05-01T04:00:00.000000Z",
        "role": None,
        "rule_version": "",
        "schema_version": EVENTS[type_].version,
        "seen": {"identity": 3},
        "stream": STREAM,
        "type": type_,
        "version": 1,
    }


def text_of(event: dict[str, Any]) -> tuple[str, bytes]:
    log = event["type"].partition(".")[0]
    entry = {"event": event, "log": log, "position": 0}
    return log, json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def faults(log: str, text: bytes) -> list[str]:
    """What the rules of every entry say of one, whenever it happened, as the next of its stream."""
    event = read(log, 0, text)
    if event is None:
        return ["unreadable"]
    world = World(logs={log: LogState(versions={event.stream: event.version - 1})})
    event.recorded_at = max(event.recorded_at, "2018")
    broken = (next((r for r in chain if r.breach(event, world)), None) for chain in GENERAL)
    return [rule.id for rule in broken if rule is not None]


READ_CLOSELY = {"identity.PersonalDataContactChanged"}
"""Event types whose schema asks more than a shape can say: they are read the slow way, all of them.
There should be few."""


def sound_only_if_faultless(event: dict[str, Any]) -> bool:
    log, text = text_of(event)
    found = SOUND(log, 0, text)
    if found is None:
        return False
    assert faults(log, text) == [], (event["type"], event)
    canonical(event)
    EVENTS[event["type"]]().load(event["data"])
    loose = read(log, 0, text)
    assert loose is not None
    for name in ("log", "position", "type", "stream", "version", "data", "actor", "role", "said",
                 "command", "recorded_at", "causation", "relied_on", "envelope"):  # fmt: skip
        assert getattr(found, name) == getattr(loose, name), name
    return True


@pytest.mark.parametrize("name", ["\x80", "合", "identitу", "elsewhere"])
def test_a_log_that_is_none_of_ours_is_looked_at_closely(name: str) -> None:
    type_ = "catalog.CommandRefused"
    event = {**envelope(type_, EVENTS[type_].example), "seen": {name: 0}}
    assert not sound_only_if_faultless(event)


@pytest.mark.parametrize("type_", sorted(EVENTS))
def test_every_example_is_sound(type_: str) -> None:
    fast = type_ not in READ_CLOSELY
    assert sound_only_if_faultless(envelope(type_, EVENTS[type_].example)) is fast


@pytest.mark.parametrize("type_", sorted(EVENTS))
def test_no_odd_value_is_sound_that_the_schema_refuses(type_: str) -> None:
    example = EVENTS[type_].example
    for name in example:
        for value in ODD:
            sound_only_if_faultless(envelope(type_, {**copy.deepcopy(example), name: value}))
        data = copy.deepcopy(example)
        del data[name]
        sound_only_if_faultless(envelope(type_, data))
    assert not sound_only_if_faultless(envelope(type_, {**example, "more": 1}))
    assert not sound_only_if_faultless(envelope(type_, []))


@pytest.mark.parametrize("name", sorted(envelope("identity.SubjectVerified", {})))
def test_no_odd_envelope_is_sound(name: str) -> None:
    type_ = "identity.SubjectVerified"
    good = envelope(type_, EVENTS[type_].example)
    instants = ["2026-02-30T04:00:00.000000Z", "2026-05-01T24:00:00.000000Z", "x",
                "2026-05-01\x8004:00:00.000000Z", "2026-W18-5T04:00:00.000000Z"]  # fmt: skip
    for value in [*ODD, *instants]:
        event = {**good, name: value}
        log, text = "identity", text_of({**event, "type": type_})[1]
        if name == "type":
            text = text.replace(json.dumps(type_).encode(), json.dumps(value).encode())
        if SOUND(log, 0, text) is not None:
            assert faults(log, text) == [], (name, value)
    shorter = {key: value for key, value in good.items() if key != name}
    text = canonical({"event": shorter, "log": "identity", "position": 0})
    assert SOUND("identity", 0, text) is None


def test_an_entry_in_another_place_is_not_sound() -> None:
    log, text = text_of(envelope("identity.SubjectVerified",
                                 EVENTS["identity.SubjectVerified"].example))  # fmt: skip
    assert SOUND(log, 0, text) is not None
    assert SOUND(log, 1, text) is None
    assert SOUND("catalog", 0, text) is None


def test_what_was_seen_is_of_logs_with_plain_names() -> None:
    type_ = "catalog.CommandRefused"
    event = envelope(type_, EVENTS[type_].example)
    log, text = text_of({**event, "seen": {"\x80": 0}})
    assert SOUND(log, 0, text) is None
    assert faults(log, text)


@pytest.mark.parametrize("reason", ["\u200b", "\u3000\u200b", "a\u202eb", "a\u2067b"])
def test_text_that_shows_nothing_or_turns_is_not_sound(reason: str) -> None:
    type_ = "voucher-ledger.BudgetFrozen"
    data = EVENTS[type_].example
    for text_of_it, sound in ((reason, False), ("冻结", True)):
        log, text = text_of(envelope(type_, {**data, "reason": text_of_it}))
        assert (SOUND(log, 0, text) is not None) is sound


def test_every_character_has_the_one_spelling_that_the_log_gives_it() -> None:
    type_ = "voucher-ledger.CommandRefused"
    for start in range(0, 0x3000, 64):
        said = "".join(map(chr, range(start, start + 64)))
        data = {**EVENTS[type_].example, "inputs": {"said": said}}
        assert sound_only_if_faultless(envelope(type_, data)), hex(start)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_whatever_is_sound_keeps_the_rules(data: st.DataObject) -> None:
    type_ = data.draw(st.sampled_from(sorted(EVENTS)))
    event = envelope(type_, copy.deepcopy(EVENTS[type_].example))
    for name in data.draw(st.lists(st.sampled_from([*event["data"], "more"]), max_size=2)):
        event["data"][name] = data.draw(plain)
    for name in data.draw(st.lists(st.sampled_from([*event, "more"]), max_size=1)):
        if name != "type":
            event[name] = data.draw(plain)
    try:
        sound_only_if_faultless(event)
    except (NotPlain, ValidationError) as error:
        pytest.fail(f"{type_} is sound: {error}")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_bytes_make_it_crash(data: st.DataObject) -> None:
    log, text = text_of(envelope("identity.SubjectVerified",
                                 EVENTS["identity.SubjectVerified"].example))  # fmt: skip
    at = data.draw(st.integers(0, len(text)))
    broken = (
        text[:at] + data.draw(st.binary(max_size=8)) + text[at + data.draw(st.integers(0, 9)) :]
    )
    if SOUND(log, 0, broken) is not None:
        assert faults(log, broken) == []
