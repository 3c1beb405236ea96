"""Is personal data sealed, seen and erased as it must be (个人信息, art. 36-37)?

The supervisor holds no key and learns no name: it judges by what the log says was done.
"""

from collections.abc import Mapping
from typing import Any, Final

from oversight.domain.event import Event
from oversight.domain.finding import Finding
from oversight.domain.privacy import keys_digest
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

EVERYTHING: Final = frozenset(
    {
        *("name", "id_number", "uscc", "legal_representative"),
        *("phone", "email", "address", "bank_account"),
    }
)
BASES: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "supervision": (frozenset({"supervisor"}), EVERYTHING),
    "redemption-review": (
        frozenset({"employment-province", "finance-province"}),
        frozenset({"name", "uscc", "legal_representative"}),
    ),
    "complaint": (
        frozenset({"operator", "bureau", "employment-province"}),
        frozenset({"name"}),
    ),
    "authority-request": (frozenset({"hrss-province", "employment-province"}), EVERYTHING),
}
"""By legal basis: the roles that have it, the fields that it reaches."""

DEVICES_A_DAY: Final = 20
"""New devices of a subject that may be on record for one day."""

SEALED: Final = (
    "identity.PersonalDataRecorded",
    "identity.PersonalDataCorrected",
    "identity.PersonalDataContactChanged",
    "identity.VerificationDeferred",
    "identity.AdmissionDrafted",
    "identity.AdmissionReviewAsked",
)
"""Event types that hold sealed fields of the subject that they, or their streams, name."""


def _subject(event: Event) -> str:
    return str(event.data["subject"])


def _sealed_of(event: Event, world: World) -> str:
    """The subject whose fields an event holds sealed."""
    if "subject" in event.data:
        return _subject(event)
    known = world.people.questions.get(event.stream) or world.people.cases.get(event.stream)
    return "-" if known is None else known.subject


class ASubjectHasOneKey(Rule):
    """A subject's key is made once; what was destroyed is not made again."""

    id = "key-made-twice"
    articles = (36,)
    reads = ("identity.SubjectKeyMade",)
    zh = "主体 {subject} 的密钥重复生成"
    en = "A key of the subject {subject} was made before"

    def breach(self, event: Event, world: World) -> Breach:
        """An earlier key."""
        subject = _subject(event)
        return {"subject": subject} if subject in world.privacy.made else None


class WhatIsSealedHasItsKey(Rule):
    """Personal fields are sealed with a key that was made before and is not destroyed."""

    id = "sealed-without-key"
    articles = (36,)
    reads = SEALED
    zh = "主体 {subject} 没有有效密钥,却记录了加密的个人信息"
    en = "Personal fields of {subject} were recorded without a key that is there"

    def breach(self, event: Event, world: World) -> Breach:
        """No key, or a destroyed one."""
        subject = _sealed_of(event, world)
        if not (event.data.get("sealed") or event.data.get("held")):
            return None
        return None if world.privacy.has_key(subject) else {"subject": subject}


class NothingBeginsAfterAnErasure(Rule):
    """Once erasure was asked for, nothing new is done with a subject (停止处理).

    A decision of another service is judged by what it had seen of identity's log.
    """

    id = "processed-after-erasure"
    articles = (36,)
    reads = (
        "identity.SubjectAdmittedAsUser",
        "identity.SubjectAdmittedAsProvider",
        "identity.PersonalDataRecorded",
        "identity.PersonalDataCorrected",
        "identity.PersonalDataContactChanged",
        "identity.PersonalDataRelatedTold",
        "identity.PersonalDataDeviceUsed",
        "identity.ConsentGiven",
        "catalog.ListingPublished",
        "matching.OrderPlaced",
        "voucher-ledger.VoucherGranted",
    )
    zh = "主体 {subject} 已申请或完成个人信息删除,仍有新的处理"
    en = "The subject {subject} had asked for erasure or was erased, and was still processed"

    def breach(self, event: Event, world: World) -> Breach:
        """A subject of the event that had asked, or is gone."""
        own = event.log == "identity"
        position = event.position if own else event.seen("identity")
        for subject in _concerned(event):
            gone = world.privacy.gone(subject, position)
            if gone or world.privacy.request(subject, position) is not None:
                return {"subject": subject}
        return None


_CONCERNED = {
    "catalog.ListingPublished": ("provider",),
    "matching.OrderPlaced": ("user", "provider"),
    "voucher-ledger.VoucherGranted": ("holder",),
}


def _concerned(event: Event) -> list[str]:
    """The subjects with whom an event begins something."""
    if event.type.startswith("identity.SubjectAdmitted"):
        return [event.stream]
    return [str(event.data[name]) for name in _CONCERNED.get(event.type, ("subject",))]


class ADeviceIsOfWhoActs(Rule):
    """A device is recorded once of a subject, by an account that acts for it; so many in a day."""

    id = "device-unfounded"
    articles = (17, 36)
    reads = ("identity.PersonalDataDeviceUsed",)
    zh = "主体 {subject} 的设备记录不成立:{why}"
    en = "A device of {subject} is on record without ground: {why}"

    def breach(self, event: Event, world: World) -> Breach:
        """Another's account, a known device, another day, or too many on one day."""
        data, subject = event.data, _subject(event)
        account, known = world.accounts.get(data["account_id"]), world.privacy.devices
        devices = known.get(subject, {})
        acts = account is not None and subject in (account.subject, account.before)
        faults = {
            "account": not acts,
            "known": data["device"] in devices,
            "day": data["first_on"] not in event.days(),
            "many": list(devices.values()).count(data["first_on"]) >= DEVICES_A_DAY,
        }
        why = ", ".join(name for name, fault in faults.items() if fault)
        return {"subject": subject, "why": why} if why else None


class AnAccessHasItsGrounds(Rule):
    """Another's personal data is seen on a consent that holds, or on a law that reaches it."""

    id = "access-without-grounds"
    articles = (36, 37)
    reads = ("identity.PersonalDataAccessed",)
    zh = "查询主体 {subject} 的个人信息缺乏依据:{why}"
    en = "Personal data of {subject} was seen without grounds: {why}"

    def breach(self, event: Event, world: World) -> Breach:
        """What is wrong with the grounds."""
        data, basis = event.data, event.data["basis"]
        consent_id, law = basis["consent_id"], basis["law"]
        if (consent_id is None) == (law is None):
            why = "grounds"
        elif law is not None:
            why = _unlawful(law, event.role, data)
        else:
            why = _without_consent(str(consent_id), event, world)
        return {"subject": data["subject"], "why": why} if why else None


def _unlawful(law: str, role: str | None, data: Mapping[str, Any]) -> str:
    roles, reach = BASES.get(law, (frozenset(), frozenset()))
    if role not in roles:
        return f"{law}: {role}"
    beyond = sorted(set(data["scope"]) - reach)
    if beyond:
        return f"{law}: {', '.join(beyond)}"
    return "" if data["basis"]["file_number"] else "file number"


def _without_consent(consent_id: str, event: Event, world: World) -> str:
    data, consent = event.data, world.privacy.consents.get(consent_id)
    if consent is None:
        return "no such consent"
    to_subject = consent.given_to.startswith("subject:")  # whose account acts is not in the log
    faults = {
        "subject": consent.subject != data["subject"],
        "given_to": consent.given_to != f"role:{event.role}" and not to_subject,
        "purpose": consent.purpose == "editing",
        "scope": not set(data["scope"]) <= consent.scope,
        "expired": consent.valid_until < event.days()[0],
        "withdrawn": consent.withdrawn,
        "erasure": world.privacy.request(consent.subject, event.position) is not None,
    }
    return ", ".join(name for name, fault in faults.items() if fault)


class AnEditOnBehalfHasItsConsent(Rule):
    """Staff correct a user's data with that user's consent to it (art. 36)."""

    id = "edit-without-consent"
    articles = (36,)
    reads = ("identity.PersonalDataCorrected",)
    zh = "代主体 {subject} 更正个人信息,未见其有效授权"
    en = "Personal data of {subject} was corrected on its behalf without a consent that holds"

    def breach(self, event: Event, world: World) -> Breach:
        """No consent to editing that is the subject's, holds, and reaches what was changed."""
        data = event.data
        if data["by"] != "on-behalf":
            return None
        consent = world.privacy.consents.get(str(data["consent_id"]))
        fits = (
            consent is not None
            and (consent.subject, consent.purpose) == (data["subject"], "editing")
            and consent.given_to == f"role:{event.role}"
            and {*data["public"], *data["sealed"]} <= consent.scope
            and not consent.withdrawn
            and consent.valid_until >= event.days()[0]
        )
        return None if fits else {"subject": data["subject"]}


class TheKeysAreThoseOfTheLog(Rule):
    """The keys that identity holds are those that the log made and did not destroy."""

    id = "keys-differ"
    articles = (8, 36)
    zh = "密钥与日志不符:日志应有 {expected} 个,身份服务称有 {stated} 个(摘要 {digest})"
    en = "The keys are not those of the log: {expected} expected, {stated} stated (digest {digest})"
    forgery = True

    @classmethod
    def compare(cls, world: World, position: int, stated: Mapping[str, Any]) -> list[Finding]:
        """What identity states of its keys as of the first `position` entries of its log."""
        keys = world.privacy.keys
        digest = keys_digest(keys)
        if (stated["position"], stated["keys"], stated["digest"]) == (position, len(keys), digest):
            return []
        breach = {"expected": len(keys), "stated": stated["keys"], "digest": stated["digest"]}
        return [cls.finding("identity", max(position - 1, 0), breach)]
