"""`wanchuang-identity`: the keys of personal data, and the import of subjects."""

import sys

import click

from chassis.database import Database
from chassis.privacy import BadKey, PersonalDataKey
from chassis.settings import Settings
from identity.authenticators import Authenticators
from identity.checking import FAULTS, disagreements
from identity.domain.refusals.personal_data import KeyMissing
from identity.importing.command import import_
from identity.vault import Vault


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """身份服务的命令行 · Identity's console: keys of personal data, import of subjects.

    \b
    Start here:              wanchuang-identity import --help
                             wanchuang-identity check

    \b
    Settings come from the environment:
      IDENTITY_DATABASE_URL            identity's database
      PERSONAL_DATA_KEY(_FILE)         the master key; earlier ones may follow it
      PERSONAL_DATA_CIPHER             aes-256-gcm or sm4-gcm
      AUTHORITIES_URL                  the registries, for import
    """  # noqa: D301 - click reads the backspace as "keep these lines"


@main.command()
def rewrap() -> None:
    """换主密钥 · Wrap every key and authenticator's secret by the present master key.

    \b
    1. wanchuang personal-keys           once, before the first rotation: set what it prints
    2. PERSONAL_DATA_KEY="NEW OLD"       for identity, and restart it
    3. wanchuang-identity rewrap         can be interrupted and repeated
    4. PERSONAL_DATA_KEY="NEW"           destroy OLD: with it, every old copy of every wrapped key

    No event is touched. Only after step 4 are keys that were destroyed before it beyond recovery
    from old backups and write-ahead logs too.
    """  # noqa: D301
    database, vault = _open()
    try:
        count = vault.rewrap()
        secrets = Authenticators(database, _key()).reseal()
    except KeyMissing as error:
        raise click.ClickException(
            "有密钥无法用任何已知主密钥解开,请运行 check / no known master key opens one: run check"
        ) from error
    finally:
        database.close()
    click.echo(f"{count} 个密钥已换 / keys rewrapped; 主密钥 / master {vault.master}")
    click.echo(f"{secrets} 个动态口令密钥已换 / secrets of authenticators sealed anew")


@main.command()
def check() -> None:
    """核对 · Compare the keys with the log; exit status 1 when they disagree."""
    database, vault = _open()
    count = 0
    for found in disagreements(database, vault):
        count += 1
        click.echo(f"{found.subject}  {FAULTS[found.fault]}")
    keys = database.row("SELECT count(*) AS keys FROM subject_keys") or {"keys": 0}
    database.close()
    click.echo(f"{keys['keys']} 个密钥 / keys, {count} 处不符 / disagreements")
    sys.exit(1 if count else 0)


main.add_command(import_)


def _open() -> tuple[Database, Vault]:
    settings = Settings.load("identity")
    try:
        database = Database(settings.database_url, pool_size=2)
        return database, Vault(database, _key(), settings.personal_data_cipher)
    except (BadKey, ValueError) as error:
        raise click.ClickException(str(error)) from error


def _key() -> PersonalDataKey:
    return PersonalDataKey.of(Settings.load("identity"))
