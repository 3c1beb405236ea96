"""`python -m authorities`: the same as `wanchuang authorities`."""

from authorities.cli import command

command()
