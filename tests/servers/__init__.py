"""Real servers that the tests start: PostgreSQL, Elasticsearch (one node, or three), Redis, a mail server, a browser."""
