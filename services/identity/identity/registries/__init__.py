"""The registries (登记机关) over HTTP: the adapter of production and of the simulator alike."""

from identity.registries.adapter import Registries

__all__ = ["Registries"]
