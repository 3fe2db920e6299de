"""What the driver asks of Kafka, by the Java client that Spark reads with."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from .faults import SetupError


class PartitionLog(NamedTuple):
    """The offsets that Kafka has of a partition: `[start, end)`."""

    start: int
    end: int


class KafkaLog(Protocol):
    """A seam, because tests replace it."""

    def partition_log(self, topic: str, partition: int) -> PartitionLog:
        """The first and next offset of one partition."""


class KafkaAdmin:
    """Kafka's Java AdminClient, over Spark's bridge."""

    def __init__(self, jvm: Any, settings: dict[str, str]) -> None:
        """
        :param jvm: the bridge of a Spark session
        :param settings: of a Kafka client
        """
        self._jvm = jvm
        properties = jvm.java.util.Properties()
        for name, value in settings.items():
            properties.setProperty(name, value)
        self._clients = jvm.org.apache.kafka.clients.admin
        self._client = self._clients.Admin.create(properties)

    def cluster_id(self) -> str:
        """The id of the cluster, which names its logs in the lake."""
        return str(self._client.describeCluster().clusterId().get())

    def partitions(self, topics: list[str]) -> dict[str, int]:
        """How many partitions each topic has; topics that do not exist are left out."""
        existing = [topic for topic in topics if topic in set(self._client.listTopics().names().get())]
        if not existing:
            return {}
        wanted = self._jvm.java.util.ArrayList()
        for topic in existing:
            wanted.add(topic)
        described = self._client.describeTopics(wanted).allTopicNames().get()
        return {topic: described.get(topic).partitions().size() for topic in existing}

    def partition_log(self, topic: str, partition: int) -> PartitionLog:
        spec = self._clients.OffsetSpec
        start = self._offset(topic, partition, spec.earliest())
        return PartitionLog(start, self._offset(topic, partition, spec.latest()))

    def _offset(self, topic: str, partition: int, spec: Any) -> int:
        asked = self._jvm.java.util.HashMap()
        key = self._jvm.org.apache.kafka.common.TopicPartition(topic, partition)
        asked.put(key, spec)
        try:
            return int(self._client.listOffsets(asked).partitionResult(key).get().offset())
        except Exception as cause:
            if "UnknownTopicOrPartition" not in str(cause):
                raise
            raise SetupError("topic_missing", f"topic {topic} has no partition {partition} on the cluster") from cause

    def committed(self, group: str) -> dict[tuple[str, int], str]:
        """The metadata that the group's last commits carry, by topic and partition."""
        offsets = self._client.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get()
        found = {}
        for key in offsets.keySet():
            value = offsets.get(key)
            if value is not None:
                found[(str(key.topic()), int(key.partition()))] = str(value.metadata())
        return found

    def commit(self, group: str, offsets: dict[tuple[str, int], tuple[int, str]]) -> None:
        """Tells lag tools and the next writer how far the lake is; refused while the group has members."""
        asked = self._jvm.java.util.HashMap()
        for (topic, partition), (offset, metadata) in offsets.items():
            asked.put(
                self._jvm.org.apache.kafka.common.TopicPartition(topic, partition),
                self._jvm.org.apache.kafka.clients.consumer.OffsetAndMetadata(offset, metadata),
            )
        self._client.alterConsumerGroupOffsets(group, asked).all().get()

    def close(self) -> None:
        """Ends its connections."""
        self._client.close()
