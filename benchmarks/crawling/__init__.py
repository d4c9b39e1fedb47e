"""Extraction and crawling, measured."""
