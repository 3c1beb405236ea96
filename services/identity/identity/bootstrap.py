"""The first account: without it nobody could open another one for staff."""

from uuid import NAMESPACE_URL, uuid5

import structlog
from marshmallow import ValidationError

from chassis import context
from chassis.commands import Command, Commands
from identity.application import OWNER_LOGIN, Identity
from identity.domain.account import Account
from identity.domain.refusals.sign_in import PasswordWeak
from schemas import roles
from schemas.identity.accounts import OpenStaffAccount

log = structlog.get_logger()

COMMAND_ID = str(uuid5(NAMESPACE_URL, "wanchuang/bootstrap/owner"))


class BadOwnerPassword(ValueError):
    """`OWNER_PASSWORD` does not fit the rules for passwords."""


def ensure_owner(application: Identity, commands: Commands) -> None:
    """Open the first account of 省人社厅 where `OWNER_PASSWORD` is set and there is none yet.

    Safe to repeat, also at once in several processes. A password set later changes nothing. Raises
    `BadOwnerPassword`.
    """
    password = application.settings.owner_password
    if not password or application.find(Account, application.account_id(OWNER_LOGIN)) is not None:
        return
    values = {"login": OWNER_LOGIN, "role": roles.HRSS_PROVINCE, "region": "340000"}
    try:
        parsed = OpenStaffAccount.parse({**values, "password": password})
    except ValidationError as error:
        raise BadOwnerPassword("OWNER_PASSWORD must have 10 to 128 characters") from error
    command = Command("open_staff_account", COMMAND_ID, values, OpenStaffAccount.shown(values))
    with context.bound(context.Context(actor="system:identity", legal_basis=("art. 7",))):
        try:
            outcome = commands.execute(command, lambda: application.open_staff_account(**parsed))
        except PasswordWeak as error:
            raise BadOwnerPassword(f"OWNER_PASSWORD: {error.data['reason_en']}") from error
    log.info("owner", outcome=outcome.get("error", {}).get("code", "opened"))
