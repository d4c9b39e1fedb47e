"""Spiders, one for each kind of source."""
