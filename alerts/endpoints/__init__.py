"""Small pages that need no login and no dashboard: stopping mails by one click, health, metrics."""
