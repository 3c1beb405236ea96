"""The part of the hand-made history that tells of admissions: reviewed, refused, suspended."""

from typing import Any

from oversight.testing import people
from schemas.events.common import SOME_SEALED
from services.oversight.tests.history import History, ident
from services.oversight.tests.history_of_staff import TENURE

VERIFIED = "identity.SubjectVerified"
IMPORTED = "identity.SubjectImported"
CLAIMED = "identity.SubjectClaimed"
LINKED = "identity.AccountLinked"
ANSWERED = "identity.VerificationAnswered"
REVERIFIED = "identity.SubjectReverified"
ANNOUNCED = "identity.SubjectReverificationAnnounced"
LAPSED = "identity.SubjectVerificationLapsed"
AGED_OUT = "identity.SubjectAgedOut"
USER = "identity.SubjectAdmittedAsUser"
PROVIDER = "identity.SubjectAdmittedAsProvider"
SUSPENDED = "identity.SubjectSuspendedAsProvider"
RESUMED = "identity.SubjectResumedAsProvider"
EXITED = "identity.SubjectExitedAsProvider"
CHECKED = "identity.SubjectListsChecked"
OPENED = "identity.AdmissionOpened"
DRAFTED = "identity.AdmissionDrafted"
SUBMITTED = "identity.AdmissionSubmitted"
REVIEW = "identity.AdmissionReviewAsked"
ACTIVATED = "identity.AdmissionActivated"
REJECTED = "identity.AdmissionRejected"
REFUSED = "identity.CommandRefused"
KEY = "identity.SubjectKeyMade"
PUBLISHED = "catalog.ListingPublished"
GRANTED = "voucher-ledger.VoucherGranted"

MINOR, FIRM, AGENCY, DISPUTED = (ident(name) for name in ("minor", "firm", "agency", "disputed"))
COLLECTED, HOLDER = ident("collected"), ident("holder of the collected")
STAFF = ident("staff of the operator")
AT = "2026-05-01T04:00:00.000000Z"
DUE = "2026-11-01"
REMINDED, LATE = "2026-10-18T04:00:00.000000Z", "2026-12-01T04:00:00.000000Z"


def told(history: History, type_: str, stream: str, at: str = AT, **data: Any) -> dict[str, Any]:
    """An event that an applicant or identity itself brought about."""
    event = history.add(type_, stream, data, at=at)
    event["role"] = None
    return event


def itself(history: History, type_: str, stream: str, at: str = AT, **data: Any) -> None:
    told(history, type_, stream, at, **data)["actor"] = "system:identity"


def by_staff(history: History, type_: str, stream: str, **data: Any) -> None:
    event = told(history, type_, stream, **data)
    event["role"], event["actor"], event["authority"] = "operator", STAFF, TENURE


def papers(kind: str, document: str, evidence: str) -> dict[str, Any]:
    """What was submitted for a review."""
    signed = people.seven()
    return {
        "kind": kind,
        "document": document,
        "evidence": [{"kind": evidence, "sha256": "0" * 64}],
        "commitments": [signed[number] for number in "35"],
        "categories": [],
        "resources_sha256": None,
        "civil_servant": False,
    }


def reviewed(history: History, subject: str, role: str, sent: dict[str, Any], matter: str) -> None:
    """A case that goes to staff, who approve."""
    case = ident(f"case {subject}")
    told(history, OPENED, case, role=role, account_id=ident("account"), subject_id=subject)
    told(history, SUBMITTED, case, papers=sent)
    told(history, REVIEW, case, matters=[matter], found={}, held=None)


def approved(history: History, subject: str) -> None:
    review = {"reviewer": STAFF, "reason": "材料齐全"}
    by_staff(history, ACTIVATED, ident(f"case {subject}"), conditions={}, review=review)


def minor(history: History) -> None:
    history.tell(people.verified(MINOR))
    history.data(VERIFIED, 4)["renew_by"] = DUE
    reviewed(history, MINOR, "user", papers("person", "resident-id", "own-income"), "capacity")
    approved(history, MINOR)
    conditions = {**people.PERSON, "full-capacity": "own-income"}
    by_staff(history, USER, MINOR, region="340100", conditions=conditions)


def disputed(history: History) -> None:
    told(history, KEY, ident("key"), subject=DISPUTED)
    sent = papers("person", "resident-id", "identity-document")
    reviewed(history, DISPUTED, "user", sent, "real-name")
    history.data(REVIEW, 1)["held"] = SOME_SEALED
    approved(history, DISPUTED)
    verified = {"kind": "person", "document": "resident-id", "region": "340100"}
    verified |= {"registry": "manual-review", "outcome": "reviewed"}
    by_staff(history, VERIFIED, DISPUTED, **verified, renew_by=DUE)
    conditions = {**people.PERSON, "real-name": "reviewed"}
    by_staff(history, USER, DISPUTED, region="340100", conditions=conditions)


def agency(history: History) -> None:
    history.tell(people.verified(AGENCY, kind="firm"))
    history.data(VERIFIED, 6)["kind"] = "institution"
    sent = papers("public-agency", "uscc", "affiliation")
    reviewed(history, AGENCY, "provider", sent, "kind")
    approved(history, AGENCY)
    conditions = people.seven()
    conditions["1"]["registry"] = conditions["4"]["registry"] = "public-institution"
    data = {"kind": "public-agency", "name": "合肥市就业中心", "region": "340100"}
    by_staff(history, PROVIDER, AGENCY, **data, conditions=conditions, may_charge=False)


def firm(history: History) -> None:
    history.tell(people.provider(FIRM))
    history.data(VERIFIED, 7)["renew_by"] = DUE
    itself(history, CHECKED, FIRM, outcome="abnormal")
    itself(history, SUSPENDED, FIRM, ground="abnormal", reason="被列入经营异常名录")
    by_staff(history, CHECKED, FIRM, outcome="clear")
    by_staff(history, RESUMED, FIRM, reason="已移出")


def imported(history: History) -> None:
    """Staff imported somebody, who came later."""
    history.tell(people.verified(COLLECTED))
    by_staff(history, IMPORTED, COLLECTED, source="0" * 64, row=7)
    told(history, CLAIMED, COLLECTED, account_id=HOLDER)
    told(history, LINKED, HOLDER, subject_id=COLLECTED)


def refusals(history: History) -> None:
    grounds: dict[str, dict[str, Any]] = {
        "identity.not-start-up": {
            "parameters": "start-up/1",
            "established_on": "2014-11-01",
            "size": "small",
        },
        "identity.state-owned": {"ownership": "state-owned"},
        "identity.not-in-good-standing": {"status": "abnormal"},
        "identity.commitments-missing": {"missing": "own-resources"},
    }
    for code, found in grounds.items():
        data: dict[str, Any] = {
            "command": "register_firm",
            "code": code,
            "grounds": found,
            "inputs": {},
        }
        told(history, REFUSED, ident(code), **data)
