"""The one projector of identity."""

from chassis.projection import Projector

PROJECTOR = Projector()
