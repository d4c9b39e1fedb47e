"""Learning from officers: their corrections teach, a candidate must prove itself, and the texts that would teach most are found."""
