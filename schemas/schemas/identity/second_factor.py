"""The second factor (双因素: 动态口令) and recovery codes (恢复码, art. 27, 31)."""

from marshmallow import fields

from chassis.contract import Command, Id, Query, View
from schemas.identity.fields import ENROLMENT_SCOPE, PERSONAL, SERVICE, Code, Password, Token


class EnrolmentView(View):
    """What an authenticator needs: shown until the first code is confirmed, never again.

    `otpauth_uri` is the form of the authenticators (RFC 6238: SHA-1, 6 digits, 30 seconds),
    `qr_svg` the same as a QR code, `secret` the same to be typed (base32).
    """

    enrolment = Id()
    secret = fields.String(metadata=PERSONAL)
    otpauth_uri = fields.String(metadata=PERSONAL)
    qr_svg = fields.String(metadata=PERSONAL)


class EnrolSecondFactor(Command):
    """Begin to set up a second factor, or a new one instead of the present one."""

    service = SERVICE
    http = "POST /accounts/me/second-factor"
    token_scope = ENROLMENT_SCOPE
    articles = (27, 31)
    view = EnrolmentView
    summary = ("设置动态口令", "Set up a second factor")

    password = Password(required=True)


class RecoveryCodesView(View):
    """Ten codes to be written down; each can be used once instead of the authenticator's."""

    recovery_codes = fields.List(fields.String(), metadata=PERSONAL)


class ConfirmSecondFactor(Command):
    """Give the authenticator's first code: from now on signing in needs one.

    The session may do everything from now on. New recovery codes come with it.
    """

    service = SERVICE
    http = "POST /accounts/me/second-factor/confirmation"
    token_scope = ENROLMENT_SCOPE
    articles = (27, 31)
    view = RecoveryCodesView
    summary = ("确认动态口令", "Confirm the second factor")

    token = Token(required=True)
    code = Code(required=True)


class RemoveSecondFactor(Command):
    """Sign in with the password alone again. Staff cannot."""

    service = SERVICE
    http = "POST /accounts/me/second-factor/removal"
    articles = (27, 31)
    view = View
    summary = ("停用动态口令", "Remove the second factor")

    password = Password(required=True)
    code = Code(required=True)


class IssueRecoveryCodes(Command):
    """Get ten new recovery codes; the earlier ones are void."""

    service = SERVICE
    http = "POST /accounts/me/recovery-codes"
    articles = (27, 35)
    view = RecoveryCodesView
    summary = ("重新生成恢复码", "New recovery codes")

    password = Password(required=True)


class SecurityView(View):
    """How one's account is protected."""

    second_factor = fields.Boolean()
    second_factor_needed = fields.Boolean()
    recovery_codes_left = fields.Integer()


class GetSecurity(Query):
    """How one's own account is protected."""

    service = SERVICE
    http = "GET /accounts/me/security"
    token_scope = ENROLMENT_SCOPE
    articles = (27, 35)
    view = SecurityView
    summary = ("我的帐号安全", "How my account is protected")


CONTRACTS = (
    EnrolSecondFactor,
    ConfirmSecondFactor,
    RemoveSecondFactor,
    IssueRecoveryCodes,
    GetSecurity,
)
