"""Says of each text whether it is about the insurances, what it says and where, with the evidence."""
