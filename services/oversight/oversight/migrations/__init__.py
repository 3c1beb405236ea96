"""The mirror and the verdicts of oversight."""
