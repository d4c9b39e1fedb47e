"""The record: SQL tables that are the one truth, and the services that change them."""
