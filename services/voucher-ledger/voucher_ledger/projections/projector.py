"""The one projector that the projections of all subjects register with."""

from chassis.projection import Projector

PROJECTOR = Projector()
