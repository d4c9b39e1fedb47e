"""Real servers that the tests start: PostgreSQL, Elasticsearch."""
