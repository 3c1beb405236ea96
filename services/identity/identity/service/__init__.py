"""Identity's entrypoints: parse, call, present; nothing else."""

from pathlib import Path
from typing import Any

from eventlet import tpool

from chassis.application import Decision
from chassis.bus.host import Deployable
from chassis.seal import known_keys
from chassis.service import Runtime, Service, handles
from chassis.settings import Settings
from identity import queries_privacy
from identity.application import Identity
from identity.bootstrap import ensure_owner
from identity.erasing import erase_due
from identity.lapsing import lapse_sessions, log_failures, who_is
from identity.passwords import Argon2
from identity.service.admission import AdmissionEntrypoints
from identity.service.agreements import AgreementEntrypoints
from identity.service.authorisations import AuthorisationEntrypoints
from identity.service.blacklist import BlacklistEntrypoints
from identity.service.cases import CaseEntrypoints
from identity.subscriptions import POLICIES
from identity.ticking import Ticking
from schemas.identity.accounts import GetAccount, OpenAccount, OpenStaffAccount
from schemas.identity.api_keys import IssueApiKey, ListApiKeys, RevokeApiKey
from schemas.identity.freezes import (
    FreezeAccount,
    FreezeOwnAccount,
    ListFreezes,
    ReportStolenAccount,
    UnfreezeAccount,
)
from schemas.identity.members import InviteAccount, JoinSubject, ListMembers, RemoveMember
from schemas.identity.passwords import (
    ChangePassword,
    CompletePasswordReset,
    DecidePasswordReset,
    ListPasswordResets,
    RecoverPassword,
    ReleaseLock,
    RequestPasswordReset,
)
from schemas.identity.personal_data import (
    AccessPersonalData,
    ChangeContact,
    CorrectPersonalData,
    ErasureEvidence,
    GetPersonalData,
    GiveConsent,
    ListConsents,
    PreviewErasure,
    RequestErasure,
    SubjectKeysDigest,
    WithdrawConsent,
    WithdrawErasure,
)
from schemas.identity.related import DeclareRelated
from schemas.identity.second_factor import (
    ConfirmSecondFactor,
    EnrolSecondFactor,
    GetSecurity,
    IssueRecoveryCodes,
    RemoveSecondFactor,
)
from schemas.identity.sessions import (
    EndSession,
    EndSessions,
    ListSessions,
    SignIn,
    SignOut,
    WhoIs,
)
from schemas.identity.staff import GrantRole, ListStaff, NameOfficer, RevokeRole
from schemas.identity.tenures import (
    GrantTenure,
    HandOverTenure,
    ListTenures,
    RevokeTenure,
    WarnOperator,
)
from schemas.oversight import GetCheckpoint

Views = list[dict[str, Any]]
Result = dict[str, Any]


def compose(settings: Settings) -> Identity:
    """The application, hashing in real threads so that the green ones go on."""
    return Identity(settings, hasher=Argon2(run=tpool.execute))


def with_token(service: "IdentityService", result: dict[str, Any]) -> dict[str, Any]:
    """A session as its holder sees it: the token is made here and stored nowhere."""
    token = service.runtime.application.tokens.issue(result["session_id"])
    return {**result, "token": token}


def with_values(service: "IdentityService", result: dict[str, Any]) -> dict[str, Any]:
    """Personal data that an access was granted to: read here and stored nowhere."""
    return service.runtime.application.seen_data(result)


def with_enrolment(service: "IdentityService", result: Result) -> Result:
    """A second factor that is being set up, with its secret."""
    return service.runtime.application.shown_enrolment(result)


def with_recovery_codes(service: "IdentityService", result: Result) -> Result:
    """Recovery codes, which are stored nowhere."""
    return service.runtime.application.shown_codes(result)


def with_ticket(service: "IdentityService", result: Result) -> Result:
    """A decided reset, with its ticket."""
    return service.runtime.application.shown_ticket(result)


def with_key(service: "IdentityService", result: Result) -> Result:
    """A new API key, with its token."""
    return service.runtime.application.shown_key(result)


def started(runtime: Runtime[Identity]) -> None:
    """Open the first account, and look after what the clock makes due."""
    application, commands = runtime.application, runtime.commands
    ensure_owner(application, commands)
    runtime.every_tick("erase what is due", lambda: erase_due(application, commands))
    runtime.every_tick("sessions", lambda: lapse_sessions(application, commands))
    runtime.every_tick("admission", Ticking(application, commands).tick)
    runtime.every_tick("failures", lambda: log_failures(application, commands))


def with_code(service: "IdentityService", result: Result) -> Result:
    """An invitation, with its code."""
    return service.runtime.application.shown_invitation(result)


class IdentityService(
    AdmissionEntrypoints,
    CaseEntrypoints,
    BlacklistEntrypoints,
    AgreementEntrypoints,
    AuthorisationEntrypoints,
    Service,
):
    """Who may act."""

    name = "identity"
    runtime: Runtime[Identity] = Runtime(compose, POLICIES, started=started)

    @handles(OpenAccount)
    def open_account(self, **values: Any) -> Decision:
        return self.runtime.application.open_account(**values)

    @handles(OpenStaffAccount)
    def open_staff_account(self, **values: Any) -> Decision:
        return self.runtime.application.open_staff_account(**values)

    @handles(GrantRole)
    def grant_role(self, **values: Any) -> Decision:
        return self.runtime.application.grant_role(**values)

    @handles(RevokeRole)
    def revoke_role(self, **values: Any) -> Decision:
        return self.runtime.application.revoke_role(**values)

    @handles(NameOfficer)
    def name_officer(self, **values: Any) -> Decision:
        return self.runtime.application.name_officer(**values)

    @handles(ListStaff)
    def list_staff(self, **values: Any) -> Views:
        return self.runtime.application.list_staff(**values)

    @handles(GrantTenure)
    def grant_tenure(self, **values: Any) -> Decision:
        return self.runtime.application.grant_tenure(**values)

    @handles(WarnOperator)
    def warn_operator(self, **values: Any) -> Decision:
        return self.runtime.application.warn_operator(**values)

    @handles(RevokeTenure)
    def revoke_tenure(self, **values: Any) -> Decision:
        return self.runtime.application.revoke_tenure(**values)

    @handles(HandOverTenure)
    def hand_over_tenure(self, **values: Any) -> Decision:
        return self.runtime.application.hand_over_tenure(**values)

    @handles(ListTenures)
    def list_tenures(self) -> Views:
        return self.runtime.application.list_tenures()

    @handles(InviteAccount, present=with_code)
    def invite_account(self) -> Decision:
        return self.runtime.application.invite_account()

    @handles(JoinSubject)
    def join_subject(self, **values: Any) -> Decision:
        return self.runtime.application.join_subject(**values)

    @handles(ListMembers)
    def list_members(self) -> Views:
        return self.runtime.application.list_members()

    @handles(RemoveMember)
    def remove_member(self, **values: Any) -> Decision:
        return self.runtime.application.remove_member(**values)

    @handles(SignIn, present=with_token)
    def sign_in(self, **values: Any) -> Decision:
        return self.runtime.application.sign_in(**values)

    @handles(SignOut)
    def sign_out(self, **values: Any) -> Decision:
        return self.runtime.application.sign_out(**values)

    @handles(ListSessions)
    def list_sessions(self, **values: Any) -> Views:
        return self.runtime.application.list_sessions(**values)

    @handles(EndSession)
    def end_session(self, **values: Any) -> Decision:
        return self.runtime.application.end_session(**values)

    @handles(EndSessions)
    def end_sessions(self, **values: Any) -> Decision:
        return self.runtime.application.end_sessions(**values)

    @handles(EnrolSecondFactor, present=with_enrolment)
    def enrol_second_factor(self, **values: Any) -> Decision:
        return self.runtime.application.enrol_second_factor(**values)

    @handles(ConfirmSecondFactor, present=with_recovery_codes)
    def confirm_second_factor(self, **values: Any) -> Decision:
        return self.runtime.application.confirm_second_factor(**values)

    @handles(RemoveSecondFactor)
    def remove_second_factor(self, **values: Any) -> Decision:
        return self.runtime.application.remove_second_factor(**values)

    @handles(IssueRecoveryCodes, present=with_recovery_codes)
    def issue_recovery_codes(self, **values: Any) -> Decision:
        return self.runtime.application.issue_recovery_codes(**values)

    @handles(GetSecurity)
    def get_security(self) -> Result:
        return self.runtime.application.security()

    @handles(ChangePassword)
    def change_password(self, **values: Any) -> Decision:
        return self.runtime.application.change_password(**values)

    @handles(RecoverPassword)
    def recover_password(self, **values: Any) -> Decision:
        return self.runtime.application.recover_password(**values)

    @handles(RequestPasswordReset)
    def request_password_reset(self, **values: Any) -> Decision:
        return self.runtime.application.request_password_reset(**values)

    @handles(DecidePasswordReset, present=with_ticket)
    def decide_password_reset(self, **values: Any) -> Decision:
        return self.runtime.application.decide_password_reset(**values)

    @handles(CompletePasswordReset)
    def complete_password_reset(self, **values: Any) -> Decision:
        return self.runtime.application.complete_password_reset(**values)

    @handles(ListPasswordResets)
    def list_password_resets(self, **values: Any) -> Views:
        return self.runtime.application.list_password_resets(**values)

    @handles(ReleaseLock)
    def release_lock(self, **values: Any) -> Decision:
        return self.runtime.application.release_lock(**values)

    @handles(FreezeOwnAccount)
    def freeze_own_account(self, **values: Any) -> Decision:
        return self.runtime.application.freeze_own_account(**values)

    @handles(ReportStolenAccount)
    def report_stolen_account(self, **values: Any) -> Decision:
        return self.runtime.application.report_stolen_account(**values)

    @handles(FreezeAccount)
    def freeze_account(self, **values: Any) -> Decision:
        return self.runtime.application.freeze_account(**values)

    @handles(UnfreezeAccount)
    def unfreeze_account(self, **values: Any) -> Decision:
        return self.runtime.application.unfreeze_account(**values)

    @handles(ListFreezes)
    def list_freezes(self, **values: Any) -> Views:
        return self.runtime.application.list_freezes(**values)

    @handles(IssueApiKey, present=with_key)
    def issue_api_key(self, **values: Any) -> Decision:
        return self.runtime.application.issue_api_key(**values)

    @handles(RevokeApiKey)
    def revoke_api_key(self, **values: Any) -> Decision:
        return self.runtime.application.revoke_api_key(**values)

    @handles(ListApiKeys)
    def list_api_keys(self) -> Views:
        return self.runtime.application.list_api_keys()

    @handles(WhoIs)
    def who_is(self, **values: Any) -> dict[str, Any]:
        return who_is(self.runtime.application, self.runtime.commands, **values)

    @handles(GetAccount)
    def get_account(self) -> dict[str, Any]:
        return self.runtime.application.own_account()

    @handles(GetPersonalData)
    def get_personal_data(self) -> dict[str, Any]:
        return self.runtime.application.get_personal_data()

    @handles(CorrectPersonalData)
    def correct_personal_data(self, **values: Any) -> Decision:
        return self.runtime.application.correct_personal_data(**values)

    @handles(ChangeContact)
    def change_contact(self, **values: Any) -> Decision:
        return self.runtime.application.change_contact(**values)

    @handles(DeclareRelated)
    def declare_related(self, **values: Any) -> Decision:
        return self.runtime.application.declare_related(**values)

    @handles(AccessPersonalData, present=with_values)
    def access_personal_data(self, **values: Any) -> Decision:
        return self.runtime.application.access_personal_data(**values)

    @handles(GiveConsent)
    def give_consent(self, **values: Any) -> Decision:
        return self.runtime.application.give_consent(**values)

    @handles(WithdrawConsent)
    def withdraw_consent(self, **values: Any) -> Decision:
        return self.runtime.application.withdraw_consent(**values)

    @handles(ListConsents)
    def list_consents(self, **values: Any) -> list[dict[str, Any]]:
        return self.runtime.application.list_consents(**values)

    @handles(PreviewErasure)
    def preview_erasure(self) -> dict[str, Any]:
        return self.runtime.application.preview_erasure()

    @handles(RequestErasure)
    def request_erasure(self, **values: Any) -> Decision:
        return self.runtime.application.request_erasure(**values)

    @handles(WithdrawErasure)
    def withdraw_erasure(self) -> Decision:
        return self.runtime.application.withdraw_erasure()

    @handles(ErasureEvidence)
    def erasure_evidence(self, subject_id: str) -> dict[str, Any]:
        runtime = self.runtime
        return queries_privacy.erasure_evidence(
            runtime.application.database,
            subject_id,
            known_keys(runtime.settings),
            lambda: runtime.read("oversight", GetCheckpoint, log=self.name),
        )

    @handles(SubjectKeysDigest)
    def subject_keys_digest(self, position: int | None) -> dict[str, Any]:
        return queries_privacy.keys_digest(self.runtime.application.database, position)


SERVICE = Deployable(IdentityService, Path(__file__).parent.parent / "migrations")
