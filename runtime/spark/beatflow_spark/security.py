"""How Kafka is reached: settings of Java's Kafka clients."""

from __future__ import annotations

import base64
import json

from .config import Config
from .faults import SetupError
from .google import request

_SECRET = "secret:"


def _content(variable: str, source: str) -> str:
    """The text of a file, or of the newest version of a secret: `secret:projects/…/secrets/…`."""
    try:
        if source.startswith(_SECRET):
            name = source.removeprefix(_SECRET)
            url = f"https://secretmanager.googleapis.com/v1/{name}/versions/latest:access"
            status, _, answer = request("GET", url)
            if status != 200:
                raise OSError(f"status {status}")
            return base64.b64decode(json.loads(answer)["payload"]["data"]).decode()
        with open(source, encoding="utf-8") as file:
            return file.read()
    except OSError as cause:
        raise SetupError("configuration", f"{variable} names {source}, which cannot be read: {cause}") from cause


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _credentials(source: str) -> tuple[str, str]:
    variable = "BEATFLOW_KAFKA_CREDENTIALS_FILE"
    try:
        parsed = json.loads(_content(variable, source))
        username, password = parsed["username"], parsed["password"]
        if not (isinstance(username, str) and isinstance(password, str) and username and password):
            raise ValueError
        return username, password
    except (ValueError, KeyError, TypeError):
        # The cause would quote the content, which is secret.
        message = f'{variable} names {source}, which does not hold {{"username": …, "password": …}}'
        raise SetupError("configuration", message) from None


def kafka_settings(config: Config) -> dict[str, str]:
    """
    The settings of every client: the driver's and those of Spark's readers.
    :raises SetupError: when a file that is needed is missing or is not what it should be
    """
    settings = {"bootstrap.servers": config.brokers, "client.id": "beatflow-spark"}
    if config.security == "none":
        return settings
    settings["security.protocol"] = "SASL_SSL"
    if config.ca is not None:
        # The certificate itself, so that executors need no file.
        settings["ssl.truststore.type"] = "PEM"
        settings["ssl.truststore.certificates"] = _content("BEATFLOW_KAFKA_CA_FILE", config.ca)
    if config.security == "google":
        settings["sasl.mechanism"] = "OAUTHBEARER"
        settings["sasl.login.callback.handler.class"] = "com.google.cloud.hosted.kafka.auth.GcpLoginCallbackHandler"
        settings["sasl.jaas.config"] = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;"
        return settings
    username, password = _credentials(config.credentials or "")
    plain = config.security == "plain"
    module = "plain.PlainLoginModule" if plain else "scram.ScramLoginModule"
    settings["sasl.mechanism"] = "PLAIN" if plain else "SCRAM-SHA-512"
    settings["sasl.jaas.config"] = (
        f"org.apache.kafka.common.security.{module} required username={_quoted(username)} password={_quoted(password)};"
    )
    return settings
