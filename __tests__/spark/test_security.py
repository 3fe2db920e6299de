"""How Kafka is reached, and that secrets stay where they are. Run by package.integration.test.ts."""

from __future__ import annotations

import base64
import json
import tempfile
import unittest
from unittest import mock

from beatflow_spark import security
from beatflow_spark.config import Config, read_config
from beatflow_spark.contract import load_contract
from beatflow_spark.faults import SetupError

SECRET = "secret:projects/p/secrets/kafka-consumer"


def config(**changes: str) -> Config:
    given = {"BEATFLOW_KAFKA_BROKERS": "one:9092", "BEATFLOW_LAKE": "/lake", **changes}
    return read_config(given, load_contract())


def of_credentials(mode: str, source: str) -> dict[str, str]:
    changes = {"BEATFLOW_KAFKA_SECURITY": mode, "BEATFLOW_KAFKA_CREDENTIALS_FILE": source}
    return security.kafka_settings(config(**changes))


class SecurityTest(unittest.TestCase):
    """Settings of the Java client."""

    def file_with(self, text: str) -> str:
        file = tempfile.NamedTemporaryFile("w", suffix=".json")
        self.addCleanup(file.close)
        file.write(text)
        file.flush()
        return file.name

    def test_a_broker_on_this_machine_is_taken_as_it_is(self) -> None:
        self.assertEqual(
            security.kafka_settings(config()), {"bootstrap.servers": "one:9092", "client.id": "beatflow-spark"}
        )

    def test_a_user_of_our_broker_proves_itself_by_scram_and_the_broker_by_our_authority(self) -> None:
        credentials = self.file_with(json.dumps({"username": 'con"sumer', "password": "pass\\word"}))
        authority = self.file_with("-----BEGIN CERTIFICATE-----\n")
        settings = security.kafka_settings(
            config(
                BEATFLOW_KAFKA_SECURITY="scram",
                BEATFLOW_KAFKA_CREDENTIALS_FILE=credentials,
                BEATFLOW_KAFKA_CA_FILE=authority,
            )
        )
        self.assertEqual(
            settings,
            {
                "bootstrap.servers": "one:9092",
                "client.id": "beatflow-spark",
                "security.protocol": "SASL_SSL",
                "ssl.truststore.type": "PEM",
                "ssl.truststore.certificates": "-----BEGIN CERTIFICATE-----\n",
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.jaas.config": "org.apache.kafka.common.security.scram.ScramLoginModule required "
                'username="con\\"sumer" password="pass\\\\word";',
            },
        )

    def test_a_secret_is_read_in_its_newest_version(self) -> None:
        value = base64.b64encode(json.dumps({"username": "u", "password": "p"}).encode()).decode()
        answer = json.dumps({"payload": {"data": value}}).encode()
        with mock.patch.object(security, "request", return_value=(200, {}, answer)) as asked:
            settings = of_credentials("plain", SECRET)
        asked.assert_called_once_with(
            "GET",
            "https://secretmanager.googleapis.com/v1/projects/p/secrets/kafka-consumer/versions/latest:access",
        )
        self.assertEqual(settings["sasl.mechanism"], "PLAIN")
        self.assertIn('PlainLoginModule required username="u" password="p";', settings["sasl.jaas.config"])

    def test_what_cannot_be_read_is_named_and_its_content_is_not(self) -> None:
        with mock.patch.object(security, "request", return_value=(404, {}, b"")):
            with self.assertRaises(SetupError) as caught:
                of_credentials("scram", SECRET)
        self.assertIn(f"BEATFLOW_KAFKA_CREDENTIALS_FILE names {SECRET}, which cannot be read", str(caught.exception))
        for content in ("hunter2", '{"username": "hunter2"}', '["hunter2"]', '{"username": "u", "password": ""}'):
            with self.assertRaises(SetupError) as caught:
                of_credentials("scram", self.file_with(content))
            self.assertIn("does not hold", str(caught.exception))
            self.assertNotIn("hunter2", str(caught.exception))
            self.assertIsNone(caught.exception.__cause__)


if __name__ == "__main__":
    unittest.main()
