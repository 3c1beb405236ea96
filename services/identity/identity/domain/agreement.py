"""Agreements (协议与承诺, art. 29): a version of a text is a stream, and so is a signature."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.agreements import (
    AgreementPending,
    AgreementSuperseded,
    AgreementUnchanged,
    NoticeTooShort,
    SignedAlready,
    TextDiffers,
)

ANNOUNCED: Final = "announced"
IN_FORCE: Final = "in-force"

NOTICE: Final = timedelta(days=7)
"""How long before it takes effect a change is published (E-commerce Law, art. 34)."""


def agreement_id(kind: str, version: int) -> str:
    """The stream of a version: two that are published at once are the same one."""
    return stream_id("agreement", kind, str(version))


class Agreement(IdentityAggregate):
    """A version. Legal dates in Asia/Shanghai; signed by the digest of the Chinese text (UTF-8).

    Whether a later one superseded it is for the read model to say.
    """

    @event("Published")
    def __init__(
        self,
        id: UUID,  # noqa: A002
        kind: str,
        number: int,
        zh: str,
        en: str,
        text_sha256: str,
        valid_from: str,
        published_by: str,
    ) -> None:
        self.kind = kind
        self.number = number
        self.zh = zh
        self.en = en
        self.text_sha256 = text_sha256
        self.valid_from = valid_from
        self.published_by = published_by
        self.state = ANNOUNCED

    @classmethod
    def publish(
        cls,
        before: "Agreement | None",
        today: date,
        *,
        kind: str,
        zh: str,
        en: str,
        valid_from: str,
        published_by: str,
    ) -> "Agreement":
        """Publish the next version; `before` is the newest, if there is any.

        Raises `AgreementPending`, `AgreementUnchanged`, `NoticeTooShort`.
        """
        digest = sha256(zh.encode()).hexdigest()
        earliest = today
        if before is not None:
            if before.state == ANNOUNCED:
                raise AgreementPending(version=before.number)
            if before.text_sha256 == digest:
                raise AgreementUnchanged(version=before.number)
            earliest = today + NOTICE
        if valid_from < earliest.isoformat():
            raise NoticeTooShort(earliest=earliest.isoformat())
        number = 1 if before is None else before.number + 1
        agreement = cls(
            id=UUID(agreement_id(kind, number)),
            kind=kind,
            number=number,
            zh=zh,
            en=en,
            text_sha256=digest,
            valid_from=valid_from,
            published_by=published_by,
        )
        agreement.take_effect(today)
        return agreement

    def take_effect(self, today: date) -> None:
        """Be in force from its day on; nothing happens before, or a second time."""
        if self.state == ANNOUNCED and self.valid_from <= today.isoformat():
            self._took_effect(self.kind, self.number, self.text_sha256)

    @event("TookEffect")
    def _took_effect(self, kind: str, number: int, text_sha256: str) -> None:
        self.state = IN_FORCE


class AgreementSignature(IdentityAggregate):
    """A version was signed for a subject."""

    @event("Given")
    def __init__(
        self,
        id: UUID,  # noqa: A002
        subject_id: str,
        kind: str,
        number: int,
        text_sha256: str,
        account_id: str,
    ) -> None:
        self.subject_id = subject_id
        self.kind = kind
        self.number = number
        self.text_sha256 = text_sha256
        self.account_id = account_id


def signature_id(subject: str, agreement: Agreement) -> str:
    """The stream of the signature of a version for a subject: there is one."""
    return stream_id("agreement-signature", subject, agreement.key)


def sign(
    agreement: Agreement,
    in_force: int,
    before: AgreementSignature | None,
    *,
    subject_id: str,
    account_id: str,
    text_sha256: str,
) -> AgreementSignature:
    """Sign a version for a subject; `in_force` is the version that is, `before` its signature.

    Raises `SignedAlready`, `AgreementSuperseded`, `TextDiffers`.
    """
    if before is not None:
        raise SignedAlready(version=agreement.number)
    if agreement.number < in_force:
        raise AgreementSuperseded(version=agreement.number)
    if text_sha256 != agreement.text_sha256:
        raise TextDiffers(version=agreement.number)
    return AgreementSignature(
        id=UUID(signature_id(subject_id, agreement)),
        subject_id=subject_id,
        kind=agreement.kind,
        number=agreement.number,
        text_sha256=text_sha256,
        account_id=account_id,
    )
