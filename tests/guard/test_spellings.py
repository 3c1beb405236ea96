"""Bad input: numbers that count once have one spelling, and a refusal says which."""

from typing import Any

import pytest
from marshmallow import ValidationError

from gateway.examples import example_input
from schemas.voucher_ledger.clawbacks import RecordRepayment
from schemas.voucher_ledger.purchases import InvoicePurchase
from schemas.voucher_ledger.redemptions import ApplyRedemption


@pytest.mark.parametrize(
    "number",
    ["２４３４２０００", "2434 2000", " 24342000", "24342000\n", "2434200", "2" * 21, 24342000],
)
def test_an_invoice_number_in_another_form_is_refused_saying_which(number: Any) -> None:
    for contract in (ApplyRedemption, InvoicePurchase):
        given = {**example_input(contract), "invoice_number": number}
        with pytest.raises(ValidationError) as refused:
            contract.parse(given)
        (told,) = refused.value.messages_dict["invoice_number"]
        assert "8 至 20 位半角数字" in told or not isinstance(number, str)


def test_a_bank_reference_has_one_spelling() -> None:
    good = example_input(RecordRepayment)
    assert RecordRepayment.parse({**good, "bank_reference": "c-1"})["bank_reference"] == "C-1"
    for other in ("Ｃ-1", "C -1", " C-1", "C\u200b-1", "ß", "", "1" * 36):
        with pytest.raises(ValidationError, match="银行流水号"):
            RecordRepayment.parse({**good, "bank_reference": other})
