"""``langnghe detect`` measured from outside: worlds as files in, alarms out."""
