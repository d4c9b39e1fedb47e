"""Reports: what an office was told and did in a period, and the papers of a case, as Word and Excel files."""
