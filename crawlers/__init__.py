"""Fetches what sources publish and stores it in the record, every URL with one counted outcome."""
