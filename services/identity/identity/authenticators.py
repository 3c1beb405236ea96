"""The second factor (动态口令, RFC 6238) and recovery codes (恢复码).

A TOTP secret is sealed under a derived key in a private table. A recovery code is stored nowhere:
it is an HMAC over its batch and place, so whoever has read the database knows none.
"""

import hmac
from base64 import b32encode
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from typing import Any, Final

import pyotp
import segno
from sqlalchemy import bindparam, delete, insert, select

from chassis.database import Database, Prepared, Statement
from chassis.privacy import PersonalDataKey, Unsealable, lookup_digest, seal, unseal
from identity.domain.refusals.second_factor import NothingToConfirm
from identity.tables import TOTP_SECRETS

STEP_SECONDS: Final = 30
DRIFT: Final = 1
"""Steps that a device's clock may be fast or slow."""

RECOVERY_CODES: Final = 10
ISSUER: Final = "皖创云"

_KEEP = Prepared(
    insert(TOTP_SECRETS).values(
        enrolment=bindparam("enrolment"), account_id=bindparam("account"), sealed=bindparam("text")
    )
)
_FORGET = Prepared(delete(TOTP_SECRETS).where(TOTP_SECRETS.c.enrolment == bindparam("key")))
_RESEAL = "UPDATE totp_secrets SET sealed = %s WHERE enrolment = %s AND sealed = %s"
_FORGET_OTHERS = "DELETE FROM totp_secrets WHERE account_id = %s AND enrolment <> %s"


class Authenticators:
    """Secrets of authenticators, and what follows from them."""

    def __init__(self, database: Database, key: PersonalDataKey) -> None:
        self._database = database
        self._keys = key.derive_all("totp-secret/1")
        self._lookup = key.lookup

    def keep_new_secret(self, enrolment: str, account_id: str) -> Statement:
        """Make a secret of 160 bits and keep it, sealed."""
        sealed = seal(self._keys[0], pyotp.random_base32(), _purpose(enrolment))
        return _KEEP(enrolment=enrolment, account=account_id, text=sealed)

    def forget(self, enrolment: str) -> Statement:
        """Delete a secret that is not used any more."""
        return _FORGET(key=enrolment)

    def forget_others(self, account_id: str, enrolment: str) -> Statement:
        """Delete every secret of an account but one."""
        return _FORGET_OTHERS, (account_id, enrolment)

    def shown(self, enrolment: str, name: str) -> dict[str, str]:
        """What an authenticator needs, as `EnrolmentView` shows it. Raises `NothingToConfirm`."""
        secret = self._secret(enrolment)
        if secret is None:
            raise NothingToConfirm
        uri = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)
        svg = BytesIO()
        segno.make(uri, error="m", micro=False).save(
            svg, kind="svg", scale=4, xmldecl=False, svgclass=None, lineclass=None
        )
        return {
            "enrolment": enrolment,
            "secret": secret,
            "otpauth_uri": uri,
            "qr_svg": svg.getvalue().decode(),
        }

    def steps(self, enrolment: str, code: str, now: datetime) -> list[int]:
        """The time steps around now of which this is the code; most often one, or none."""
        secret = self._secret(enrolment)
        present = int(now.timestamp()) // STEP_SECONDS
        one = pyotp.TOTP(secret or pyotp.random_base32())
        nearby = range(present - DRIFT, present + DRIFT + 1)
        fitting = [step for step in nearby if _same(one.generate_otp(step), code)]
        return fitting if secret is not None else []

    def recovery_codes(self, batch: str) -> list[str]:
        """The ten codes of a batch, as they are written down: `ABCD-EFGH-…`, 80 bits each."""
        return [self._recovery_code(batch, place) for place in range(RECOVERY_CODES)]

    def place(self, batch: str | None, code: str) -> int | None:
        """The place of a code in a batch, or None; as much work where there is no batch."""
        given = _plain(code)
        found = None
        for place in range(RECOVERY_CODES):
            if _same(_plain(self._recovery_code(batch or "", place)), given):
                found = place
        return found if batch is not None else None

    def _recovery_code(self, batch: str, place: int) -> str:
        digest = bytes.fromhex(lookup_digest(self._lookup, "recovery-code", f"{batch}/{place}"))
        text = b32encode(digest[:10]).decode()
        return "-".join(text[start : start + 4] for start in range(0, 16, 4))

    def _secret(self, enrolment: str) -> str | None:
        row = self._database.row(
            select(TOTP_SECRETS.c.sealed).where(TOTP_SECRETS.c.enrolment == enrolment)
        )
        return None if row is None else self._unsealed(enrolment, row["sealed"])

    def _unsealed(self, enrolment: str, sealed: str) -> str:
        """A secret, sealed under the present master key or an earlier one. Raises `Unsealable`."""
        for key in self._keys[:-1]:
            with suppress(Unsealable):
                return unseal(key, sealed, _purpose(enrolment))
        return unseal(self._keys[-1], sealed, _purpose(enrolment))

    def reseal(self) -> int:
        """Seal every secret under the present master key; returns how many were not. Resumable."""
        count = 0
        for row in self._database.rows(select(TOTP_SECRETS)):
            enrolment, sealed = row["enrolment"], row["sealed"]
            try:
                unseal(self._keys[0], sealed, _purpose(enrolment))
            except Unsealable:
                secret = self._unsealed(enrolment, sealed)
                again = seal(self._keys[0], secret, _purpose(enrolment))
                self._database.execute([(_RESEAL, (again, enrolment, sealed))])
                count += 1
        return count


def is_totp(code: str) -> bool:
    """Whether a text has the form of an authenticator's code: six ASCII digits."""
    return len(code) == 6 and code.isascii() and code.isdigit()


def view_of(codes: list[str]) -> dict[str, Any]:
    """Recovery codes as `RecoveryCodesView` shows them."""
    return {"recovery_codes": codes}


def _purpose(enrolment: str) -> str:
    return f"totp/{enrolment}"


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogatepass"))
