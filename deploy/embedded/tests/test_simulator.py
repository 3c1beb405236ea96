"""What the example platform asks of the simulator of the registries."""

import threading

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from werkzeug.serving import make_server

from authorities.app import create_app
from authorities.synthetic import population
from chassis.payment_keys import payment_keys
from wanchuang.simulator import Simulator

EARLIER = Ed25519PrivateKey.from_private_bytes(bytes.fromhex("7a" * 32))
"""What the demonstration's payment institution signed with until it signed with RSA."""


def test_a_folder_of_before_is_verified_with_the_key_of_before_as_well() -> None:
    server = make_server("127.0.0.1", 0, create_app(population(person_count=8, firm_count=8)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        keys = payment_keys(Simulator(f"http://127.0.0.1:{server.port}").payment_keys())
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert len(keys) == 2
    earlier = keys[EARLIER.public_key().public_bytes_raw().hex()]
    assert earlier.holds(EARLIER.sign(b"proof"), b"proof")
