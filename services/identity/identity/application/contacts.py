"""Use case: contact data that a subject gives of itself (联系方式, art. 36)."""

from collections.abc import Callable
from typing import Final

from chassis.application import Decision
from chassis.privacy import lookup_digest
from identity.application.personal_data import OwnData
from identity.domain import contact
from identity.domain.contact import InvalidContact
from identity.domain.personal_data import (
    ADDRESS,
    BANK_ACCOUNT,
    CONTACT_CHANGED,
    EMAIL,
    PHONE,
    PersonalData,
)
from identity.domain.refusals.personal_data import (
    AddressInvalid,
    BankAccountInvalid,
    EmailInvalid,
    NothingKept,
    PhoneInvalid,
)
from identity.domain.registry import NET_ID

Refused = type[AddressInvalid | BankAccountInvalid | EmailInvalid | PhoneInvalid]
READ: Final[dict[str, tuple[Callable[[str], str], Refused]]] = {
    PHONE: (contact.phone, PhoneInvalid),
    EMAIL: (contact.email, EmailInvalid),
    ADDRESS: (contact.address, AddressInvalid),
    BANK_ACCOUNT: (contact.bank_account, BankAccountInvalid),
}
"""By field: how it is read, and how it is refused."""


class Contacts(OwnData):
    """What is given is kept sealed; a keyed digest of each tells whether two are the same."""

    def change_contact(self, **given: str | None) -> Decision:
        """Have these from now on, and no others: what is not given is kept no more.

        By field (`CONTACT`). Raises `NothingKept`, `ErasureUnderWay`, and what `READ` names.
        """
        subject = self.acting().subject_id
        if subject is None:
            raise NothingKept
        kept = {name: _read(name, each) for name, each in given.items() if each is not None}
        digests = {name: self._digest(name, each) for name, each in kept.items()}
        sealing = self.sealing(subject)
        known = self.personal_data(subject)
        if known is None and not kept:
            raise NothingKept
        if known is None:  # verified by an attestation: nothing was kept yet
            known = PersonalData(subject=subject, registry=NET_ID, public={}, sealed={})
        sealed = {name: sealing.seal(CONTACT_CHANGED, name, each) for name, each in kept.items()}
        known.change_contact(sealed, digests)
        changed = [known, *sealing.aggregates] if known.pending_events else []
        return Decision({"subject": subject, "kept": sorted(kept)}, changed, sealing.statements)

    def _digest(self, name: str, value: str) -> str:
        return lookup_digest(self._accounts if name == BANK_ACCOUNT else self._lookup, name, value)


def _read(name: str, text: str) -> str:
    """What was given, in the one form in which it is kept."""
    read, refused = READ[name]
    try:
        return read(text)
    except InvalidContact as fault:
        raise refused(**fault.described()) from fault
