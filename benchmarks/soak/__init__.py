"""A soak with faults: recorded sources, several processes on real engines, and one fault after another; then the ledger."""
