"""Whether it is all right: the third-party supervisor (第三方监理, art. 8)."""
