"""What an officer opens at 07:30."""
