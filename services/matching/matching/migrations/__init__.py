"""Matching's read models."""
