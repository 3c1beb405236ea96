"""Ledgers with many vouchers, filled quickly: one is granted and claimed, the others are its like.

The one goes through commands; PostgreSQL then writes as many copies of its events and of its rows
in the read models, each with a stream and a holder of its own. Every copy can be loaded and used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chassis import clock
from chassis.application import Decision
from chassis.database import Database, migrate
from voucher_ledger.domain import book
from voucher_ledger.domain.batch import Batch
from voucher_ledger.domain.book import Bucket
from voucher_ledger.domain.lease import ISSUE, allotment_id
from voucher_ledger.testing import MIGRATIONS, TERMS, World

CATEGORY: Final = "enterprise.legal"
FACE_FEN: Final = 100_000
PRICE_FEN: Final = 1_000
"""Of the service: a voucher pays half of it, so one lasts for many orders."""

SHARE_FEN: Final = 400
"""What a voucher pays of that price: the least of its rates."""

CHUNK = 100_000

_COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s AND is_identity = 'NO'
AND column_name <> 'tx' ORDER BY ordinal_position
"""
_INDEXES = """
SELECT CASE WHEN c.oid IS NULL THEN format('DROP INDEX %%I', x.relname)
        ELSE format('ALTER TABLE %%I DROP CONSTRAINT %%I', t.relname, c.conname) END,
    CASE WHEN c.oid IS NULL THEN pg_get_indexdef(i.indexrelid)
        ELSE format('ALTER TABLE %%I ADD CONSTRAINT %%I ', t.relname, c.conname)
            || pg_get_constraintdef(c.oid) END
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
WHERE t.relname = %s ORDER BY c.contype NULLS LAST
"""
_STREAM, _HOLDER = "md5('voucher' || n)::uuid", "md5('holder' || n)::uuid"
_BODY = f"replace(replace(body, %s, ({_STREAM})::text), %s, ({_HOLDER})::text)"
_Cell = tuple[str, tuple[str, ...]]
"""What a column of a copy is: SQL with its values."""

FIRST = "SELECT id, holder FROM vouchers WHERE state = 'claimed' ORDER BY id LIMIT %s"
SOME = """
SELECT id, holder FROM vouchers WHERE state = 'claimed' AND reserved_fen = 0
ORDER BY random() LIMIT %s
"""


@dataclass(frozen=True)
class Stock:
    """What a filled ledger has: a listing that is paid for, and a batch's vouchers."""

    batch_id: str
    listing_id: str


def stocked(url: str, count: int, cap_fen: int | None = None) -> Stock:
    """Fill an empty database with a ledger that has so many claimed vouchers of one batch.

    With `cap_fen` all of them together pay so much, in the category of the listing, at the most.
    """
    migrate(url, {"voucher_ledger": MIGRATIONS})
    world, year = World(url), clock.legal_date().year
    try:
        worth = count * FACE_FEN
        world.budget(fen=worth, year=year)
        batch_id = world.do(
            "open_batch",
            **{
                **TERMS,
                "year": year,
                "amount_fen": worth,
                "face_fen": FACE_FEN,
                "category_caps": {} if cap_fen is None else {CATEGORY: cap_fen},
                "use_by": f"{year}-12-31",
                "redeem_by": f"{year + 1}-03-31",
            },
        )["id"]
        period = {"valid_from": f"{year}-01-01", "valid_until": f"{year}-12-31"}
        listing, _ = world.offer(price_fen=PRICE_FEN, category=CATEGORY, **period)
        holder = world.user()
        granted = world.do("grant_vouchers", batch_id=batch_id, holders=[holder])
        voucher = str(granted["vouchers"][0]["id"])
        world.do("claim_voucher", holder, voucher_id=voucher)
        _issue(world, batch_id, (count - 1) * FACE_FEN)
        _multiply(world.ledger.database, count - 1, voucher, holder)
    finally:
        world.ledger.close()
    return Stock(batch_id, listing)


def vouchers(database: Database, count: int, which: str = FIRST) -> list[tuple[str, str]]:
    """So many claimed vouchers of a ledger, the `FIRST` or `SOME`: (voucher, holder) of each."""
    return [(row["id"], row["holder"]) for row in database.rows(which, (count,))]


def _issue(world: World, batch_id: str, fen: int) -> None:
    """The book says what the copies are worth."""
    batch = world.ledger.load(Batch, batch_id)
    with world.ledger.take_share(allotment_id(ISSUE, batch_id), fen) as held:
        held.share.draw(fen, batch_id, book.move(batch.purse, Bucket.UNISSUED, Bucket.ISSUED, fen))
        world.ledger.write(Decision({}, held.changed))


def _multiply(database: Database, count: int, voucher: str, holder: str) -> None:
    """Write the copies with the indexes away, which are quicker made at once."""
    streams: _Cell = (_STREAM, ())
    copies: tuple[tuple[str, str, str, Mapping[str, _Cell]], ...] = (
        ("events", "stream", voucher, {"stream": streams, "body": (_BODY, (voucher, holder))}),
        ("vouchers", "id", voucher, {"id": (_text(_STREAM), ()), "holder": (_text(_HOLDER), ())}),
        ("standing", "subject_id", holder, {"subject_id": (_text(_HOLDER), ())}),
    )
    with database.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '256MB'")
        for table, key, value, changes in copies:
            cursor.execute(
                f"CREATE TEMP TABLE model AS SELECT * FROM {table} WHERE {key} = %s", [value]
            )
            cursor.execute(_COLUMNS, (table,))
            names = [name for (name,) in cursor.fetchall()]
            cells = [changes.get(name, (name, ())) for name in names]
            sql = (
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(c for c, _ in cells)} "
                f"FROM generate_series(%s, %s) n, model"
            )
            given = [value for _, values in cells for value in values]
            cursor.execute(_INDEXES, (table,))
            indexes = cursor.fetchall()
            for drop, _ in indexes:
                cursor.execute(drop)
            for first in range(1, count + 1, CHUNK):
                cursor.execute(sql, (*given, first, min(first + CHUNK - 1, count)))
            for _, make in indexes:
                cursor.execute(make)
            cursor.execute("DROP TABLE model")
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("RESET maintenance_work_mem")


def _text(uuid: str) -> str:
    return f"({uuid})::text"
