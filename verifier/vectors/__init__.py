"""Test vectors of the offline verifier, and what generates them."""
