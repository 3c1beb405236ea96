"""`python -m oversight` is `wanchuang-oversight`."""

from oversight.cli import main

main(prog_name="wanchuang-oversight")
