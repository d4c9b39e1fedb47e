"""Detectors: from a panel of daily counts to a score for every day, province and topic."""
