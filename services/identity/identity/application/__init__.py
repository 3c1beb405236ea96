"""Identity's use cases, by subject."""

from identity.application.accounts import OWNER_LOGIN
from identity.application.attesting import Attesting
from identity.application.erasure import Erasing
from identity.application.renewing import Renewing
from identity.application.sessions import Sessions

__all__ = ["OWNER_LOGIN", "Identity"]


class Identity(Sessions, Renewing, Attesting, Erasing):
    """Who may act: accounts, the verified subjects behind them, and what is kept of them."""
