"""Why identity refuses, by subject. No message and no data repeats what is personal."""
