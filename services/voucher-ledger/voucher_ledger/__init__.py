"""The voucher ledger: where public money is (art. 6, 14, 17-20)."""
