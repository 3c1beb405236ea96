"""Is each copy of a log what was signed (日志封印)? Rules about copies, not about single events.

They have no `breach`: the verification, which holds the copies, makes their findings. Those with
`forgery` say that history was rewritten, or that somebody speaks with a key that is not theirs.
"""

from typing import Any, ClassVar

from oversight.domain.finding import Finding, printable
from oversight.domain.rules.base import Rule


class _Seal(Rule):
    articles: ClassVar[tuple[int, ...]] = (8, 32)
    forgery: ClassVar[bool] = True


class TheKeyIsKnown(_Seal):
    """The supervisor has been given the public key of every log that is verified."""

    id = "seal-key-missing"
    forgery = False
    zh = "没有 {log} 日志的公钥(LOG_KEYS),无法核对其封印"
    en = "No public key of {log} was given (LOG_KEYS): its seal cannot be checked"


class TheLogIsSealed(_Seal):
    """A log that has entries has a signed checkpoint."""

    id = "seal-missing"
    zh = "有 {entries} 条日志,但没有任何签名检查点"
    en = "There are {entries} entries but no signed checkpoint at all"


class TheCheckpointIsSigned(_Seal):
    """A checkpoint is a signed note of its own log; what is wrong is the finding's code."""

    id = "seal"
    zh = "检查点(大小 {size}):{reason}"
    en = "Checkpoint of size {size}: {reason}"

    @classmethod
    def of_fault(cls, log: str, size: int | None, fault: dict[str, Any]) -> Finding:
        """The finding of a fault as `Fault.as_dict` gives it; its code is the diagnosis."""
        said, message = "-" if size is None else size, fault["message"]
        zh = cls.zh.format(size=said, reason=printable(message["zh"]))
        en = cls.en.format(size=said, reason=printable(message["en"]))
        return Finding(fault["code"], log, size - 1 if size else None, zh, en, cls.forgery)


class TheCheckpointIsCosigned(_Seal):
    """What is kept as cosigned carries a valid cosignature of the supervisor."""

    id = "cosignature-missing"
    zh = "大小为 {size} 的检查点没有监理的有效副署"
    en = "The checkpoint of size {size} has no valid cosignature of the supervisor"


class TheCheckpointIsItsRow(_Seal):
    """A stored checkpoint is of the size and root under which it is stored."""

    id = "checkpoint-misfiled"
    zh = "检查点内容(大小 {found})与其登记(大小 {stored})不符"
    en = "The checkpoint says size {found}, but is filed under size {stored}"


class TheCopyHasEveryEntry(_Seal):
    """The supervisor's copy lacks no entry within what was signed."""

    id = "copy-entry-missing"
    zh = "监理副本缺少位置 {position} 起的 {count} 条"
    en = "The supervisor's copy lacks {count} entries from position {position} on"


class TheCopysTailIsThere(_Seal):
    """The supervisor's copy is as long as what was signed and what it had followed."""

    id = "copy-tail-cut"
    zh = "监理副本尾部被截:应有 {expected} 条,实有 {found} 条"
    en = "The tail of the supervisor's copy is cut: {expected} entries expected, {found} there"


class TheCopyIsWhatWasFollowed(_Seal):
    """The supervisor's copy holds nothing that was not followed."""

    id = "copy-grown"
    zh = "监理副本多出条目:跟踪至 {followed} 条,实有 {found} 条"
    en = "The supervisor's copy grew by itself: {followed} entries were followed, there are {found}"


class TheCopyIsWhatWasCosigned(_Seal):
    """An entry of the copy has the leaf hash that it had when it was cosigned."""

    id = "copy-entry-changed"
    zh = "监理副本位置 {position} 的条目在副署后被改动"
    en = "The entry at {position} of the supervisor's copy was changed after it was cosigned"


class NothingWasSpliced(_Seal):
    """No entry was put in or taken out, with the later ones renumbered."""

    id = "copy-spliced"
    zh = "监理副本自位置 {position} 起被插入或删除条目(错位 {shift})"
    en = (
        "Entries were put in or taken out from position {position} of the copy (shifted by {shift})"
    )


class TheRangeIsWhatWasSigned(_Seal):
    """The entries up to a size give the root that was signed for that size."""

    id = "copy-range-changed"
    zh = "位置 {start} 至 {end} 的条目与已签名的树根不符"
    en = "The entries from {start} to {end} do not give the root that was signed"


class TheWitnessTilesAreTheTree(_Seal):
    """The supervisor's own tiles give the root that it cosigned."""

    id = "witness-tiles-changed"
    zh = "监理自存的树瓦片与副署树根不符:{name}"
    en = "The supervisor's own tiles do not give the root that it cosigned: {name}"


class ThereIsOneHistory(_Seal):
    """A log never signs two histories (两套历史)."""

    id = "two-histories"
    zh = "日志签署了两套历史:大小 {size} 的签名树根与监理副本不符"
    en = "The log signed two histories: its root of size {size} is not that of the entries it gave"


class TheTotalsAreThoseOfTheEntries(_Seal):
    """The totals in a checkpoint are those of the postings up to its size (检查点合计)."""

    id = "checkpoint-totals-differ"
    articles = (6, 8, 17)
    zh = "大小 {size} 的检查点合计与分录不符:签署 {signed},监理重算 {own}"
    en = "Totals of the checkpoint of size {size}: signed {signed}, the entries give {own}"


class NoPurseIsOverdrawn(_Seal):
    """No total in a checkpoint is below zero, even if the postings come to that (透支)."""

    id = "checkpoint-overdrawn"
    articles = (6, 8, 17)
    zh = "大小 {size} 的检查点签署了透支的合计"
    en = "The checkpoint of size {size} signs totals below zero: a purse is overdrawn"


class TheLogHasNotShrunk(_Seal):
    """A log is never shorter than it was (尾部截断)."""

    id = "log-shrunk"
    zh = "日志变短:曾有 {before} 条,现有 {now} 条"
    en = "The log has shrunk: it had {before} entries, now it has {now}"


class TheLogKeepsItsEntries(_Seal):
    """An entry of the log is what it was when the supervisor copied it."""

    id = "log-entry-changed"
    zh = "日志位置 {position} 的条目已被改动:{what}"
    en = "The entry at {position} of the log was changed: {what}"


class FieldsKeepTheirBounds(_Seal):
    """No text moved from one field, or entry, into its neighbour (字段越界)."""

    id = "boundary-moved"
    zh = "位置 {position}({where}):内容从一个字段移到相邻字段:{what}"
    en = "At {position} of the {where}, text moved from one field into its neighbour: {what}"


class TheLogIsNotSpliced(_Seal):
    """No entry was put into or taken out of the log, with the later ones renumbered."""

    id = "log-spliced"
    zh = "日志自位置 {position} 起被插入或删除条目(错位 {shift}):{what}"
    en = "Entries were put in or taken out from {position} of the log (shifted by {shift}): {what}"


class NoRefusalIsSuppressed(_Seal):
    """A refusal that was recorded stays recorded."""

    id = "refusal-suppressed"
    zh = "日志位置 {position} 的拒绝记录已被抹去:{what}"
    en = "The refusal at {position} of the log was suppressed: {what}"


class TheTailIsNotRegrown(_Seal):
    """A tail is never cut off and grown anew."""

    id = "log-tail-replaced"
    zh = "日志自位置 {position} 起的尾部被替换"
    en = "The tail of the log from {position} on was replaced by another"


def proof(log: str, size: int, reason: str) -> Finding:
    """The finding of a checkpoint that was kept as a proof against its log.

    `reason` says in what it does not fit: `root`, `totals`, `postings`, or a fault's code.
    """
    if reason == "root":
        return ThereIsOneHistory.finding(log, size - 1, {"size": size})
    if reason == "seal.overdrawn":
        return NoPurseIsOverdrawn.finding(log, size - 1, {"size": size})
    breach = {"size": size, "signed": reason, "own": "-"}
    return TheTotalsAreThoseOfTheEntries.finding(log, size - 1, breach)


SEALS: tuple[type[Rule], ...] = tuple(_Seal.__subclasses__())
"""Rules about copies of logs and what was signed of them."""
