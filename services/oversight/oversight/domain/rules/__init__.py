"""The supervisor's rules (监理规则): which there are, and in which order they are asked.

A chain is a row of rules about one matter; the first that is broken ends it, since the later ones
would only say the same again. Different chains speak for themselves.
"""

from oversight.domain.rules.accounts import (
    ACodeIsUsedOnce,
    AResetHasTwoPersons,
    AResetIsCompletedOnceApproved,
    ASecondFactorIsConfirmedByItsCode,
    ASessionHasItsCode,
    StaffSignsInWithTwoFactors,
)
from oversight.domain.rules.acting import ACTED, ACTING
from oversight.domain.rules.admission import ADMISSION
from oversight.domain.rules.base import Rule
from oversight.domain.rules.budget import (
    ABudgetGivesWhatItHas,
    ABudgetReceivesWhatWasGiven,
    AFrozenOrClosedBudgetStandsStill,
    AReleaseIsWhatTheBatchLeft,
    ATransferIsDecidedByOthers,
    ATransferIsWhatTwoApproved,
    AYearIsClosedAfterItsEnd,
    WhatIsGivenArrives,
)
from oversight.domain.rules.commands import (
    ACauseTakesEffectOnce,
    ACommandTakesEffectOnce,
)
from oversight.domain.rules.completeness import (
    COMPLETENESS,
    AcknowledgementsGoForward,
    WhatIsReleasedWasParked,
)
from oversight.domain.rules.conditions import CONDITIONS
from oversight.domain.rules.deadlines import DEADLINES, AnOrderSaysItsDeadline, NoOrderWaitsForEver
from oversight.domain.rules.ends import ENDS, LEFT
from oversight.domain.rules.envelope import (
    EnvelopeIsComplete,
    NothingHappenedBeforeTheMeasures,
    TheRoleMayDoThis,
)
from oversight.domain.rules.erasure import (
    AKeyIsDestroyedOnRequest,
    AKeyIsKeptWhileADutyRuns,
    AnErasureDestroysTheKey,
    EveryErasureIsCarriedOut,
)
from oversight.domain.rules.expiry import (
    AnExpiryIsNotLate,
    AnExpiryTakesAllThatIsLeft,
    AVoucherExpiresOnItsDay,
    EveryVoucherExpires,
)
from oversight.domain.rules.fees import FEES
from oversight.domain.rules.freezes import (
    AFreezeHoldsVouchers,
    NobodySignsInToAFrozenAccount,
    NothingIsDoneInAFrozenAccount,
)
from oversight.domain.rules.grants import (
    ABatchHasItsMoney,
    AGrantInARunWasAnnounced,
    ARefusalHoldsUnderTheRule,
    ARunTakesItsSteps,
    AVoucherHasItsBatchsTerms,
    GrantsStayWithinTheirBatch,
    TheHolderWasAdmitted,
    TheHolderWasEligible,
    WhatARunAnnouncedWasGranted,
)
from oversight.domain.rules.importing import IMPORTING
from oversight.domain.rules.late_ties import ATieIsHeld
from oversight.domain.rules.leases import (
    AClosedBatchHoldsNothing,
    ADrawIsWithinItsShare,
    ALeaseIsWithinItsAllotment,
    AnAllotmentIsWhatItsBatchHas,
    AnAllotmentStandsStillWithItsBatch,
    AReturnIsWhatTheShareGaveBack,
    AShareIsWhatWasLeased,
    EveryDrawIsGranted,
    SharesCountTowardsTheirCaps,
    WhatIsRestoredWasDrawn,
    WhatIsSurrenderedArrives,
)
from oversight.domain.rules.listings import (
    AdmissionFollowsVerification,
    PublicServicesAreFree,
    TheContentIsWhatWasConfirmed,
    TheProviderWasAdmitted,
)
from oversight.domain.rules.money import MONEY, BalancesAgree
from oversight.domain.rules.orders import (
    AnAcceptanceIsOfTheOrder,
    FundedIsWhatWasReserved,
    OrdersTakeTheirSteps,
    TheOrderFrozeItsListing,
    TheOwnShareIsTheRest,
    ThePartiesDiffer,
    TheUserWasAdmitted,
)
from oversight.domain.rules.own_payments import OWN_PAYMENTS
from oversight.domain.rules.parameters import AFigureHasItsBasis, AParameterIsNotRetroactive
from oversight.domain.rules.payment_orders import (
    ABankReturnIsOfItsOrder,
    ADecisionOnAPaymentIsByOthers,
    AnInstructionIsOfItsOrder,
    APaymentHasTwoApprovers,
    APaymentOrderIsOfWhatCanBePaid,
    ThePaymentFileIsWhatWasApproved,
    WhatTheBankSaidIsBooked,
    WhoSettlesDoesNotApprove,
)
from oversight.domain.rules.personal_data import (
    ADeviceIsOfWhoActs,
    AnAccessHasItsGrounds,
    AnEditOnBehalfHasItsConsent,
    ASubjectHasOneKey,
    NothingBeginsAfterAnErasure,
    TheKeysAreThoseOfTheLog,
    WhatIsSealedHasItsKey,
)
from oversight.domain.rules.purchases import PURCHASES, WhatIsRefusedIsForfeited
from oversight.domain.rules.reconciliations import RECONCILED, RECONCILIATIONS
from oversight.domain.rules.redemptions import (
    REDEMPTIONS,
    AFlagOfDelayIsTrue,
    APaymentIsWhatWasApproved,
    FundsAreNotHeldBack,
)
from oversight.domain.rules.regions import REGIONS
from oversight.domain.rules.renewal import RENEWAL, RENEWALS
from oversight.domain.rules.risks import RISKS
from oversight.domain.rules.sampling import (
    AnAuditIsByAnother,
    ARoundFollowsTheLast,
    TheSampleIsWhatTheSeedGives,
    TheSecretIsWhatWasCommitted,
    TheSeedIsOfTheFirstCosignature,
    WhatIsDrawnIsFollowed,
)
from oversight.domain.rules.seals import SEALS
from oversight.domain.rules.shares import (
    ARedemptionOfAShareHasItsAcceptance,
    AReleaseHasItsCancellation,
    AReservationHasItsOrder,
    AVoucherIsClaimedOnceBeforeItIsUsed,
    TheCalculationIsShown,
    TheCategoryIsCovered,
    TheListingWasWhitelisted,
    TheShareIsWithinItsBounds,
    WhatIsNotAcceptedGoesBack,
    WhatLeavesAReservationWasReserved,
)
from oversight.domain.rules.staff import (
    ASecondAccountIsInvited,
    DutiesAreApart,
    SomebodyActsForAnOrganisation,
    TheActorHoldsTheRole,
)
from oversight.domain.rules.structure import (
    AThingBeginsOnce,
    DataFitsItsSchema,
    EntryIsCanonical,
    EntryIsReadable,
    LogIsComplete,
    PositionsAreDense,
    TypeIsKnown,
    VersionsAscendByOne,
    Vocabulary,
    WhatWasReliedOnIsThere,
)
from oversight.domain.rules.tables import TABLES
from oversight.domain.rules.tenures import (
    AHandoverHasEverything,
    ATenureEndsOnce,
    NobodyOperatesOutsideATenure,
    OneCompanyOperatesAtATime,
    TheOperatorsStaffIsOfATenure,
)
from oversight.domain.rules.times import (
    APaymentWaitsForTheSupervisor,
    ItHappenedWhenItWasRecorded,
)
from oversight.domain.rules.witness import WITNESS

__all__ = [
    "AT_THE_END",
    "CHAINS",
    "COMPLETENESS",
    "ENTIRE",
    "ONCE_IN_ITS_TIME",
    "BalancesAgree",
    "EntryIsReadable",
    "LogIsComplete",
    "Rule",
    "TheKeysAreThoseOfTheLog",
    "Vocabulary",
    "WhatWasReliedOnIsThere",
    "chains_by_type",
    "every_rule",
    "of_every_entry",
]

CHAINS: tuple[tuple[Rule, ...], ...] = (
    (AThingBeginsOnce(),),
    (TheRoleMayDoThis(),),
    (TheActorHoldsTheRole(),),
    (DutiesAreApart(),),
    (NobodyOperatesOutsideATenure(),),
    (OneCompanyOperatesAtATime(),),
    (TheOperatorsStaffIsOfATenure(),),
    (ATenureEndsOnce(),),
    (ASecondAccountIsInvited(),),
    (SomebodyActsForAnOrganisation(),),
    (StaffSignsInWithTwoFactors(), ASessionHasItsCode()),
    (ASecondFactorIsConfirmedByItsCode(),),
    (NobodySignsInToAFrozenAccount(),),
    (AFreezeHoldsVouchers(),),
    (NothingIsDoneInAFrozenAccount(),),
    (ACodeIsUsedOnce(),),
    (AResetHasTwoPersons(),),
    (AResetIsCompletedOnceApproved(),),
    (AdmissionFollowsVerification(),),
    (TheProviderWasAdmitted(),),
    (PublicServicesAreFree(),),
    (TheContentIsWhatWasConfirmed(),),
    (ThePartiesDiffer(),),
    (TheUserWasAdmitted(),),
    (TheOrderFrozeItsListing(),),
    (OrdersTakeTheirSteps(),),
    (TheOwnShareIsTheRest(),),
    (AnAcceptanceIsOfTheOrder(),),
    *MONEY,
    (ABatchHasItsMoney(),),
    (AFrozenOrClosedBudgetStandsStill(), ABudgetGivesWhatItHas()),
    (ABudgetReceivesWhatWasGiven(),),
    (ATransferIsDecidedByOthers(),),
    (ATransferIsWhatTwoApproved(),),
    (AYearIsClosedAfterItsEnd(),),
    (AReleaseIsWhatTheBatchLeft(),),
    (AnAllotmentIsWhatItsBatchHas(),),
    (ALeaseIsWithinItsAllotment(),),
    (AShareIsWhatWasLeased(),),
    (ADrawIsWithinItsShare(),),
    (AReturnIsWhatTheShareGaveBack(),),
    (AnAllotmentStandsStillWithItsBatch(),),
    (WhatIsRestoredWasDrawn(),),
    (GrantsStayWithinTheirBatch(),),
    (AVoucherHasItsBatchsTerms(),),
    (TheHolderWasAdmitted(), TheHolderWasEligible()),
    (ARefusalHoldsUnderTheRule(),),
    (ARunTakesItsSteps(),),
    (AGrantInARunWasAnnounced(),),
    (AParameterIsNotRetroactive(),),
    (AFigureHasItsBasis(),),
    (AVoucherIsClaimedOnceBeforeItIsUsed(),),
    (
        AReservationHasItsOrder(),
        TheListingWasWhitelisted(),
        TheCategoryIsCovered(),
        SharesCountTowardsTheirCaps(),
    ),
    (TheShareIsWithinItsBounds(), TheCalculationIsShown()),
    (WhatLeavesAReservationWasReserved(),),
    (ARedemptionOfAShareHasItsAcceptance(),),
    (AReleaseHasItsCancellation(),),
    (AVoucherExpiresOnItsDay(), AnExpiryIsNotLate()),
    (AnExpiryTakesAllThatIsLeft(),),
    *OWN_PAYMENTS,
    *REDEMPTIONS,
    (ARoundFollowsTheLast(),),
    (TheSecretIsWhatWasCommitted(), TheSampleIsWhatTheSeedGives()),
    (WhatIsDrawnIsFollowed(),),
    (AnAuditIsByAnother(),),
    (APaymentOrderIsOfWhatCanBePaid(),),
    (AnInstructionIsOfItsOrder(),),
    (ADecisionOnAPaymentIsByOthers(),),
    (WhoSettlesDoesNotApprove(),),
    (APaymentHasTwoApprovers(),),
    (ThePaymentFileIsWhatWasApproved(),),
    (ABankReturnIsOfItsOrder(),),
    (WhatTheBankSaidIsBooked(),),
    (APaymentIsWhatWasApproved(),),
    (AFlagOfDelayIsTrue(),),
    (AcknowledgementsGoForward(),),
    (WhatIsReleasedWasParked(),),
    (ASubjectHasOneKey(),),
    (WhatIsSealedHasItsKey(),),
    (NothingBeginsAfterAnErasure(),),
    (AnAccessHasItsGrounds(),),
    (ADeviceIsOfWhoActs(),),
    (AnEditOnBehalfHasItsConsent(),),
    (AKeyIsDestroyedOnRequest(),),
    (AnErasureDestroysTheKey(),),
    *ADMISSION,
    *IMPORTING,
    *REGIONS,
    *CONDITIONS,
    *RENEWAL,
    *ACTING,
    *DEADLINES,
    *ENDS,
    *RISKS,
    (ATieIsHeld(),),
    *PURCHASES,
    *RECONCILIATIONS,
    *FEES,
)

AT_THE_END = (
    FundedIsWhatWasReserved,
    WhatIsNotAcceptedGoesBack,
    AnOrderSaysItsDeadline,
    NoOrderWaitsForEver,
    EveryVoucherExpires,
    APaymentWaitsForTheSupervisor,
    TheSeedIsOfTheFirstCosignature,
    FundsAreNotHeldBack,
    WhatIsGivenArrives,
    EveryDrawIsGranted,
    WhatIsSurrenderedArrives,
    AClosedBatchHoldsNothing,
    AKeyIsKeptWhileADutyRuns,
    EveryErasureIsCarriedOut,
    WhatARunAnnouncedWasGranted,
    AHandoverHasEverything,
    *RENEWALS,
    *ACTED,
    *LEFT,
    WhatIsRefusedIsForfeited,
    *RECONCILED,
)
"""Rules about everything that was read, asked once all logs were."""

ONCE_IN_ITS_TIME: tuple[tuple[Rule, ...], ...] = (
    (ItHappenedWhenItWasRecorded(),),
    (ACommandTakesEffectOnce(), ACauseTakesEffectOnce()),
)
"""Chains about when an entry was recorded, and what brought it about."""

ENTIRE: tuple[type[Rule], ...] = (
    EntryIsReadable,
    LogIsComplete,
    WhatWasReliedOnIsThere,
    *AT_THE_END,
    BalancesAgree,
    TheKeysAreThoseOfTheLog,
    *SEALS,
    *TABLES,
    *COMPLETENESS,
    *WITNESS,
)
"""Rules about an entry that is none, or about whole logs, their copies, and books."""


def of_every_entry(vocabulary: Vocabulary) -> tuple[tuple[Rule, ...], ...]:
    """The chains that every entry must pass, whatever its type."""
    return (
        (PositionsAreDense(),),
        (EntryIsCanonical(),),
        (EnvelopeIsComplete(), NothingHappenedBeforeTheMeasures()),
        (VersionsAscendByOne(),),
        (TypeIsKnown(vocabulary), DataFitsItsSchema(vocabulary)),
    )


def chains_by_type() -> dict[str, tuple[tuple[Rule, ...], ...]]:
    """The chains of `CHAINS`, by the event types that they read."""
    types = {type_ for chain in CHAINS for rule in chain for type_ in rule.reads}
    return {
        type_: tuple(
            found
            for chain in CHAINS
            if (found := tuple(rule for rule in chain if type_ in rule.reads))
        )
        for type_ in types
    }


def every_rule(vocabulary: Vocabulary) -> list[type[Rule]]:
    """Every rule there is."""
    chains = (*of_every_entry(vocabulary), *ONCE_IN_ITS_TIME, *CHAINS)
    return [*(type(rule) for chain in chains for rule in chain), *ENTIRE]
