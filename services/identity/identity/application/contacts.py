"""Use case: contact data that a subject gives of itself (联系方式, art. 36)."""

from chassis.application import Decision
from chassis.privacy import lookup_digest
from identity.application.personal_data import OwnData
from identity.domain import contact
from identity.domain.contact import InvalidContact
from identity.domain.personal_data import CONTACT_CHANGED, EMAIL, PHONE, PersonalData
from identity.domain.refusals.personal_data import EmailInvalid, NothingKept, PhoneInvalid
from identity.domain.registry import NET_ID


class Contacts(OwnData):
    """Telephone and e-mail, kept sealed; a keyed digest of each tells whether two are the same."""

    def change_contact(self, phone: str | None, email: str | None) -> Decision:
        """Have these from now on, and no others: what is not given is kept no more."""
        subject = self.acting().subject_id
        if subject is None:
            raise NothingKept
        given = _read(phone, email)
        digests = {name: lookup_digest(self._lookup, name, each) for name, each in given.items()}
        sealing = self.sealing(subject)
        known = self.personal_data(subject)
        if known is None and not given:
            raise NothingKept
        if known is None:  # verified by an attestation: nothing was kept yet
            known = PersonalData(subject=subject, registry=NET_ID, public={}, sealed={})
        sealed = {name: sealing.seal(CONTACT_CHANGED, name, each) for name, each in given.items()}
        known.change_contact(sealed, digests)
        kept = [known, *sealing.aggregates] if known.pending_events else []
        return Decision({"subject": subject, "kept": sorted(given)}, kept, sealing.statements)


def _read(phone: str | None, email: str | None) -> dict[str, str]:
    """What was given, in the one form in which it is kept."""
    given = {}
    try:
        if phone is not None:
            given[PHONE] = contact.phone(phone)
    except InvalidContact as fault:
        raise PhoneInvalid(**fault.described()) from fault
    try:
        if email is not None:
            given[EMAIL] = contact.email(email)
    except InvalidContact as fault:
        raise EmailInvalid(**fault.described()) from fault
    return given
