"""Figures of the system that runs by itself."""
