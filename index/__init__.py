"""Search over the coverage: one interface, an embedded and an Elasticsearch backend that answer alike."""
