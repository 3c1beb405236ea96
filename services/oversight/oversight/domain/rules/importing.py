"""Did imported subjects come to their holders alone (批量导入、认领, art. 13, 26)?"""

from oversight.domain.event import Event
from oversight.domain.rules.admission import STAFF
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

IMPORTED, CLAIMED = "identity.SubjectImported", "identity.SubjectClaimed"


class WhoIsImportedIsNew(Rule):
    """Staff import subjects that nobody knew: just verified, before anybody acts for them."""

    id = "imported-anew"
    articles = (13, 26)
    reads = (IMPORTED,)
    zh = "主体 {subject} 并非新主体,却被批量导入"
    en = "The subject {subject} was imported although it was known before"

    def breach(self, event: Event, world: World) -> Breach:
        """Anything but its verification came before, or somebody acts for it."""
        known = event.version != 2 or world.staff.subjects.get(event.stream)
        return {"subject": event.stream} if known else None


class OnlyItsHolderClaimsASubject(Rule):
    """An imported subject is claimed once, by its holder; until then no account acts for it."""

    id = "claim-unfounded"
    articles = (13, 26, 27)
    reads = (CLAIMED, "identity.AccountLinked")
    zh = "帐号 {account} 认领或代表导入主体 {subject} 与要求不符"
    en = "The account {account} claimed, or acts for, the imported subject {subject}, and may not"

    def breach(self, event: Event, world: World) -> Breach:
        """Nobody imported it, it was claimed before, by staff, or by another account."""
        imported, claiming = world.people.imported, event.type == CLAIMED
        subject = event.stream if claiming else event.data["subject_id"]
        account = event.data["account_id"] if claiming else event.stream
        if claiming:
            fits = imported.get(subject) == "" and event.role not in STAFF
        elif world.staff.subjects.get(subject):
            return None  # who comes later is invited
        else:
            fits = imported.get(subject, account) == account
        return None if fits else {"account": account, "subject": subject}


IMPORTING: tuple[tuple[Rule, ...], ...] = (
    (WhoIsImportedIsNew(),),
    (OnlyItsHolderClaimsASubject(),),
)
