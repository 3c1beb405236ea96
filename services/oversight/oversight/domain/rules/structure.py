"""Is each log whole, and each entry what it says it is (基础数据完整性)?"""

from collections.abc import Mapping
from typing import Any, Protocol

from oversight.domain.event import Event
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World


class Vocabulary(Protocol):
    """The event schemas, as the supervisor is given them."""

    def sound(self, log: str, position: int, text: bytes) -> Event | None:
        """The event of an entry that is sound; None of one that has to be looked at closely."""

    def version(self, type_: str) -> int | None:
        """The schema version of an event type; None for an unknown type."""

    def faults(self, type_: str, data: Mapping[str, Any]) -> str | None:
        """What does not fit the schema of a known type; None when all does."""


class EntryIsReadable(Rule):
    """An entry is JSON with an event in it."""

    id = "entry-unreadable"
    articles = (8, 32)
    zh = "条目无法读取"
    en = "The entry cannot be read"


class EntryIsCanonical(Rule):
    """An entry is in canonical JSON (RFC 8785), so that what it says has one spelling only."""

    id = "entry-not-canonical"
    articles = (8, 32)
    zh = "条目不是规范 JSON(RFC 8785)"
    en = "The entry is not canonical JSON (RFC 8785)"

    def breach(self, event: Event, world: World) -> Breach:
        """Other bytes than the one spelling, or values that a log cannot hold."""
        return None if event.canonical else {}


class PositionsAreDense(Rule):
    """Positions ascend from 0 without a gap, and the entry names its own place."""

    id = "position-gap"
    articles = (8, 32)
    zh = "日志位置不连续:应为 {expected},实为 {found}"
    en = "The log's positions are not dense: {expected} was expected, not {found}"

    def breach(self, event: Event, world: World) -> Breach:
        """The expected place is not the entry's."""
        expected = (event.log, world.logs[event.log].next)
        for found in ((event.log, event.position), event.said):
            if found != expected:
                return {"expected": "/".join(map(str, expected)), "found": f"{found[0]}/{found[1]}"}
        return None


class LogIsComplete(Rule):
    """A log has as many entries as it had when the replay began."""

    id = "log-cut-short"
    articles = (8, 32)
    zh = "日志不完整:应有 {expected} 条,实有 {found} 条"
    en = "The log is cut short: {expected} entries were expected, there are {found}"


class WhatWasReliedOnIsThere(Rule):
    """A decision relies on entries that there are: nobody has seen what was not written."""

    id = "relied-on-unknown"
    articles = (8, 32)
    zh = "声称已见 {of} 日志位置 {relied},而该日志仅有 {size} 条"
    en = "It claims to have seen position {relied} of {of}, which has {size} entries only"


class VersionsAscendByOne(Rule):
    """The versions of every stream are 1, 2, 3 and so on: nothing was left out or put in."""

    id = "version-out-of-order"
    articles = (8, 32)
    zh = "对象 {stream} 的版本不连续:应为 {expected},实为 {found}"
    en = "Versions of {stream} do not ascend by one: {expected} was expected, not {found}"

    def breach(self, event: Event, world: World) -> Breach:
        """The version is not the next one of its stream."""
        expected = world.logs[event.log].versions.get(event.stream, 0) + 1
        if event.version == expected:
            return None
        return {"stream": event.stream, "expected": expected, "found": event.version}


class AThingBeginsOnce(Rule):
    """What begins a thing (a listing, an order, a voucher …) is the first event of its stream."""

    id = "begins-anew"
    reads = (
        "identity.SubjectVerified",
        "identity.VerificationOpened",
        "identity.AdmissionOpened",
        "catalog.ListingPublished",
        "catalog.FeeScheduleOpened",
        "matching.OrderPlaced",
        "voucher-ledger.BudgetOpened",
        "voucher-ledger.BudgetTransferProposed",
        "voucher-ledger.BatchOpened",
        "voucher-ledger.AllotmentOpened",
        "voucher-ledger.BudgetShareLeased",
        "voucher-ledger.AllowanceOpened",
        "voucher-ledger.GrantRunStarted",
        "voucher-ledger.ParameterOpened",
        "voucher-ledger.VoucherGranted",
        "voucher-ledger.InvoiceUsed",
        "voucher-ledger.RedemptionApplied",
        "voucher-ledger.SampleRoundCommitted",
        "voucher-ledger.PaymentOrderProposed",
    )
    zh = "{type} 不是对象 {stream} 的第一个事件"
    en = "{type} is not the first event of {stream}"

    def breach(self, event: Event, world: World) -> Breach:
        """A beginning after the beginning."""
        return None if event.version == 1 else {"type": event.type, "stream": event.stream}


class TypeIsKnown(Rule):
    """Every event type belongs to its log and has a schema, of the version that the event names."""

    id = "type-unknown"
    zh = "未知的事件类型或版本:{type} v{version}"
    en = "Unknown event type or schema version: {type} v{version}"

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def breach(self, event: Event, world: World) -> Breach:
        """No schema of this type and version."""
        version = event.envelope.get("schema_version")
        known = self._vocabulary.version(event.type)
        if known is not None and known == version and event.type.startswith(event.log + "."):
            return None
        return {"type": event.type, "version": version}


class DataFitsItsSchema(Rule):
    """What an event says is what its schema names, all of it and nothing else."""

    id = "data-misfit"
    zh = "事件内容不符合 {type} 的结构:{faults}"
    en = "The data does not fit the schema of {type}: {faults}"

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def breach(self, event: Event, world: World) -> Breach:
        """The schema's complaints."""
        faults = self._vocabulary.faults(event.type, event.data)
        return None if faults is None else {"type": event.type, "faults": faults}
