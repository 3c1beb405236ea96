"""Why identity refuses about signing in, passwords and API keys.

No message says what somebody typed, nor whether a login exists.
"""

from chassis.domain import Kind, Refusal


class PasswordWeak(Refusal):
    """The password can be guessed, or is known from breaches; `reason` says which."""

    code = "identity.password-weak"
    kind = Kind.INVALID
    zh = "口令过弱:{reason_zh}"
    en = "The password is too weak: {reason_en}"

    @property
    def final(self) -> bool:
        """A password is never compared, so the same command id may come with a better one."""
        return False


class SignInLocked(Refusal):
    """Too many failures with this login, whether there is such an account or not."""

    code = "identity.sign-in-locked"
    kind = Kind.THROTTLED
    zh = "该登录名失败次数过多,已暂时锁定,请于 {until} 后再试"
    en = "Too many failures with this login name; try again after {until}"


class AddressLocked(Refusal):
    """Too many failures from this network address."""

    code = "identity.address-locked"
    kind = Kind.THROTTLED
    zh = "来自您所在网络的失败次数过多,请于 {until} 后再试"
    en = "Too many failures from your network; try again after {until}"


class CodeNeeded(Refusal):
    """The password is right; a code of the second factor (动态口令) is needed beside it."""

    code = "identity.code-needed"
    kind = Kind.UNAUTHENTICATED
    zh = "请输入动态口令或恢复码"
    en = "A code of the authenticator, or a recovery code, is needed"


class CodeRefused(Refusal):
    """The code is wrong, of another time, or of an earlier batch."""

    code = "identity.code-refused"
    kind = Kind.UNAUTHENTICATED
    zh = "动态口令或恢复码错误"
    en = "The code is wrong"


class CodeReplayed(Refusal):
    """The code was used before: each one is used once (RFC 6238, 5.2)."""

    code = "identity.code-replayed"
    kind = Kind.UNAUTHENTICATED
    zh = "该动态口令或恢复码已使用过,请等待下一个"
    en = "This code was used before; wait for the next one"


class PasswordWrong(Refusal):
    """Somebody who is signed in did not prove that they know the password."""

    code = "identity.password-wrong"
    kind = Kind.FORBIDDEN
    zh = "口令错误"
    en = "Wrong password"

    @property
    def final(self) -> bool:
        """They did not get as far as the command: its id may be used again."""
        return False


class RecoveryFailed(Refusal):
    """No such login, no recovery codes, or a wrong or used one: which of these is not said."""

    code = "identity.recovery-failed"
    kind = Kind.UNAUTHENTICATED
    zh = "登录名或恢复码错误"
    en = "Wrong login name or recovery code"


class StaffKeysOnlyRead(Refusal):
    """What staff does needs their second factor each time they sign in; an API key has none."""

    code = "identity.staff-keys-only-read"
    kind = Kind.FORBIDDEN
    zh = "工作人员的接口密钥只能用于查询"
    en = "An API key of staff can only read"


class ApiKeyRevoked(Refusal):
    """The API key was revoked before, or has expired."""

    code = "identity.api-key-revoked"
    zh = "该接口密钥已撤销"
    en = "This API key was revoked before"


class TooManyKeys(Refusal):
    """An account has only so many API keys."""

    code = "identity.too-many-keys"
    zh = "接口密钥不能超过 {most} 个"
    en = "An account has at most {most} API keys"
