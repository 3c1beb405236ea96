"""The peer: the ledger's own voucher on the stock PostgreSQL recorder, in OS threads.

`python -m bench.sides.redeem_path_stock DBNAME HOST PORT USER THREADS ORDERS` — reserve and accept,
each loaded and saved as its use case does; no outcome, read model or seal is kept, and the listing
is at hand.
"""

import sys
import threading
from collections.abc import Iterator
from uuid import UUID

from eventsourcing.application import Application

from bench.sides.ledgers import CATEGORY, FACE_FEN, PRICE_FEN, SHARE_FEN
from bench.sides.orders import per_second
from chassis import clock
from chassis.domain import new_id
from voucher_ledger.domain.batch import Batch
from voucher_ledger.domain.voucher import Offer, Order, Voucher
from voucher_ledger.testing import ELIGIBLE, TERMS

CHUNK = 250


def main(name: str, host: str, port: str, user: str, threads: int, count: int) -> float:
    """Orders per second of `threads` OS threads."""
    app: Application = Application(  # type: ignore[type-arg]
        {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": name,
            "POSTGRES_HOST": host,
            "POSTGRES_PORT": port,
            "POSTGRES_USER": user,
            "POSTGRES_PASSWORD": "not-asked-for",
            "POSTGRES_POOL_SIZE": str(threads),
            "POSTGRES_MAX_OVERFLOW": "0",
            "POSTGRES_LOCK_TIMEOUT": "0",
        }
    )
    bought = _vouchers(app, count)
    offer = _offer()

    def work(todo: Iterator[int]) -> None:
        for number in todo:
            id_, holder = bought[number]
            order, today = Order(new_id(), holder, PRICE_FEN), clock.legal_date()
            voucher: Voucher = app.repository.get(id_)
            voucher.require_payable(order, offer, today)
            voucher.reserve(order, offer.provider, voucher.terms(order, offer, None))
            app.save(voucher)
            voucher = app.repository.get(id_)
            voucher.redeem(order.id, PRICE_FEN)
            app.save(voucher)
            if voucher.redeemed[order.id] != SHARE_FEN:
                raise RuntimeError(voucher.redeemed)

    def carry_out(todo: Iterator[int]) -> None:
        workers = [threading.Thread(target=work, args=(todo,)) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    rate = per_second(count, carry_out)
    app.close()
    return rate


def _vouchers(app: "Application[UUID]", count: int) -> list[tuple[UUID, str]]:
    """Granted and claimed vouchers: (id, holder) of each."""
    today, made = clock.legal_date(), []
    year = {"year": today.year, "use_by": f"{today.year}-12-31"}
    terms = {**TERMS, **year, "face_fen": FACE_FEN, "user_cap_fen": None, "figures": {}}
    batch = Batch.open(today, **{**terms, "redeem_by": f"{today.year + 1}-03-31"})
    for start in range(0, count, CHUNK):
        holders = [new_id() for _ in range(min(CHUNK, count - start))]
        vouchers = [Voucher.grant(batch, holder, ELIGIBLE) for holder in holders]
        for voucher in vouchers:
            voucher.claim(voucher.holder)
        app.save(*vouchers)
        made += [(voucher.id, voucher.holder) for voucher in vouchers]
    return made


def _offer() -> Offer:
    year = clock.legal_date().year
    period = (f"{year}-01-01", f"{year}-12-31")
    return Offer(new_id(), CATEGORY, PRICE_FEN, *period, 4000, 50_000, "lawful-firm", True)


if __name__ == "__main__":
    name, host, port, user, threads, count = sys.argv[1:7]
    print(main(name, host, port, user, int(threads), int(count)))
