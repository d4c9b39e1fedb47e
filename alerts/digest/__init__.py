"""The morning digest: what an office needs to know of a day, as one mail."""
