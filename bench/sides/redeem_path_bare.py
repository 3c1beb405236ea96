"""The peer: the statements that our path sends for an order, by bare psycopg2 in OS threads.

`python -m bench.sides.redeem_path_bare URL THREADS RECORD` — RECORD holds the statements of every
order with their parameters, as our path sent them to a database of the same content.
"""

import pickle
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2 import extensions

from bench.sides.orders import Sent, per_second


def main(url: str, threads: int, record: Path) -> float:
    """Orders per second of `threads` OS threads."""
    prepared: list[str]
    orders: list[Sent]
    prepared, orders = pickle.loads(record.read_bytes())
    connections = [_connected(url, prepared) for _ in range(threads)]

    def work(connection: extensions.connection, todo: Iterator[int]) -> None:
        with closing(connection.cursor()) as cursor:
            for number in todo:
                for statement, values in orders[number]:
                    cursor.execute(statement, values)
                    if cursor.description is not None:
                        cursor.fetchall()

    def carry_out(todo: Iterator[int]) -> None:
        workers = [threading.Thread(target=work, args=(each, todo)) for each in connections]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    rate = per_second(len(orders), carry_out)
    for connection in connections:
        connection.close()
    return rate


def _connected(url: str, prepared: list[str]) -> extensions.connection:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in prepared:
            cursor.execute(statement)
    return connection


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
