"""Are a service's tables what the logs give (读模型, 命令结果, 订阅进度)?

Each service rebuilds its own read models and compares; the supervisor asks for the result. Nobody
is accused of forging a log here: these tables are not sealed, and are made from the logs.
"""

from typing import ClassVar

from oversight.domain.rules.base import Rule


class _Table(Rule):
    articles: ClassVar[tuple[int, ...]] = (8, 32)


class AReadModelIsWhatTheLogsGive(_Table):
    """Every row of a read model follows from the logs; nothing was edited, added or removed."""

    id = "read-model-differs"
    articles = (6, 8, 32)
    zh = "读模型 {table} 与日志不符({what}):{key} {columns}"
    en = "The read model {table} is not what the logs give ({what}): {key} {columns}"


class EveryCommandKeepsItsOutcome(_Table):
    """A command that took effect has its outcome for ever: sent again, it is not carried out."""

    id = "outcome-missing"
    zh = "命令 {command} 已生效,其结果却已不在"
    en = "The command {command} took effect, but its outcome is gone"


class ARefusalIsAnEntry(_Table):
    """A refusal about money or admission that was given is in the log (拒绝留痕)."""

    id = "refusal-unrecorded"
    zh = "命令 {command}({name})被拒绝({code}),日志中却没有记录"
    en = "The command {command} ({name}) was refused ({code}), but the log does not say so"


class ARefusalIsWhatWasAnswered(_Table):
    """What a command was answered and what the log says of it are the same."""

    id = "refusal-differs"
    zh = "命令 {command}({name})的答复与日志记录不符:{code}"
    en = "The command {command} ({name}) was answered otherwise than the log says: {code}"


class NothingTakesEffectAgain(_Table):
    """How far a log was followed is never less than what own events had seen of it."""

    id = "tracking-behind"
    zh = "对 {name} 日志的处理进度 {position} 少于已依据的位置 {expected}"
    en = "{name} was followed to {position}, less than the {expected} that own events had seen"


class NothingIsPassedOver(_Table):
    """How far a log was followed is never more than there is of it."""

    id = "tracking-ahead"
    zh = "对 {name} 日志的处理进度 {position} 超出其末尾 {expected}"
    en = "{name} was followed to {position}, but it ends at {expected}"


class AnEventIsFiledAsWhatItIs(_Table):
    """An event is stored under the stream, version and type that it names itself."""

    id = "event-misfiled"
    zh = "事件存放的对象 {name}、版本 {position} 与其内容不符"
    en = "An event is filed under stream {name}, version {position}, and says otherwise itself"


class TheTilesAreTheTree(_Table):
    """The stored hashes of a log are those of its entries: proofs can be given."""

    id = "log-tiles-changed"
    zh = "日志的树瓦片 {name} 与条目不符"
    en = "The tile {name} of the log is not what its entries give"


class AnEntryIsWhatWasSealed(_Table):
    """An entry has the hash that was sealed when it got its place."""

    id = "entry-not-as-sealed"
    zh = "位置 {position} 的条目与封印时的杂凑不符"
    en = "The entry at {position} is not the one whose hash was sealed"


class ACheckpointStaysWhatWasSigned(_Table):
    """A stored checkpoint is signed by the log and gives the root of its entries."""

    id = "log-checkpoint-changed"
    forgery = True
    zh = "大小为 {position} 的检查点不是对这些条目的签名"
    en = "The checkpoint of size {position} is not one that the log signed of these entries"


TABLES: tuple[type[Rule], ...] = (
    AReadModelIsWhatTheLogsGive,
    EveryCommandKeepsItsOutcome,
    ARefusalIsAnEntry,
    ARefusalIsWhatWasAnswered,
    NothingTakesEffectAgain,
    NothingIsPassedOver,
    AnEventIsFiledAsWhatItIs,
    TheTilesAreTheTree,
    AnEntryIsWhatWasSealed,
    ACheckpointStaysWhatWasSigned,
)
"""Rules about tables that are made from the logs."""
