"""Subjects (主体): the persons and firms behind accounts, verified and admitted (art. 21-26)."""

from typing import Any
from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.verification import AlreadyRegistered

PERSON = "person"
FIRM = "firm"


def subject_id(document_digest: str) -> str:
    """The stream of the subject with this document number, given as its keyed digest: there is one.

    So a number registers once, under any concurrency, and the number itself is nowhere.
    """
    return stream_id("subject", document_digest)


class Subject(IdentityAggregate):
    """A person or firm whose real name a registry confirmed."""

    @event("Verified")
    def __init__(
        self,
        id: UUID,  # noqa: A002
        kind: str,
        document: str,
        region: str,
        registry: str,
        outcome: str,
    ) -> None:
        self.kind = kind
        self.region = region
        self.is_user = False
        self.is_provider = False

    @classmethod
    def verified(
        cls, key: str, *, kind: str, document: str, region: str, registry: str
    ) -> "Subject":
        """A subject that a registry has just confirmed (实名认证, art. 26)."""
        return cls(
            id=UUID(key),
            kind=kind,
            document=document,
            region=region,
            registry=registry,
            outcome="match",
        )

    def admit_as_user(self, conditions: dict[str, Any]) -> None:
        """Admit as a user (用户, art. 25), with what was found. Raises `AlreadyRegistered`."""
        if self.is_user:
            raise AlreadyRegistered
        self._admitted_as_user(self.region, conditions)

    def admit_as_provider(self, kind: str, name: str, conditions: dict[str, Any]) -> None:
        """Admit as a provider (服务商, art. 21), likewise. Raises `AlreadyRegistered`."""
        if self.is_provider:
            raise AlreadyRegistered
        self._admitted_as_provider(kind, name, self.region, conditions)

    @event("AdmittedAsUser")
    def _admitted_as_user(self, region: str, conditions: dict[str, Any]) -> None:
        self.is_user = True

    @event("AdmittedAsProvider")
    def _admitted_as_provider(
        self, kind: str, name: str, region: str, conditions: dict[str, Any]
    ) -> None:
        self.is_provider = True
