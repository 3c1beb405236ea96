"""Every table of every service is insert-only, or named here as one that is written anew."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from sqlalchemy import make_url

from chassis.bus.host import apply_migrations, deployables
from chassis.grants import ROWS, TRIGGER, service_url
from chassis.settings import Settings

pytestmark = pytest.mark.article(8, 32)

THE_LOG = {"events", "commands", "entries", "tiles", "checkpoints"}
FOR_EVER = {
    "identity": THE_LOG,
    "catalog": THE_LOG,
    "voucher-ledger": THE_LOG
    | {"cosigned", "deliveries", "own_payments", "own_shares", "parameters", "placements"}
    | {"contacts", "reconciliations", "refunds"},
    "matching": THE_LOG | {"deadlines"},
    "oversight": THE_LOG | {"mirror", "witness_tiles", "cosigned", "watched", "forks"},
}
"""What is never changed, service by service. A table more than these needs no line here."""

WRITTEN_ANEW = {
    "identity": {
        "accounts", "sessions", "subjects", "credentials", "provider_resources", "subject_keys",
        "consents", "erasures", "business", "account_roles", "freeze_cases", "password_resets",
        "session_uses", "used_codes", "totp_secrets", "sign_in_attempts", "api_keys",
        "api_key_uses", "admissions", "renewals", "list_checks", "pending_verifications",
        "verification_misses", "age_watch", "blacklistings", "agreements",
    },
    "catalog": {"listings", "fee_schedules"},
    "voucher-ledger": {
        "budgets", "transfers", "batches", "allotments", "budget_shares", "grant_runs", "vouchers",
        "shares", "redemptions", "offers", "sample_rounds", "payment_orders",
        "purchases",
        "payment_lines", "differences",
    },
    "matching": {"orders", "listings", "fee_schedules"},
    "oversight": {
        "replays", "findings", "witnessed_streams", "acknowledged", "parked_by",
    },
}  # fmt: skip
"""Read models and private tables, which projections update or delete. Everything else has to be
insert-only: a new table needs the trigger `insert_only`, or a line here that says why not."""

RIGHTS = ["INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
"""MAINTAIN comes with PostgreSQL 17."""

OF_THE_CHASSIS = {
    "published", "tracking", "parked", "tenures", "standing", "agreements_in_force",
    "agreements_signed", "authorisations",
}  # fmt: skip

TABLES = """
SELECT c.relname AS name,
    array(SELECT t.tgname::text FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled = 'A'
        AND t.tgname IN (%s, %s) ORDER BY 1) AS triggers,
    array(SELECT p FROM unnest(%s) p WHERE has_table_privilege(%s, c.oid, p)) AS rights,
    has_any_column_privilege(%s, c.oid, 'INSERT') AS adds,
    has_any_column_privilege(%s, c.oid, 'UPDATE, REFERENCES') AS changes_columns,
    pg_has_role(%s, c.relowner, 'MEMBER') AS owns,
    c.relispartition OR EXISTS (SELECT FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent))
        OR c.relrowsecurity OR c.relhasrules AS extended,
    EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = c.oid) AS refers
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
"""


@pytest.fixture(params=sorted(FOR_EVER))
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def migrated(service: str, make_database: Callable[[str], str]) -> Settings:
    """The settings of a service whose database was migrated by its owner."""
    owner = make_database(service)
    url = service_url(owner, str(make_url(owner).database), "password")
    environ = {"DATABASE_URL": url, "MIGRATION_DATABASE_URL": owner}
    settings = Settings.load(service, environ)
    apply_migrations(deployables()[service], settings)
    return settings


@pytest.fixture
def tables(migrated: Settings) -> dict[str, dict[str, Any]]:
    """What each table is protected by."""
    role = str(make_url(migrated.database_url).username)
    with closing(psycopg2.connect(migrated.migration_database_url)) as connection:
        cursor = connection.cursor()
        rights = RIGHTS + ["MAINTAIN"] * (connection.server_version >= 170_000)
        cursor.execute(TABLES, (TRIGGER, ROWS, rights, role, role, role, role))
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row.pop("name"): row for row in rows if not row["name"].endswith("_version")}


def test_no_table_is_forgotten(service: str, tables: dict[str, dict[str, Any]]) -> None:
    anew = OF_THE_CHASSIS | WRITTEN_ANEW[service]
    assert FOR_EVER[service] <= tables.keys()
    assert anew <= tables.keys(), "named here, but there is no such table"
    for name, table in tables.items():
        assert bool(table["triggers"]) == (name not in anew), name


def test_what_is_for_ever_can_only_be_added_to(
    service: str, tables: dict[str, dict[str, Any]]
) -> None:
    marked = {name: table for name, table in tables.items() if table["triggers"]}
    assert marked.keys() >= FOR_EVER[service]
    for name, table in marked.items():
        assert table["triggers"] == [TRIGGER, ROWS], name
        assert table["adds"], name
        assert set(table["rights"]) <= {"SELECT", "INSERT"}, name
        assert not table["changes_columns"], name
        assert not table["extended"], f"{name}: children, rules and policies go around triggers"
        assert not table["refers"], f"{name}: a foreign key can delete"


def test_a_services_login_owns_nothing(tables: dict[str, dict[str, Any]]) -> None:
    for name, table in tables.items():
        assert not table["owns"], name
        assert "SELECT" in table["rights"], name
        assert not {"TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"} & set(table["rights"]), name


def test_no_function_lends_the_owners_rights(migrated: Settings) -> None:
    with closing(psycopg2.connect(migrated.database_url)) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
            "WHERE n.nspname = 'public' AND p.prosecdef"
        )
        assert cursor.fetchall() == []
