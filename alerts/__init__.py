"""From daily counts to concerns, from concerns to cases, digests and reports."""
