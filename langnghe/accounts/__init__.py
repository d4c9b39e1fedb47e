"""Who may log in: accounts with a role in an office, their passwords, their sessions."""
