"""Identity's use cases, by subject."""

import identity.read_models  # noqa: F401 - its projections are registered where they stand
from identity.application.accounts import OWNER_LOGIN
from identity.application.agreements import Agreeing
from identity.application.attesting import Attesting
from identity.application.authorisations import Authorising
from identity.application.blacklist import Blacklist
from identity.application.devices import Devices
from identity.application.erasure import Erasing
from identity.application.importing import Importing
from identity.application.members import Memberships
from identity.application.places import PLACES
from identity.application.related import Relating
from identity.application.renewing import Renewing
from identity.application.sign_ins import SignIns

__all__ = ["OWNER_LOGIN", "Identity"]


class Identity(
    SignIns,
    Memberships,
    Renewing,
    Attesting,
    Blacklist,
    Agreeing,
    Authorising,
    Importing,
    Relating,
    Devices,
    Erasing,
):
    """Who may act: accounts, the verified subjects behind them, and what is kept of them."""

    places = PLACES
