"""The authenticator app of the example job's staff (动态口令): one secret a login.

A person has it on a phone. The embedded mode keeps the secrets of its example accounts in a file of
the data folder, readable by its user alone, so that the job can go on and a newcomer can sign in.
"""

import json
from pathlib import Path

import eventlet
import pyotp

from chassis import clock

STEP_SECONDS = 30
FILE = "authenticators.json"


class Authenticator:
    """Secrets by login, and their codes; each code is given once, as a careful person would."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._last: dict[str, int] = {}
        self.secrets: dict[str, str] = {}
        if path is not None and path.exists():
            self.secrets = json.loads(path.read_text())

    def add(self, login: str, secret: str) -> None:
        """Take up a secret, as by scanning its QR code."""
        self.secrets[login] = secret
        self._last.pop(login, None)
        if self._path is not None:
            self._path.touch(mode=0o600)
            self._path.write_text(json.dumps(self.secrets, indent=2))

    def code(self, login: str) -> str | None:
        """The next code that was not given before, waiting for it; None without a secret.

        A platform takes the code of the step to come as well (a device's clock may be fast), so
        the second within half a minute needs no waiting.
        """
        secret = self.secrets.get(login)
        if secret is None:
            return None
        step = max(_present(), self._last.get(login, -1) + 1)
        while step > _present() + 1:
            eventlet.sleep(0.5)
        self._last[login] = step
        return pyotp.TOTP(secret).generate_otp(step)

    def uris(self) -> dict[str, str]:
        """By login: what an authenticator app reads from a QR code, or is typed into it."""
        return {
            login: pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="wanchuang")
            for login, secret in sorted(self.secrets.items())
        }

    def shown(self, login: str) -> tuple[str, int]:
        """The code that a phone would show now, and for how many seconds. Raises `KeyError`."""
        left = STEP_SECONDS - int(clock.now().timestamp()) % STEP_SECONDS
        return pyotp.TOTP(self.secrets[login]).generate_otp(_present()), left


def _present() -> int:
    return int(clock.now().timestamp()) // STEP_SECONDS
