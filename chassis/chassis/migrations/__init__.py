"""The chassis's own tables: events, commands, entries, tracking, parked entries."""
