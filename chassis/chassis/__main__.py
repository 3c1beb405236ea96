"""`python -m chassis`: the same as `wanchuang`."""

from chassis.cli import main

main(prog_name="wanchuang")
