"""Use cases of erasure (删除个人信息, 个人信息保护法 art. 47): preview, request, destruction."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, delete, select

from chassis import clock
from chassis.application import Decision
from chassis.canonical import canonical
from chassis.database import Prepared, Statement
from identity import queries_privacy
from identity.application.consents import Consents
from identity.domain.personal_data import (
    ERASURE_BASIS,
    ERASURE_REASON,
    PersonalData,
    personal_data_id,
)
from identity.domain.refusals.erasure import ErasureBlocked, PreviewOutdated
from identity.domain.retention import (
    BLACKLISTING,
    RULE_VERSION,
    Assessment,
    Business,
    assess,
    kept,
    shown,
)
from identity.domain.subject import Subject
from identity.domain.subject_key import SubjectKey, subject_key_id
from identity.read_models import blacklist
from identity.tables import ACCOUNTS, OF_ACCOUNTS, OF_SUBJECTS
from schemas import roles

BLOCKED_DAYS = 30
"""How long an erasure is put off that something open stands against when it falls due."""

AT_ONCE = ("processing-stops", "roles-end", "consents-end", "no-new-orders-vouchers-listings")
REMAINS = ("sealed-log", "pseudonymous-records", "public-firm-data")
STAYS = [{"what": "sealed-log", "law": "管理办法 art. 32", "until": None}]
"""What stays after a key is destroyed: entries whose personal fields nobody can read."""

_ACCOUNTS_OF = select(ACCOUNTS.c.account_id).where(ACCOUNTS.c.subject_id == bindparam("key"))
_CLEAR = (
    *(Prepared(delete(table).where(table.c.account_id.in_(_ACCOUNTS_OF))) for table in OF_ACCOUNTS),
    *(
        Prepared(delete(table).where(table.c.subject_id == bindparam("key")))
        for table in OF_SUBJECTS
    ),
)


class Erasing(Consents):
    """Deletion against retention."""

    def preview_erasure(self) -> dict[str, Any]:
        """What an erasure would mean for who asks. Raises `NothingKept`."""
        return self._preview(self.own_record())[0]

    def request_erasure(self, preview: str) -> Decision:
        """Stop processing now, and destroy the key when the last duty to keep has ended."""
        known = self.own_record()
        known.require_processing()
        found, assessment, seen = self._preview(known)
        if assessment.blocked_by:
            what = ", ".join(f"{one.kind} {one.id}" for one in assessment.blocked_by)
            raise ErasureBlocked(what=what)
        if preview != found["preview"]:
            raise PreviewOutdated
        subject = self.load(Subject, known.subject)
        known.request_erasure(
            _roles(subject),
            clock.legal_date().isoformat(),
            assessment.destroy_on,
            kept(assessment.retained),
            preview,
        )
        result = {**found, "state": "under-way"}
        return Decision(
            result,
            [known],
            rule_version=RULE_VERSION,
            seen=seen,
            locks=[self.vault.lock(known.subject)],
        )

    def withdraw_erasure(self) -> Decision:
        """Take the request back."""
        known = self.own_record()
        known.withdraw_erasure(self.load(Subject, known.subject).region)
        return Decision(self._preview(known)[0], [known])

    def erase_subject(self, subject: str) -> Decision:
        """Destroy a subject's key, where nothing stands against it any more; else put it off."""
        known = self.load(PersonalData, personal_data_id(subject))
        if known.requested_on is None or known.erased:
            return Decision({"subject": subject, "state": "none"})
        today = clock.legal_date()
        business, seen = self._business(subject)
        found = assess(business, date.fromisoformat(known.requested_on), today)
        if found.blocked_by or found.destroy_on > today.isoformat():
            known.defer_erasure(_later(found, today), _because(found, today))
            result = {"subject": subject, "state": "deferred", "destroy_on": known.destroy_on}
            return Decision(result, [known], rule_version=RULE_VERSION, seen=seen)
        key = self.load(SubjectKey, subject_key_id(subject))
        key.destroy(ERASURE_REASON, ERASURE_BASIS, STAYS)
        known.erase()
        return Decision(
            {"subject": subject, "state": "erased"},
            [key, known],
            [self.vault.destroy(subject), *_cleared(subject)],
            rule_version=RULE_VERSION,
            seen=seen,
            locks=[self.vault.lock(subject)],
        )

    def _business(self, subject: str) -> tuple[list[Business], dict[str, int]]:
        """What a subject has to do with, here and elsewhere, and how far other logs were seen."""
        found, seen = queries_privacy.business(self.database, subject)
        entry = blacklist.standing(self.database, subject)
        if entry is not None:
            until = entry["until"]
            found = [*found, Business(BLACKLISTING, entry["id"], False, open=True, until=until)]
        return found, seen

    def _preview(self, known: PersonalData) -> tuple[dict[str, Any], Assessment, dict[str, int]]:
        today = clock.legal_date()
        requested = date.fromisoformat(known.requested_on) if known.requested_on else today
        business, seen = self._business(known.subject)
        found = assess(business, requested, today)
        weighed = {
            "scope": sorted(known.public | known.sealed),
            "retained": kept(found.retained),
            "waits_for": [shown(one) for one in found.waits_for],
            "blocked_by": [shown(one) for one in found.blocked_by],
            "destroy_on": found.destroy_on,
        }
        view = {
            **weighed,
            "subject": known.subject,
            "state": _state(known),
            "at_once": list(AT_ONCE),
            "remains": list(REMAINS),
            "retained": [
                {
                    "what": duty.code,
                    "law": duty.law,
                    "zh": duty.zh,
                    "en": duty.en,
                    "until": until,
                    "certain": duty.certain,
                }
                for duty, until in found.retained
            ],
            "preview": sha256(canonical(weighed)).hexdigest(),
        }
        return view, found, seen


def _state(known: PersonalData) -> str:
    if known.erased:
        return "erased"
    return "under-way" if known.requested_on else "none"


def _roles(subject: Subject) -> list[str]:
    held = {roles.USER: subject.is_user, roles.PROVIDER: subject.is_provider}
    return [role for role, holds in held.items() if holds]


def _later(found: Assessment, today: date) -> str:
    if not found.blocked_by:
        return found.destroy_on
    return max(found.destroy_on, (today + timedelta(days=BLOCKED_DAYS)).isoformat())


def _because(found: Assessment, today: date) -> list[dict[str, Any]]:
    duties = [
        {"kind": "duty", "id": duty.code, "until": until}
        for duty, until in found.retained
        if until > today.isoformat()
    ]
    return [*duties, *(shown(one) for one in (*found.waits_for, *found.blocked_by))]


def _cleared(subject: str) -> list[Statement]:
    """What private tables hold of the subject and its accounts goes with the key."""
    return [clear(key=subject) for clear in _CLEAR]
