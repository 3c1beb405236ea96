-- One database per service; oversight has a server of its own.
CREATE DATABASE identity;
CREATE DATABASE catalog;
CREATE DATABASE voucher_ledger;
CREATE DATABASE matching;
