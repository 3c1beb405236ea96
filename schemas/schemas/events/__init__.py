"""What events say: one schema for each type, with an example."""
