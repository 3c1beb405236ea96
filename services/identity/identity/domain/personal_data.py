"""What is kept of a subject (主体个人信息, art. 36): verified, sealed, who looked, until when.

Erasure (删除, 个人信息保护法 art. 47) is asked for, waited for and carried out: from the request on
nothing new is done with the data (停止处理), and when the last duty to keep has ended the subject's
key is destroyed. Until then the request can be withdrawn.
"""

from typing import Any, Final
from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.erasure import ErasureUnderWay, NoErasureUnderWay
from identity.domain.related import Related

NAME: Final = "name"
ID_NUMBER: Final = "id_number"
USCC: Final = "uscc"
LEGAL_REPRESENTATIVE: Final = "legal_representative"
PHONE: Final = "phone"
EMAIL: Final = "email"
ADDRESS: Final = "address"
BANK_ACCOUNT: Final = "bank_account"
CONTACT: Final = (PHONE, EMAIL, ADDRESS, BANK_ACCOUNT)
"""What a subject gives of itself (联系方式); no registry confirms it."""

FIELDS: Final = (NAME, ID_NUMBER, USCC, LEGAL_REPRESENTATIVE, *CONTACT)

RECORDED: Final = "identity.PersonalDataRecorded"
CORRECTED: Final = "identity.PersonalDataCorrected"
CONTACT_CHANGED: Final = "identity.PersonalDataContactChanged"
"""The event types that hold sealed fields: part of what each is sealed for."""

SELF: Final = "self"
ON_BEHALF: Final = "on-behalf"
REGISTRATION: Final = "registration"
"""Who had it corrected: the subject, staff with a consent, or a registry's newer answer."""

ERASURE_BASIS: Final = "个人信息保护法 art. 47"
ERASURE_REASON: Final = "erasure-requested"

DEVICES_A_DAY: Final = 20
"""New devices of one subject that are recorded in a day, at the most."""

Values = dict[str, str]


def personal_data_id(subject: str) -> str:
    """The stream of what is kept of a subject."""
    return stream_id("personal-data", subject)


class PersonalData(IdentityAggregate):
    """What is kept of one subject. `sealed` values are readable with the subject's key alone.

    `public` is what anyone can read in the registry of firms (企业信息公示暂行条例): name and USCC.
    """

    @event("Recorded")
    def __init__(self, subject: str, registry: str, public: Values, sealed: Values) -> None:
        self.subject = subject
        self.public = dict(public)
        self.sealed = dict(sealed)
        self.sealed_in = dict.fromkeys(sealed, RECORDED)
        self.contact: Values = {}
        self.related: dict[str, Related] = {}
        self.devices: Values = {}
        self.accesses: list[dict[str, Any]] = []
        self.requested_on: str | None = None
        self.destroy_on: str | None = None
        self.roles: list[str] = []
        self.erased = False

    @staticmethod
    def create_id(subject: str) -> UUID:
        """One stream per subject."""
        return UUID(personal_data_id(subject))

    def correct(
        self, registry: str, public: Values, sealed: Values, by: str, consent_id: str | None
    ) -> None:
        """Put right what changed (更正), as a registry has just confirmed it.

        Raises `ErasureUnderWay`.
        """
        self.require_processing()
        self._corrected(self.subject, registry, public, sealed, by, consent_id)

    def change_contact(self, sealed: Values, digests: Values) -> None:
        """Have these contact data from now on, and no others; `digests` are keyed ones of them.

        Nothing happens where they are those of before. Raises `ErasureUnderWay`.
        """
        self.require_processing()
        if digests != self.contact:
            self._contact_changed(self.subject, sealed, digests)

    def tell_related(self, source: str, related: Related) -> None:
        """Have these persons behind the organisation, as a source says; its earlier word is over.

        Nothing happens where it said so before. Raises `ErasureUnderWay`.
        """
        self.require_processing()
        if related != self.related.get(source):
            self._related_told(self.subject, source, related)

    def use_device(self, account_id: str, device: str, today: str) -> None:
        """An account that acts for the subject uses this device, given as its keyed digest.

        Nothing happens where it is known, where processing has stopped, and beyond `DEVICES_A_DAY`:
        nobody is refused anything because of a device.
        """
        new = list(self.devices.values()).count(today) < DEVICES_A_DAY
        if new and device not in self.devices and self.requested_on is None:
            self._device_used(self.subject, account_id, device, today)

    def access(
        self, accessor: str, role: str | None, scope: list[str], basis: dict[str, Any], at: str
    ) -> None:
        """Somebody else looks at some fields, on this basis (查询). `at` is an instant."""
        self._accessed(self.subject, accessor, role, scope, basis, at)

    def request_erasure(
        self,
        roles: list[str],
        requested_on: str,
        destroy_on: str,
        retained: list[dict[str, Any]],
        preview: str,
    ) -> None:
        """Ask for erasure (申请删除), having read the preview of that digest.

        Raises `ErasureUnderWay`.
        """
        self.require_processing()
        self._erasure_requested(self.subject, roles, requested_on, destroy_on, retained, preview)

    def withdraw_erasure(self, region: str) -> None:
        """Take the request back; the subject has its roles in its region again.

        Raises `NoErasureUnderWay`.
        """
        if self.requested_on is None or self.erased:
            raise NoErasureUnderWay
        self._erasure_withdrawn(self.subject, self.roles, region)

    def defer_erasure(self, destroy_on: str, because: list[dict[str, Any]]) -> None:
        """Put it off to a later day: a duty or open business has come to light."""
        if self.requested_on is not None and destroy_on > (self.destroy_on or ""):
            self._erasure_deferred(self.subject, destroy_on, because)

    def erase(self) -> None:
        """The key is destroyed with this. Raises `NoErasureUnderWay`."""
        if self.requested_on is None or self.erased:
            raise NoErasureUnderWay
        self._erased(self.subject)

    def require_processing(self) -> None:
        """Raise `ErasureUnderWay` when processing has stopped."""
        if self.requested_on is not None:
            raise ErasureUnderWay

    @event("Corrected")
    def _corrected(
        self,
        subject: str,
        registry: str,
        public: Values,
        sealed: Values,
        by: str,
        consent_id: str | None,
    ) -> None:
        self.public.update(public)
        self.sealed.update(sealed)
        self.sealed_in.update(dict.fromkeys(sealed, CORRECTED))

    @event("ContactChanged")
    def _contact_changed(self, subject: str, sealed: Values, digests: Values) -> None:
        for name in CONTACT:
            self.sealed.pop(name, None)
        self.sealed.update(sealed)
        self.sealed_in.update(dict.fromkeys(sealed, CONTACT_CHANGED))
        self.contact = dict(digests)

    @event("RelatedTold")
    def _related_told(self, subject: str, source: str, related: Related) -> None:
        self.related[source] = related

    @event("DeviceUsed")
    def _device_used(self, subject: str, account_id: str, device: str, first_on: str) -> None:
        self.devices[device] = first_on

    @event("Accessed")
    def _accessed(
        self,
        subject: str,
        accessor: str,
        role: str | None,
        scope: list[str],
        basis: dict[str, Any],
        at: str,
    ) -> None:
        self.accesses.append({"role": role, "scope": scope, "basis": basis, "at": at})

    @event("ErasureRequested")
    def _erasure_requested(
        self,
        subject: str,
        roles: list[str],
        requested_on: str,
        destroy_on: str,
        retained: list[dict[str, Any]],
        preview: str,
    ) -> None:
        self.requested_on = requested_on
        self.destroy_on = destroy_on
        self.roles = roles

    @event("ErasureWithdrawn")
    def _erasure_withdrawn(self, subject: str, roles: list[str], region: str) -> None:
        self.requested_on = self.destroy_on = None

    @event("ErasureDeferred")
    def _erasure_deferred(
        self, subject: str, destroy_on: str, because: list[dict[str, Any]]
    ) -> None:
        self.destroy_on = destroy_on

    @event("Erased")
    def _erased(self, subject: str) -> None:
        self.erased = True
