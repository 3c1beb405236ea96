"""Does each entry say who did what, when, on which grounds (操作日志, art. 32)?"""

import re
from typing import Any

from oversight.domain.completeness import ACKNOWLEDGED, FOLLOWS, RELEASED
from oversight.domain.event import Event, days_of_hour
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:[0-5]\d:[0-5]\d\.\d{6}Z", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OPTIONAL = ("authority", "causation", "command", "correlation", "role")
_KEYS = frozenset(
    {
        "actor", "authority", "causation", "command", "correlation", "data", "legal_basis",
        "recorded_at", "role", "rule_version", "schema_version", "seen", "stream", "type",
        "version",
    }
)  # fmt: skip

IN_FORCE = "2018-01-01"
"""The Measures' first day (art. 40)."""


def _whole(value: Any, least: int) -> bool:
    return type(value) is int and value >= least


def _faults(envelope: dict[str, Any]) -> list[str]:
    get = envelope.get
    faults = sorted(_KEYS ^ envelope.keys()) if envelope.keys() != _KEYS else []
    faults += [name for name in ("actor", "type") if not (isinstance(get(name), str) and get(name))]
    faults += [
        name for name in _OPTIONAL if get(name) is not None and not isinstance(get(name), str)
    ]
    faults += [name for name in ("version", "schema_version") if not _whole(get(name), 1)]
    for name, pattern in (("recorded_at", _INSTANT), ("stream", _UUID)):
        value = get(name)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            faults.append(name)
    if "recorded_at" not in faults and not days_of_hour(envelope["recorded_at"][:13])[0]:
        faults.append("recorded_at")
    basis, seen = get("legal_basis"), get("seen")
    if not isinstance(basis, list) or not all(isinstance(item, str) for item in basis):
        faults.append("legal_basis")
    if not isinstance(seen, dict) or not all(
        log.isascii() and _whole(item, 0) for log, item in seen.items()
    ):
        faults.append("seen")
    if not isinstance(get("rule_version"), str):
        faults.append("rule_version")
    return faults


class EnvelopeIsComplete(Rule):
    """An entry names its actor, time, command, grounds, place in its stream, and nothing else."""

    id = "envelope-incomplete"
    articles = (8, 32)
    zh = "日志要素缺失或有误:{fields}"
    en = "Missing or malformed in the envelope: {fields}"

    def breach(self, event: Event, world: World) -> Breach:
        """The names of what is missing or of the wrong kind."""
        faults = _faults(event.envelope)
        return {"fields": ", ".join(dict.fromkeys(faults))} if faults else None


class NothingHappenedBeforeTheMeasures(Rule):
    """Nothing takes effect before 2018-01-01 (art. 40), the date in Asia/Shanghai."""

    id = "before-the-measures"
    articles = (40,)
    zh = "事件日期 {day} 早于本办法施行日 2018-01-01"
    en = "The event's date {day} is before the Measures took effect on 2018-01-01"

    def breach(self, event: Event, world: World) -> Breach:
        """An earlier legal date. A time that cannot be read is the envelope's fault."""
        if event.recorded_at >= "2018":
            return None
        day = event.days()[1]
        return {"day": day} if "" < day < IN_FORCE else None


_PROVINCE = frozenset({"hrss-province"})
_FEE_PARTIES = frozenset({"operator", "provider"})
_APPROVERS = frozenset({"hrss-province", "finance-province"})
_REVIEWERS = frozenset({"employment-province"})
_PAYER = frozenset({"finance-province"})
_OVERSEERS = frozenset({"hrss-province", "employment-province"})
_BUYERS = frozenset({"department"})
_LEDGER = frozenset({"system:voucher-ledger"})
_IDENTITY = frozenset({"system:identity"})
_HELPERS = frozenset(
    {"operator", "hrss-province", "employment-province", "bureau", "gov-service-admin"}
)
_HEADS = frozenset({"hrss-province", "bureau", "department"})
MAY = {
    "identity.PersonalDataAccessed": frozenset(
        {
            "operator",
            "hrss-province",
            "employment-province",
            "finance-province",
            "bureau",
            "department",
            "gov-service-admin",
            "supervisor",
            "provider",
        }
    ),
    "identity.SubjectImported": frozenset({"operator", "hrss-province"}),
    "identity.SubjectReverificationAnnounced": _IDENTITY,
    "identity.SubjectReverificationFailed": _IDENTITY,
    "identity.SubjectVerificationLapsed": _IDENTITY,
    "identity.SubjectAgedOut": _IDENTITY,
    "identity.SubjectListsChecked": _IDENTITY | {"operator"},
    "identity.SubjectSuspendedAsProvider": _IDENTITY | {"operator"},
    "identity.SubjectResumedAsProvider": frozenset({"operator"}),
    "identity.SubjectExitedAsProvider": frozenset({"provider"}),
    "identity.PersonalDataErasureDeferred": _IDENTITY,
    "identity.SubjectKeyDestroyed": _IDENTITY,
    "identity.PersonalDataErased": _IDENTITY,
    "identity.PersonalDataDeviceUsed": _IDENTITY,
    "identity.AccountRoleGranted": _PROVINCE | _IDENTITY,
    "identity.AccountRoleRevoked": _PROVINCE,
    "identity.AccountOfficerNamed": _PROVINCE,
    "identity.OfficerRecorded": _PROVINCE,
    "identity.OfficerDutyTaken": _PROVINCE,
    "identity.OfficerDutyLaidDown": _PROVINCE,
    "identity.OperatorTenureGranted": _PROVINCE,
    "identity.OperatorTenureWarned": _OVERSEERS,
    "identity.OperatorTenureRevoked": _OVERSEERS,
    "identity.OperatorTenureHandedOver": _PROVINCE,
    "identity.AgreementPublished": frozenset({"operator", "hrss-province"}),
    "identity.AgreementTookEffect": frozenset({"operator", "hrss-province"}) | _IDENTITY,
    "identity.AuthorisationGranted": _HEADS,
    "identity.AuthorisationRevoked": _HEADS,
    "identity.BlacklistingEntered": frozenset({"operator"}),
    "identity.BlacklistingAppealDecided": _OVERSEERS,
    "identity.BlacklistingReferred": _OVERSEERS,
    "identity.BlacklistingEnded": _IDENTITY,
    "identity.SessionUsedAfterEnd": _IDENTITY,
    "identity.AccountSignInsFailed": _IDENTITY,
    "identity.StrangersRefused": _IDENTITY,
    "identity.AccountLockReleased": _HELPERS,
    "identity.AccountUnfrozen": _HELPERS,
    "identity.FreezeCaseClosed": _HELPERS,
    "identity.PasswordResetRequested": _HELPERS,
    "identity.PasswordResetApproved": _HELPERS,
    "identity.PasswordResetRejected": _HELPERS,
    "catalog.ListingPublished": frozenset({"provider"}),
    "catalog.ListingWithdrawn": frozenset({"provider"}),
    "catalog.ListingWhitelisted": _PROVINCE,
    "catalog.FeeScheduleOpened": _FEE_PARTIES,
    "catalog.FeeScheduleProposed": _FEE_PARTIES,
    "catalog.FeeScheduleSigned": _FEE_PARTIES,
    "catalog.FeeScheduleDeclined": _FEE_PARTIES,
    "catalog.FeeScheduleWithdrawn": _FEE_PARTIES,
    "voucher-ledger.BudgetOpened": _APPROVERS,
    "voucher-ledger.BudgetAppropriated": _PROVINCE,
    "voucher-ledger.BudgetAllocated": _PROVINCE,
    "voucher-ledger.BudgetTransferred": _APPROVERS,
    "voucher-ledger.BudgetReceived": _APPROVERS,
    "voucher-ledger.BudgetCommitted": _PROVINCE | _BUYERS,
    "voucher-ledger.BudgetReleased": _PROVINCE,
    "voucher-ledger.BudgetFrozen": _APPROVERS,
    "voucher-ledger.BudgetUnfrozen": _APPROVERS,
    "voucher-ledger.BudgetClosed": _PROVINCE,
    "voucher-ledger.BudgetTransferProposed": _PROVINCE,
    "voucher-ledger.BudgetTransferApproved": _APPROVERS,
    "voucher-ledger.BudgetTransferRejected": _APPROVERS,
    "voucher-ledger.BatchOpened": _PROVINCE,
    "voucher-ledger.BatchClosed": _PROVINCE,
    "voucher-ledger.AllotmentOpened": _PROVINCE | _LEDGER,
    "voucher-ledger.AllotmentLeased": _PROVINCE | _LEDGER,
    "voucher-ledger.AllotmentReturned": _APPROVERS | _LEDGER,
    "voucher-ledger.AllotmentHeld": _APPROVERS,
    "voucher-ledger.AllotmentResumed": _APPROVERS,
    "voucher-ledger.AllotmentClosed": _PROVINCE,
    "voucher-ledger.BudgetShareLeased": _PROVINCE | _LEDGER,
    "voucher-ledger.BudgetShareDrawn": _PROVINCE | _LEDGER,
    "voucher-ledger.BudgetShareRestored": _LEDGER,
    "voucher-ledger.BudgetShareSurrendered": _APPROVERS | _LEDGER,
    "voucher-ledger.AllowanceOpened": _LEDGER,
    "voucher-ledger.AllowanceUsed": _LEDGER,
    "voucher-ledger.AllowanceRestored": _LEDGER,
    "voucher-ledger.VoucherGranted": _PROVINCE | _LEDGER,
    "voucher-ledger.GrantRunStarted": _PROVINCE,
    "voucher-ledger.GrantRunListed": _PROVINCE,
    "voucher-ledger.GrantRunRefused": _LEDGER,
    "voucher-ledger.GrantRunAdvanced": _LEDGER,
    "voucher-ledger.GrantRunEnded": _PROVINCE | _LEDGER,
    "voucher-ledger.ParameterOpened": _PROVINCE,
    "voucher-ledger.ParameterSet": _PROVINCE,
    "voucher-ledger.VoucherClaimed": frozenset({"user"}),
    "voucher-ledger.VoucherReserved": _LEDGER,
    "voucher-ledger.VoucherReleased": _LEDGER,
    "voucher-ledger.VoucherRedeemed": _LEDGER,
    "voucher-ledger.VoucherExpired": _LEDGER,
    "voucher-ledger.VoucherVoided": _PROVINCE,
    "voucher-ledger.VoucherReturned": _LEDGER,
    "voucher-ledger.VoucherShareLapsed": _LEDGER | _REVIEWERS | _PROVINCE,
    "voucher-ledger.OwnPaymentProven": _LEDGER,
    "voucher-ledger.OwnPaymentRefunded": _LEDGER,
    "voucher-ledger.RedemptionApplied": frozenset({"provider"}),
    "voucher-ledger.InvoiceUsed": frozenset({"provider"}),
    "voucher-ledger.RedemptionApproved": _REVIEWERS,
    "voucher-ledger.RedemptionRejected": _REVIEWERS | _PROVINCE,
    "voucher-ledger.RedemptionSampled": _REVIEWERS | _LEDGER,
    "voucher-ledger.RedemptionAudited": _PROVINCE,
    "voucher-ledger.RedemptionPublicised": _REVIEWERS | _PROVINCE | _LEDGER,
    "voucher-ledger.RedemptionInstructed": _REVIEWERS,
    "voucher-ledger.RedemptionRecalled": _APPROVERS,
    "voucher-ledger.RedemptionPaid": _PAYER,
    "voucher-ledger.RedemptionReturned": _PAYER,
    "voucher-ledger.RedemptionOverdue": _LEDGER,
    "voucher-ledger.RedemptionHeld": _REVIEWERS | _APPROVERS | _LEDGER,
    "voucher-ledger.RedemptionHoldReleased": _PROVINCE,
    "voucher-ledger.RedemptionHoldRefused": _PROVINCE,
    "voucher-ledger.RedemptionDemanded": _PROVINCE,
    "voucher-ledger.RedemptionRepaid": _PAYER,
    "voucher-ledger.RedemptionWrittenOff": _PAYER,
    "voucher-ledger.SampleRoundCommitted": _REVIEWERS | _LEDGER,
    "voucher-ledger.SampleRoundDrawn": _REVIEWERS | _LEDGER,
    "voucher-ledger.PaymentOrderProposed": _REVIEWERS,
    "voucher-ledger.PaymentOrderApproved": _APPROVERS,
    "voucher-ledger.PaymentOrderRejected": _APPROVERS,
    "voucher-ledger.PaymentOrderIssued": _APPROVERS,
    "voucher-ledger.PaymentOrderSettled": _PAYER,
    "voucher-ledger.PaymentOrderReversed": _PAYER,
    "voucher-ledger.PurchaseProposed": _BUYERS,
    "voucher-ledger.PurchaseConsented": _APPROVERS,
    "voucher-ledger.PurchaseRejected": _APPROVERS,
    "voucher-ledger.PurchaseContracted": _BUYERS,
    "voucher-ledger.PurchaseDelivered": frozenset({"provider"}),
    "voucher-ledger.PurchaseAccepted": _BUYERS,
    "voucher-ledger.PurchaseCancelled": _BUYERS,
    "voucher-ledger.PurchaseForfeited": _REVIEWERS | _PROVINCE,
    "voucher-ledger.ReconciliationDone": _LEDGER | _APPROVERS,
    "voucher-ledger.DifferenceFound": _LEDGER | _APPROVERS,
    "voucher-ledger.DifferenceSettled": _APPROVERS,
    "matching.OrderPlaced": frozenset({"user"}),
    "matching.OrderFunded": frozenset({"system:matching"}),
    "matching.OrderRefused": frozenset({"system:matching"}),
    "matching.OrderDelivered": frozenset({"provider"}),
    "matching.OrderAccepted": frozenset({"user"}),
    "matching.OrderCancelled": frozenset({"user"}),
    "matching.OrderLapsed": frozenset({"system:matching"}),
    **{
        f"{log}.{name}": frozenset({f"system:{log}"})
        for log in FOLLOWS
        for name in (ACKNOWLEDGED, RELEASED)
    },
}
"""By event type: the roles, or the services themselves, that may bring it about."""


class TheRoleMayDoThis(Rule):
    """Only 省人社厅 funds, issues and whitelists; others review and pay; parties act themselves."""

    id = "wrong-role"
    articles = (7, 17, 19)
    reads = tuple(MAY)
    zh = "{type} 由 {who} 作出,应为 {allowed}"
    en = "{type} was brought about by {who}; only {allowed} may"

    def breach(self, event: Event, world: World) -> Breach:
        """A role that may not."""
        who = event.actor if event.actor.startswith("system:") else event.role
        allowed = MAY[event.type]
        if who in allowed:
            return None
        return {"type": event.type, "who": who or "-", "allowed": ", ".join(sorted(allowed))}
