"""Where lies what staff of a region ask about (区划范围, art. 9): by `Contract.place`."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from chassis.refusal import NotFound
from identity.application.passwords import Passwords
from identity.domain.account import Account
from identity.domain.authorisation import Authorisation
from identity.domain.blacklist import Blacklisting
from identity.domain.freeze import FreezeCase
from identity.domain.password_reset import PasswordReset
from identity.domain.subject import Subject
from schemas.identity.fields import (
    ACCOUNT,
    ACCOUNT_OF_CASE,
    ACCOUNT_OF_LOGIN,
    ACCOUNT_OF_RESET,
    AUTHORISATION,
    BLACKLISTING,
    SUBJECT,
)

Values = Mapping[str, Any]


def of_login(app: Passwords, values: Values) -> str | None:
    """The region of the account of a login; None for who has none yet."""
    account = app.find(Account, app.account_id(values["login"]))
    if account is None:
        raise NotFound(what="account", id="-")
    return app.region_of(account)


def of_reset(app: Passwords, values: Values) -> str | None:
    """The region of the account that a reset is about."""
    reset = app.load(PasswordReset, values["reset_id"])
    return app.region_of(app.load(Account, reset.account_id))


def of_case(app: Passwords, values: Values) -> str | None:
    """The region of the account that was frozen."""
    case = app.load(FreezeCase, values["case_id"])
    return app.region_of(app.load(Account, case.account_id))


def of_subject(app: Passwords, values: Values) -> str | None:
    """The region of a subject."""
    found = app.find(Subject, values["subject_id"])
    if found is None:
        raise NotFound(what="subject", id=values["subject_id"])
    return found.region


def of_blacklisting(app: Passwords, values: Values) -> str | None:
    """The region of the subject that an entry of the blacklist is about, as it was entered."""
    return app.load(Blacklisting, values["blacklisting_id"]).region


def of_account(app: Passwords, values: Values) -> str | None:
    """The region of an account of staff."""
    return app.load(Account, values["account_id"]).region


def of_authorisation(app: Passwords, values: Values) -> str | None:
    """The region of the account that was authorised, as it was then."""
    return app.load(Authorisation, values["authorisation_id"]).region


PLACES: Final[Mapping[str, Callable[[Any, Values], str | None]]] = {
    ACCOUNT_OF_LOGIN: of_login,
    ACCOUNT_OF_RESET: of_reset,
    ACCOUNT_OF_CASE: of_case,
    ACCOUNT: of_account,
    AUTHORISATION: of_authorisation,
    SUBJECT: of_subject,
    BLACKLISTING: of_blacklisting,
}
