"""The consumer's work on Spark: Kafka to the lake, exactly once, by the same commit records."""
