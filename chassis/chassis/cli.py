"""The console command `wanchuang`."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # eventlet says at each start that it is in maintenance
    import eventlet

eventlet.monkey_patch()

from importlib.metadata import entry_points  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import click  # noqa: E402

from chassis.bus.green import wait_in_turn  # noqa: E402

wait_in_turn()

COMMANDS = "wanchuang.commands"


class _Group(click.Group):
    """Finds further subcommands in installed distributions, and imports them when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Our own subcommands and those of other distributions."""
        found = {point.name for point in entry_points(group=COMMANDS)}
        return sorted(found | set(super().list_commands(ctx)))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A subcommand by name."""
        for point in entry_points(group=COMMANDS, name=cmd_name):
            loaded: click.Command = point.load()
            return loaded
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wanchuang-chassis")
def main() -> None:
    """皖创云 · the Anhui entrepreneurship service cloud platform.

    \b
    Try it on this machine:   wanchuang run          everything in one process
    One service:              wanchuang serve identity
    Its log:                  wanchuang sequence identity
    Its tables:               wanchuang migrate identity
    Every setting:            wanchuang settings

    Settings come from the environment; a service's own variable (IDENTITY_DATABASE_URL) wins over
    the shared one (DATABASE_URL).
    """  # noqa: D301 - click reads the backspace as "keep these lines"


def _service_argument(function: Any) -> Any:
    return click.argument("service", metavar="SERVICE")(function)


def _all_deployables() -> Any:
    from chassis.bus.host import deployables

    return deployables()


def _deployable(name: str) -> Any:
    known = _all_deployables()
    if name not in known:
        raise click.BadParameter(f"no service {name!r}; there are {', '.join(known)}")
    return known[name]


@main.command()
@_service_argument
def serve(service: str) -> None:
    """Run one service: identity, catalog, voucher-ledger, matching, oversight or gateway."""
    from chassis.bus import host
    from chassis.privacy import BadKey

    try:
        host.serve(_deployable(service))
    except BadKey as error:
        raise click.ClickException(str(error)) from error


@main.command()
@_service_argument
def sequence(service: str) -> None:
    """Keep one service's log: give events their positions and publish them.

    Any number may run for a log; one is active, the others stand by.
    """
    from chassis.bus import host

    try:
        host.sequence(_deployable(service))
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@main.command()
def keys() -> None:
    """Print the public keys that belong to LOG_SIGNING_KEY and WITNESS_KEY, as settings.

    Give LOG_KEYS and WITNESS_KEYS to every service, and publish them outside the platform: who
    verifies evidence needs them from somewhere else.
    """
    from chassis import seal
    from chassis.settings import Settings

    logs = [name for name, each in _all_deployables().items() if each.migrations is not None]
    signed = [Settings.load(name) for name in logs]
    try:
        log_keys = " ".join(str(seal.signing_key(each).verifier) for each in signed)
        witness = seal.witness_signer(Settings.load("oversight")).verifier
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"LOG_KEYS={log_keys}")
    click.echo(f"WITNESS_KEYS={witness}")


@main.command()
@click.argument("service", metavar="SERVICE", required=False)
@click.option("--all", "everything", is_flag=True, help="Every service that has a database.")
def migrate(service: str | None, everything: bool) -> None:
    """Bring the tables of a service to the newest schema (safe to repeat).

    Works as the owner of the tables (MIGRATION_DATABASE_URL) and gives the login of the service
    (DATABASE_URL) its rights: it may add to the log, and change nothing in it.
    """
    from chassis.bus import host
    from chassis.grants import RoleTooStrong
    from chassis.settings import Settings

    if not service and not everything:
        raise click.UsageError("name a SERVICE, or give --all")
    chosen = list(host.deployables().values()) if everything else [_deployable(service or "")]
    for deployable in chosen:
        if deployable.migrations is not None:
            try:
                host.apply_migrations(deployable, Settings.load(deployable.name))
            except RoleTooStrong as error:
                raise click.ClickException(str(error)) from error
            click.echo(f"{deployable.name}: newest schema")


@main.command()
def settings() -> None:
    """Print every setting with its default and its meaning."""
    from chassis.settings import reference

    for name, default, meaning in reference():
        click.echo(f"{name:20} {str(default) or '-':40} {meaning}")


@main.command()
@click.option("--retry", metavar="LOG/POSITION", help="Try to apply one again.")
@click.option("--dismiss", metavar="LOG/POSITION", help="Let one go: it never takes effect.")
@click.option("--because", metavar="TEXT", default="", help="The reason; it stands in the log.")
@_service_argument
def parked(service: str, retry: str | None, dismiss: str | None, because: str) -> None:
    """List the entries of other logs that a service could not apply, with the error.

    The service itself does what is asked, a few seconds later, and says so in its own log, where
    the supervisor sees it. What cannot be applied this time either stays, with its new error.

    \b
    wanchuang parked matching
    wanchuang parked matching --retry catalog/17 --because "fixed in 1.2"
    """  # noqa: D301
    from chassis.database import Database
    from chassis.settings import Settings
    from chassis.subscription import parking

    database = Database(Settings.load(_deployable(service).name).database_url, pool_size=1)
    for place, what in ((retry, parking.APPLIED), (dismiss, parking.DISMISSED)):
        if place is None:
            continue
        log_name, _, position = place.rpartition("/")
        if not 0 < len(because.strip()) <= parking.LONGEST_REASON:
            raise click.UsageError("say why, with --because, in 200 characters at the most")
        if not position.isdecimal() or not parking.ask(
            database, log_name, int(position), what, because.strip()
        ):
            raise click.ClickException(f"{place} is not parked")
    rows = parking.parked(database)
    for row in rows:
        asked = f"  ({row['asked']} is asked for)" if row["asked"] else ""
        place = f"{row['log']}/{row['position']}"
        click.echo(f"{place}  {row['parked_at']:%F %T}  {row['error']}{asked}")
    click.echo(f"{len(rows)} parked")


@main.command()
@click.option("--check", is_flag=True, help="Compare an export with LOG_KEYS; needs nothing else.")
@click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path, check: bool) -> None:
    """Write the whole log of every service to a new FOLDER, for the operator's successor.

    As far as each log is sealed, compared with its signed root while it is written. The SHA-256 of
    the manifest, and each log's size and root, are what `POST /operator-tenures/…/handover` asks
    for. Personal fields are as the log has them, sealed; no key is exported.

    \b
    wanchuang export handover-2026
    wanchuang export --check handover-2026
    """  # noqa: D301
    from chassis import export as exporting
    from chassis.database import Database
    from chassis.seal import keys_by_log
    from chassis.settings import Settings

    logs = [name for name, each in _all_deployables().items() if each.migrations is not None]
    try:
        if check:
            digest, written = exporting.check(folder, keys_by_log(Settings.load(logs[0])))
        else:
            folder.mkdir(parents=True)
            written = []
            for name in logs:
                settings = Settings.load(name)
                key = keys_by_log(settings).get(name)
                if key is None:
                    raise exporting.ExportUnfit(f"{name}: not in LOG_KEYS (wanchuang keys)")
                database = Database(settings.database_url, pool_size=1)
                written.append(exporting.write_log(database, name, key, folder))
                database.close()
            digest = exporting.write_manifest(folder, written)
    except (exporting.ExportUnfit, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    for line in written:
        click.echo(f"{line['log']:16} {line['size']:>10}  {line['root']}")
    click.echo(f"{exporting.MANIFEST}  sha256 {digest}")


@main.command("personal-keys")
def personal_keys() -> None:
    """Print the keys that PERSONAL_DATA_KEY stands for by default, as settings of their own.

    Set them before PERSONAL_DATA_KEY is changed for the first time: look-ups by ID number must stay
    the same for ever, and the gateway needs the transit key alone. The account key is no setting of
    the platform: the payment institution is given it. Secret, as the key itself.
    """
    from chassis.privacy import BadKey, PersonalDataKey
    from chassis.settings import Settings

    try:
        key = PersonalDataKey.of(Settings.load("identity"))
        click.echo(f"PERSONAL_DATA_LOOKUP_KEY={(key.lookup + key.command_digests).hex()}")
        click.echo(f"PERSONAL_DATA_TRANSIT_KEY={key.sealing.hex()}")
        click.echo(f"PAYMENT_ACCOUNT_KEY={key.accounts.hex()}")
    except BadKey as error:
        raise click.ClickException(str(error)) from error
