"""What marks a concern: how many of the phrases that are shown a careful officer would call characteristic."""
