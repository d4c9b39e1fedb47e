"""What one machine bears, what each more worker adds, and what that says of machines that are not here."""
