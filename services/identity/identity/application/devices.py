"""Use case: on which devices a subject's sessions are used (登录设备, art. 17, 36)."""

from typing import NamedTuple

from chassis import clock
from chassis.application import Decision
from chassis.privacy import lookup_digest
from identity.application.records import Records
from identity.domain.account import Account
from identity.domain.personal_data import PersonalData
from identity.domain.registry import NET_ID
from identity.read_models import sessions


class Use(NamedTuple):
    """A session that is used on a device, for a subject; the device by its keyed digest."""

    session_id: str
    account_id: str
    subject: str
    device: str

    @property
    def noted(self) -> str:
        """What is remembered with the session, so that nothing is decided twice."""
        return f"{self.device} {self.subject}"


class Devices(Records):
    """One entry for each device of a subject; the mark itself is kept nowhere."""

    def unnoted_use(self, token: str, account_id: str, subject: str, mark: str) -> Use | None:
        """The use of a session on the device with this mark, unless it was noted before.

        A program with an API key has no device.
        """
        session_id = self.tokens.id_of(token)
        if session_id is None:
            return None
        device = lookup_digest(self._devices, "device", mark)
        use = Use(session_id, account_id, subject, device)
        known = sessions.noted_device(self.database, session_id)
        return None if known == use.noted else use

    def note_device(self, use: Use) -> Decision:
        """Record the device, if the subject is not known to have used it (see `use_device`)."""
        noted = sessions.NOTED(key=use.session_id, what=use.noted)
        account = self.load(Account, use.account_id)
        if account.subject_id != use.subject or account.frozen:  # since its token was looked up
            return Decision({}, [])
        known, today = self.personal_data(use.subject), clock.legal_date().isoformat()
        if known is not None:
            known.use_device(account.key, use.device, today)
            return Decision({}, [known] if known.pending_events else [], [noted])
        sealing = self.sealing(use.subject)  # verified by an attestation: nothing was kept yet
        first = PersonalData(subject=use.subject, registry=NET_ID, public={}, sealed={})
        first.use_device(account.key, use.device, today)
        return Decision({}, [*sealing.aggregates, first], [*sealing.statements, noted])
