"""`wanchuang-oversight as-of`: balances, a voucher, a standing or a listing as it was."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click

from chassis.database import Database
from chassis.settings import Settings
from oversight.console.bounds import Bound, BoundType, within
from oversight.console.failing import said_clearly
from oversight.console.printing import balances as buckets
from oversight.copies import copies
from oversight.domain.event import Event
from oversight.rebuilding import Rebuilt, rebuild
from oversight.tally import LEDGER

Shown = dict[str, Any] | None

_AT = click.option(
    "--at",
    type=BoundType(inclusive=True),
    help="到此位置或时刻为止(含),默认为现在 / Up to this place, inclusive; by default now.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON / Print JSON.")


@click.group("as-of", no_args_is_help=True)
def as_of() -> None:
    """重建某时点的状态 · Rebuild what was at a position or a time.

    Everything is rebuilt from the entries of the supervisor's copy, nothing is looked up in a read
    model. The place (--at) is a position of the log that is read, a date such as 2026-03-01 (to the
    end of that day in Asia/Shanghai), a month such as 2026-03, a time such as 2026-03-01T08:30
    (Asia/Shanghai), or an instant with Z or an offset; what is named belongs to it.

    \b
    wanchuang-oversight as-of balances --at 1200
    wanchuang-oversight as-of voucher 1f0c… --at 2026-03-01
    wanchuang-oversight as-of standing 77ab… --at 2026-03-01T08:30
    wanchuang-oversight as-of listing 0d3e… --json

    Exit status: 0 shown, 1 there was no such thing then, 2 the copy cannot be read, or
    does not reach that position.
    """  # noqa: D301 - click reads the backspace as "keep these lines"


@as_of.command()
@_AT
@_JSON
def balances(at: Bound | None, as_json: bool) -> None:
    """试算平衡 · The trial balance, by fund, region and year, in fen."""
    rebuilt = _rebuilt(LEDGER, at)
    totals = rebuilt.world.book.totals()
    if as_json:
        _echo_json(rebuilt, {"balances": totals})
        return
    _echo_place(rebuilt, at)
    for row in totals:
        click.echo(f"{row['fund']} {row['region']} {row['year']}  {buckets(row['balances'])}")
    rest = sum(sum(row["balances"].values()) for row in totals)
    click.echo(f"合计 / sum {rest}")


@as_of.command()
@click.argument("id_", metavar="ID", type=click.UUID)
@_AT
@_JSON
def voucher(id_: Any, at: Bound | None, as_json: bool) -> None:
    """创业券 · One voucher: state, amounts in fen, terms, history."""

    def show(rebuilt: Rebuilt, id_: str) -> Shown:
        found = rebuilt.world.vouchers.get(id_)
        if found is None:
            return None
        return {
            "state": found.state,
            "holder": found.holder,
            "purse": found.purse,
            "face_fen": found.batch.terms["face_fen"],
            "available_fen": found.available_fen,
            "reserved_fen": {order: fen for order, (fen, _) in found.reserved.items()},
            "redeemed_fen": {order: fen for order, (fen, _) in found.redeemed.items()},
            "use_by": found.batch.terms["use_by"],
            "redeem_by": found.batch.terms["redeem_by"],
        }

    _show_one(LEDGER, str(id_), at, as_json, show)


@as_of.command()
@click.argument("id_", metavar="ID", type=click.UUID)
@_AT
@_JSON
def standing(id_: Any, at: Bound | None, as_json: bool) -> None:
    """主体资格 · One subject: verified, admitted as a user, admitted as a provider, history."""

    def show(rebuilt: Rebuilt, id_: str) -> Shown:
        world = rebuilt.world
        return {
            "verified": id_ in world.verified,
            "user_since_position": world.users.get(id_),
            "provider_since_position": world.providers.get(id_),
        }

    _show_one("identity", str(id_), at, as_json, show)


@as_of.command()
@click.argument("id_", metavar="ID", type=click.UUID)
@_AT
@_JSON
def listing(id_: Any, at: Bound | None, as_json: bool) -> None:
    """服务项目 · One listing: price in fen, whitelisting, whether withdrawn, history."""

    def show(rebuilt: Rebuilt, id_: str) -> Shown:
        offers = rebuilt.world.listings.get(id_)
        return asdict(offers[-1]) if offers else None

    _show_one("catalog", str(id_), at, as_json, show)


def _show_one(
    log: str, id_: str, at: Bound | None, as_json: bool, show: Callable[[Rebuilt, str], Shown]
) -> None:
    rebuilt = _rebuilt(log, at, id_)
    found = show(rebuilt, id_) if rebuilt.history else None
    if found is None:
        click.echo(f"当时没有 {id_} / there was no {id_} then", err=True)
        sys.exit(1)
    if as_json:
        history = [_line_of(event) for event in rebuilt.history]
        _echo_json(rebuilt, {"id": id_, **found, "history": history})
        return
    _echo_place(rebuilt, at)
    for name, value in {"id": id_, **found}.items():
        click.echo(f"  {name:24} {value}")
    for event in rebuilt.history:
        click.echo(f"  {event.position:>9}  {event.recorded_at}  {event.type} v{event.version}")


def _rebuilt(log: str, at: Bound | None, stream: str | None = None) -> Rebuilt:
    def excludes(position: int, recorded_at: str) -> bool:
        return at is not None and at.excludes(position, recorded_at)

    with said_clearly():
        database = Database(Settings.load("oversight").database_url, pool_size=1)
        copy = copies(database, (log,))[log]
        within(log, at, copy.extent().end)
        return rebuild(copy, excludes, stream)


def _echo_place(rebuilt: Rebuilt, at: Bound | None) -> None:
    place = "至今 / up to now" if at is None else str(at)
    last = "-" if rebuilt.position is None else f"{rebuilt.position} ({rebuilt.recorded_at})"
    click.echo(f"{rebuilt.log}: {place}; 末条 / last entry {last}")
    if rebuilt.passed_over:
        count = rebuilt.passed_over
        line = f"  {count} 条无法读懂,请先核验 / {count} entries not understood: run verify"
        click.echo(line, err=True)


def _echo_json(rebuilt: Rebuilt, found: dict[str, Any]) -> None:
    place = {"log": rebuilt.log, "position": rebuilt.position, "recorded_at": rebuilt.recorded_at}
    document = {**place, "passed_over": rebuilt.passed_over, **found}
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _line_of(event: Event) -> dict[str, Any]:
    return {
        "position": event.position,
        "recorded_at": event.recorded_at,
        "type": event.type,
        "version": event.version,
    }
