"""The supervisor's own understanding of the logs. Pure, and shared with no audited service."""
