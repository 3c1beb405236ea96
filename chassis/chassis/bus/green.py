"""Waiting for PostgreSQL in green threads: others run first, and then the answer is often there.

eventlet's own callback asks the kernel for each answer: register the socket, wait, forget it. That
took a fifth of a busy service's time. While others have something to do, an answer comes without.
"""

import eventlet
from eventlet.support.psycopg2_patcher import eventlet_wait_callback
from psycopg2 import extensions

TURNS = 3
"""How often the others take a turn before the kernel is asked to wake us."""


def wait_in_turn() -> None:
    """Let psycopg2 wait so in this process, if it waits as eventlet taught it."""
    if extensions.get_wait_callback() is eventlet_wait_callback:
        extensions.set_wait_callback(_wait)


def _wait(connection: extensions.connection) -> None:
    for _ in range(TURNS):
        if connection.poll() == extensions.POLL_OK:
            return
        eventlet.sleep(0)
    eventlet_wait_callback(connection)
