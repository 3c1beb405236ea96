"""Settings: from the environment, the same in all three ways of running.

A service's own variable wins over the shared one: `IDENTITY_DB_POOL_SIZE` over `DB_POOL_SIZE`.
`DATABASE_URL` may hold `{service}`, since each service has a database and a login of its own.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


def _setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True)
class Settings:
    """Everything that can be set, with default and meaning (`wanchuang settings` prints it)."""

    service: str = _setting("", "name of the service; set by the command line")
    database_url: str = _setting(
        "postgresql://127.0.0.1/{service}", "PostgreSQL; {service} becomes the service's name"
    )
    migration_database_url: str = _setting(
        "",
        "PostgreSQL, as the owner of the tables: `wanchuang migrate` alone needs it, and gives the "
        "role of DATABASE_URL its rights; empty: the services log in as the owner",
    )
    amqp_url: str = _setting("amqp://guest:guest@127.0.0.1:5672/", "RabbitMQ")
    authorities_url: str = _setting("http://127.0.0.1:8090", "registries for real-name checks")
    http_host: str = _setting("127.0.0.1", "address of the gateway")
    http_port: int = _setting(8000, "port of the gateway (0 = any free one)")
    health_port: int = _setting(0, "port of health and metrics of a process (0 = none)")
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR")
    log_format: str = _setting("json", "json or console")
    db_pool_size: int = _setting(16, "database connections of one process and service")
    max_workers: int = _setting(64, "green threads that handle RPC calls in one process")
    rpc_timeout: float = _setting(5.0, "seconds a call to another service may take")
    personal_data_key: str = _setting(
        "", "64 hex digits: master key of personal data; earlier ones may follow, spaces between"
    )
    personal_data_key_file: str = _setting("", "a file that holds it instead, one key a line")
    personal_data_lookup_key: str = _setting(
        "", "128 hex digits that never change: look-ups; see `wanchuang personal-keys`"
    )
    personal_data_transit_key: str = _setting(
        "", "64 hex digits: seals personal data on the bus; all that the gateway needs"
    )
    personal_data_cipher: str = _setting(
        "aes-256-gcm", "seals personal data in events: aes-256-gcm or sm4-gcm"
    )
    log_signing_key: str = _setting("", "hex, 32 bytes: seals the logs (each by a derived key)")
    log_origin: str = _setting("wanchuang", "first part of the logs' names in their checkpoints")
    log_hash: str = _setting("sha-256", "hash of the Merkle tree: sha-256 or sm3")
    log_keys: str = _setting(
        "", "public keys (vkeys) of the logs: by them they are followed and witnessed"
    )
    witness_keys: str = _setting("", "public keys (vkeys) of the supervisors, spaces between")
    witness_key: str = _setting("", "hex, 32 bytes: the supervisor's key, which cosigns")
    witness_interval: float = _setting(0.5, "seconds between looks at the logs' checkpoints")
    witness_overdue_seconds: float = _setting(
        60.0, "seconds that an entry or an approval may wait to be cosigned before it is a finding"
    )
    tick_interval: float = _setting(
        60.0, "seconds between looks at what has become due (expiry, what is not applied)"
    )
    age_policy: str = _setting(
        "on-birthday", "day on which a year of age is complete: on-birthday or day-after"
    )
    net_id_keys: str = _setting(
        "", "public keys (Ed25519, hex) of the national 网号/网证 service, spaces between"
    )
    payment_institution_url: str = _setting(
        "", "payment institution that users pay their own shares to; empty: none is instructed"
    )
    payment_institution_keys: str = _setting(
        "",
        "public keys of the payment institution, spaces between: RSA of 2048 bits or more (DER of "
        "the SubjectPublicKeyInfo in base64), or Ed25519 (64 hex digits)",
    )
    token_ttl_hours: int = _setting(12, "hours a session lasts")
    session_idle_minutes: int = _setting(30, "minutes after which an unused session ends")
    breached_passwords: str = _setting(
        "", "file of breached passwords, see docs/decisions/018 (none: the bundled list alone)"
    )
    trusted_proxies: int = _setting(0, "proxies before the gateway that add to X-Forwarded-For")
    owner_password: str = _setting("", "password of the first 省人社厅 account")
    follow_interval: float = _setting(2.0, "seconds between look-ups of logs that say nothing")
    acknowledge_seconds: float = _setting(
        10.0, "seconds between acknowledgements of what was applied of a followed log, at the least"
    )
    data_dir: str = _setting("var/data", "folder of the embedded mode")

    @classmethod
    def load(cls, service: str, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings of one service. Raises `ValueError` naming a bad variable."""
        source = os.environ if environ is None else environ
        prefix = service.upper().replace("-", "_") + "_"
        values: dict[str, Any] = {"service": service}
        for item in fields(cls):
            name = item.name.upper()
            text = source.get(prefix + name, source.get(name))
            if text is None or item.name == "service":
                continue
            kind: type[Any] = type(item.default)
            try:
                values[item.name] = kind(text)
            except ValueError as error:
                raise ValueError(f"{name}={text!r} is not a valid {kind.__name__}") from error
        settings = cls(**values)
        database = service.replace("-", "_")
        for name in ("database_url", "migration_database_url"):
            url = getattr(settings, name).replace("{service}", database)
            object.__setattr__(settings, name, url)
        return settings

    @property
    def embedded(self) -> bool:
        """True when the bus lives in this process."""
        return self.amqp_url.startswith("inprocess:")


def reference() -> list[tuple[str, Any, str]]:
    """(VARIABLE, default, meaning) of every setting but `service`."""
    return [
        (item.name.upper(), item.default, item.metadata["help"])
        for item in fields(Settings)
        if item.name != "service"
    ]
