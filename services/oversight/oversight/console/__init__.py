"""The supervisor's console, command by command (`oversight.cli` puts them together)."""
