"""Measurements, run by hand; the tables are in README.md."""
