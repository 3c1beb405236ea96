"""Alembic's entry point."""

from alembic import context

from chassis.database import run_migrations

run_migrations(context.config)
