"""The offline verifier (one file), its test vectors and tests."""
