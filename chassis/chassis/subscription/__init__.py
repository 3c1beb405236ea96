"""Following another service's log: in order, each entry exactly once, and only what the log signed.

| module | what |
|---|---|
| `policies` | what a service learns from other logs |
| `following` | what arrives or is read: repeats, gaps, what is not as the log signed it |
| `applying` | entries take effect, in the transaction that tracks them; what cannot is parked |
| `signed` | whether entries are what the log signed |
| `tracking` | how far a log was applied, and which bytes that was |
| `acknowledgement` | what our own log says of it |
| `parking` | what could not be applied, and what became of it |
"""

from chassis.subscription.following import ReadLog, Subscription
from chassis.subscription.policies import Policies, Reaction, seen_position, seen_positions

__all__ = ["Policies", "Reaction", "ReadLog", "Subscription", "seen_position", "seen_positions"]
