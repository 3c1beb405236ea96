#!/bin/sh
# Write secrets/*.env beside this script, with random passwords and keys. Existing ones are kept:
# PERSONAL_DATA_LOOKUP_KEY must never change, since nobody would be found by ID number again, and
# PERSONAL_DATA_KEY only as `wanchuang-identity rewrap --help` says.
set -eu
umask 077
cd "$(dirname "$0")"
if [ -e secrets ]; then
    echo "secrets/ is there already: nothing changed" >&2
    exit 1
fi
mkdir secrets

random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
put() { printf '%s\n' "$@"; }

bus=$(random 16) operator=$(random 16) supervisor=$(random 16)
services=$(random 16) oversight=$(random 16)
put "RABBITMQ_DEFAULT_USER=wanchuang" "RABBITMQ_DEFAULT_PASS=$bus" > secrets/rabbitmq.env
put "AMQP_URL=amqp://wanchuang:$bus@rabbitmq:5672/" > secrets/bus.env
put "POSTGRES_PASSWORD=$operator" > secrets/postgres.env
put "MIGRATION_DATABASE_URL=postgresql://wanchuang:$operator@postgres/{service}" \
    > secrets/database-owner.env
put "DATABASE_URL=postgresql://{service}:$services@postgres/{service}" > secrets/database.env
put "POSTGRES_PASSWORD=$supervisor" > secrets/oversight-postgres.env
put "OVERSIGHT_MIGRATION_DATABASE_URL=postgresql://supervisor:$supervisor@oversight-postgres/oversight" \
    > secrets/oversight-owner.env
put "OVERSIGHT_DATABASE_URL=postgresql://oversight:$oversight@oversight-postgres/oversight" \
    "WITNESS_KEY=$(random 32)" "OVERSIGHT_LOG_SIGNING_KEY=$(random 32)" > secrets/oversight.env
put "LOG_SIGNING_KEY=$(random 32)" > secrets/log-key.env
put "PERSONAL_DATA_TRANSIT_KEY=$(random 32)" > secrets/personal-data.env
put "PERSONAL_DATA_KEY=$(random 32)" "PERSONAL_DATA_LOOKUP_KEY=$(random 64)" \
    "OWNER_PASSWORD=$(random 12)" > secrets/identity.env
put "PERSONAL_DATA_LOOKUP_KEY=$(random 64)" > secrets/voucher-ledger.env
echo "secrets/ written; keep it out of version control and keep a copy in a safe place" >&2
