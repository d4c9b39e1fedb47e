"""A genuine Elasticsearch 9 node from Maven Central's jars: the server and its HTTP module, without the distribution's archive."""
