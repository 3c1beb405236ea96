"""The fields that contracts of identity share; most are personal."""

import unicodedata
from typing import Any

from marshmallow import ValidationError, fields, validate

from chassis.contract import Text

SERVICE = "identity"


PERSONAL = {"personal": True}


UNVERIFIED = PERSONAL
"""Public once a registry confirmed it; until then whatever somebody typed, an ID number too."""


class Login(fields.String):
    """A login name: 3 to 64 of letters, digits and `._@+-`, in either case; personal data."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            validate=validate.Regexp(r"^[A-Za-z0-9._@+-]{3,64}\Z"),
            metadata=PERSONAL,
            **kwargs,  # type: ignore[arg-type]
        )


class Password(fields.String):
    """A password of 10 to 128 characters, NFC-normalised, spaces kept; a secret."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            validate=validate.Length(10, 128),
            load_only=True,
            metadata={"personal": True, "secret": True, "format": "password"},
            **kwargs,  # type: ignore[arg-type]
        )

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = unicodedata.normalize("NFC", str(super()._deserialize(value, *args, **kwargs)))
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            raise ValidationError("含有控制字符 / Contains control characters.")
        return text


class Token(Text):
    """A session's token, as `SignIn` gave it. Over HTTP it comes in the header `Authorization`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(200, metadata={**PERSONAL, "bearer": True}, **kwargs)
