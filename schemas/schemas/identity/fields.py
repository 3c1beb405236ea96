"""The fields that contracts of identity share; most are personal."""

import unicodedata
from typing import Any

from marshmallow import ValidationError, fields, validate

from chassis.contract import Text
from chassis.messages import both

SERVICE = "identity"

ACCOUNT_OF_LOGIN, ACCOUNT_OF_RESET, ACCOUNT_OF_CASE = "login", "password-reset", "freeze-case"
SUBJECT, BLACKLISTING = "subject", "blacklisting"
ACCOUNT, AUTHORISATION = "account", "authorisation"
"""Places (`Contract.place`): whose region bounds staff, an account's, a subject's (art. 9)."""

ACCOUNT_SCOPE = "account"
"""What every token may do: learn whom it stands for."""

ENROLMENT_SCOPE = "enrolment"
"""What the session of staff without a second factor may do: set it up, or sign out."""


PERSONAL = {"personal": True}


SECRET = {"personal": True, "secret": True}
"""Never stored, not even as a digest."""


UNVERIFIED = PERSONAL
"""Public once a registry confirmed it; until then whatever somebody typed, an ID number too."""


class Login(fields.String):
    """A login name: 3 to 64 of letters, digits and `._@+-`, in either case; personal data."""

    def __init__(self, **kwargs: object) -> None:
        told = both(
            "登录名应为 3 至 64 位半角字母、数字或 ._@+-",
            "Not a login name: 3 to 64 letters, digits and ._@+- (ASCII).",
        )
        super().__init__(
            validate=validate.Regexp(r"^[A-Za-z0-9._@+-]{3,64}\Z", error=told),
            metadata=PERSONAL,
            **kwargs,  # type: ignore[arg-type]
        )


class Password(fields.String):
    """A password of 10 to 128 characters, NFC-normalised, spaces kept; a secret."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            validate=validate.Length(10, 128),
            load_only=True,
            metadata={**SECRET, "format": "password"},
            **kwargs,  # type: ignore[arg-type]
        )

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = unicodedata.normalize("NFC", str(super()._deserialize(value, *args, **kwargs)))
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            raise ValidationError("含有控制字符 / Contains control characters.")
        return text


class Code(Text):
    """A code of the authenticator (动态口令, 6 digits) or a recovery code (恢复码)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(40, metadata={**SECRET, "example": "123456"}, **kwargs)


class Token(Text):
    """A session's token, as `SignIn` gave it. Over HTTP it comes in the header `Authorization`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(200, metadata={**PERSONAL, "given": "bearer"}, **kwargs)


class Address(Text):
    """The network address that a request came from. Over HTTP the gateway says it."""

    def __init__(self) -> None:
        metadata = {**SECRET, "given": "address"}
        super().__init__(64, load_default=None, allow_none=True, metadata=metadata)


class Mark(Text):
    """The random mark by which a browser is known again (设备标识), as the gateway gave it."""

    def __init__(self) -> None:
        super().__init__(64, load_default=None, allow_none=True, metadata=PERSONAL)


class Device(Text):
    """What a caller's program calls itself. Over HTTP it is the header `User-Agent`."""

    def __init__(self) -> None:
        metadata = {**SECRET, "given": "agent"}
        super().__init__(200, load_default=None, allow_none=True, metadata=metadata)
