"""Does each command, and each cause, take effect once (重复提交)?"""

from oversight.domain.event import Event
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World


class ACommandTakesEffectOnce(Rule):
    """All entries of a command stand together: it was carried out once, in one transaction."""

    id = "command-replayed"
    articles = (8, 32)
    zh = "命令 {command} 早已生效,在此再次生效"
    en = "The command {command} took effect before, and took effect again here"

    def breach(self, event: Event, world: World) -> Breach:
        """The same command id, further back in the log."""
        return {"command": event.command} if world.logs[event.log].repeated else None


class ACauseTakesEffectOnce(Rule):
    """A service reacts to an entry of another log by one command."""

    id = "reaction-doubled"
    articles = (8, 32)
    zh = "对 {cause} 的处理重复发生"
    en = "There was a reaction to {cause} before"

    def breach(self, event: Event, world: World) -> Breach:
        """Another command, caused by the same entry."""
        before = world.reactions.before(event)
        if before is None or before == hash(event.command):
            return None
        return {"cause": event.causation}
