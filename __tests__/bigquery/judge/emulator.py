"""The emulator behind the judge."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.parse


class Emulator:
    """Requests to the emulator; each thread keeps a connection."""

    def __init__(self, address: str):
        self._host = urllib.parse.urlsplit(address).netloc
        self._local = threading.local()

    def send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None):
        """The answer's status, headers and body. Repeats a request whose connection was closed while it stood idle."""
        for attempt in (1, 2):
            connection = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = http.client.HTTPConnection(self._host, timeout=900)
            try:
                connection.request(method, path, body, headers or {})
                answer = connection.getresponse()
                return answer.status, answer.getheaders(), answer.read()
            except (http.client.HTTPException, OSError):
                connection.close()
                self._local.connection = None
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def json(self, method: str, path: str, body: dict | None = None) -> tuple[int, dict]:
        sent = json.dumps(body).encode() if body is not None else None
        status, _, content = self.send(method, path, sent, {"Content-Type": "application/json"})
        return status, json.loads(content or b"{}")

    def rows(self, project: str, sql: str) -> list[list]:
        """The rows of a query, values as the API gives them. Raises RuntimeError where the emulator refuses it."""
        status, answer = self.json("POST", f"/bigquery/v2/projects/{project}/queries", {"query": sql, "useLegacySql": False})
        if status != 200 or "rows" not in answer and not answer.get("jobComplete"):
            raise RuntimeError(f"the emulator could not answer {sql[:300]}: {answer.get('error', {}).get('message', answer)}")
        return [[field["v"] for field in row["f"]] for row in answer.get("rows", [])]

    def table(self, name: str) -> dict | None:
        project, dataset, table = name.split(".", 2)
        status, resource = self.json("GET", f"/bigquery/v2/projects/{project}/datasets/{dataset}/tables/{table}")
        return resource if status == 200 else None
