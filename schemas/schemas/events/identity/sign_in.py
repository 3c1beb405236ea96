"""What the events of signing in say: no login, password, secret or code."""

from chassis.contract import Choice, EventSchema, Flag, Id, Text, Whole
from schemas.events.common import SOME_ID

GROUNDS_OF_RESET = ("forgotten", "lost-device", "stolen")
WAYS = ("holder", "recovery-code", "two-persons")
_MANY = 2**31


class AccountPasswordChanged(EventSchema):
    """A password was changed; every session of the account ended but the one that is `kept`.

    Unless the holder changed it with the old one, all API keys of the account are void too.
    """

    type = "identity.AccountPasswordChanged"
    how = Choice(*WAYS, required=True)
    kept = Id(required=True, allow_none=True)
    example = {"how": "holder", "kept": SOME_ID}


class AccountSessionsEnded(EventSchema):
    """Somebody signed out everywhere, but in the session that is `kept`."""

    type = "identity.AccountSessionsEnded"
    kept = Id(required=True, allow_none=True)
    example = {"kept": None}


class AccountSignInsFailed(EventSchema):
    """Attempts to sign in to an account that failed since the last such summary.

    `replayed` of them used a code for the second time; until `locked_until` nothing is tried.
    """

    type = "identity.AccountSignInsFailed"
    failures = Whole(1, _MANY, required=True)
    replayed = Whole(0, _MANY, required=True)
    locked_until = Text(40, required=True, allow_none=True)
    example = {"failures": 5, "replayed": 0, "locked_until": "2026-01-01T12:10:00.000000Z"}


class AccountLockReleased(EventSchema):
    """Staff lifted the lock of an account after too many failures."""

    type = "identity.AccountLockReleased"
    reason = Text(200, required=True)
    example = {"reason": "本人到窗口核验身份"}


class StrangersRefused(EventSchema):
    """Attempts with logins that nobody has, in one stretch of time, from everywhere together."""

    type = "identity.StrangersRefused"
    failures = Whole(0, _MANY, required=True)
    logins = Whole(0, _MANY, required=True)
    addresses = Whole(0, _MANY, required=True)
    example = {"failures": 120, "logins": 90, "addresses": 2}


class AccountSecondFactorOffered(EventSchema):
    """Somebody began to set up a second factor (动态口令)."""

    type = "identity.AccountSecondFactorOffered"
    enrolment = Id(required=True)
    example = {"enrolment": SOME_ID}


class AccountSecondFactorConfirmed(EventSchema):
    """A first code was right: signing in needs one from now on."""

    type = "identity.AccountSecondFactorConfirmed"
    enrolment = Id(required=True)
    example = {"enrolment": SOME_ID}


class AccountSecondFactorRemoved(EventSchema):
    """A second factor is not used any more: removed by its holder, or lost.

    The recovery codes are void with it.
    """

    type = "identity.AccountSecondFactorRemoved"
    enrolment = Id(required=True, allow_none=True)
    example = {"enrolment": SOME_ID}


class AccountRecoveryCodesIssued(EventSchema):
    """New recovery codes (恢复码); those of an earlier batch are void."""

    type = "identity.AccountRecoveryCodesIssued"
    batch = Id(required=True)
    count = Whole(1, 100, required=True)
    example = {"batch": SOME_ID, "count": 10}


class UsedCodeRecorded(EventSchema):
    """A code was used; it cannot be used again. `source` is the enrolment or the batch.

    `number` is the time step of a TOTP code (RFC 6238) or the place of a recovery code.
    """

    type = "identity.UsedCodeRecorded"
    account_id = Id(required=True)
    kind = Choice("totp", "recovery", required=True)
    source = Id(required=True)
    number = Whole(0, 2**53, required=True)
    example = {"account_id": SOME_ID, "kind": "totp", "source": SOME_ID, "number": 58886400}


class PasswordResetRequested(EventSchema):
    """One of staff asked that a password be reset; with `second_factor`, that too is taken away."""

    type = "identity.PasswordResetRequested"
    account_id = Id(required=True)
    requester = Id(required=True)
    grounds = Choice(*GROUNDS_OF_RESET, required=True)
    second_factor = Flag(required=True)
    example = {
        "account_id": SOME_ID,
        "requester": SOME_ID,
        "grounds": "forgotten",
        "second_factor": False,
    }


class PasswordResetApproved(EventSchema):
    """Another of staff approved a reset; its ticket is good until `until`."""

    type = "identity.PasswordResetApproved"
    approver = Id(required=True)
    until = Text(40, required=True)
    example = {"approver": SOME_ID, "until": "2026-01-02T12:00:00.000000Z"}


class PasswordResetRejected(EventSchema):
    """Another of staff rejected a reset."""

    type = "identity.PasswordResetRejected"
    approver = Id(required=True)
    example = {"approver": SOME_ID}


class PasswordResetCompleted(EventSchema):
    """The ticket of a reset was used."""

    type = "identity.PasswordResetCompleted"
    account_id = Id(required=True)
    example = {"account_id": SOME_ID}


EVENTS = (
    AccountPasswordChanged,
    AccountSessionsEnded,
    AccountSignInsFailed,
    AccountLockReleased,
    StrangersRefused,
    AccountSecondFactorOffered,
    AccountSecondFactorConfirmed,
    AccountSecondFactorRemoved,
    AccountRecoveryCodesIssued,
    UsedCodeRecorded,
    PasswordResetRequested,
    PasswordResetApproved,
    PasswordResetRejected,
    PasswordResetCompleted,
)
