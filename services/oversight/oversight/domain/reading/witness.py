"""What the supervisor cosigned, from its own log."""

from hashlib import sha256

from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("oversight.WitnessCosigned")
def cosigned(event: Event, world: World) -> None:
    """The ledger's log was witnessed up to a size: payments may follow."""
    if event.data["watched"] == "voucher-ledger":
        note = sha256(event.data["note"].encode()).hexdigest()
        world.cosigned.setdefault(event.data["size"], note)
