"""What the catalog learns from other logs: who may act, and on what."""

from chassis import authorisation, standing, tenure
from chassis.subscription import Policies

POLICIES = Policies("identity")
standing.learn(POLICIES)
tenure.learn(POLICIES)
authorisation.learn(POLICIES)
