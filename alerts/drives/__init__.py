"""Communication drives (ra quân, đợt cao điểm): planned, what was done in them, their echo; statements of deputies; the ledger of gifts."""
