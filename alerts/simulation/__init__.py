"""Worlds of invented counts in which every concern is known, to calibrate and compare detectors."""
