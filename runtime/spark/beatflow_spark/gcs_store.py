"""A lake in a bucket of Google Cloud Storage; the twin of lake/gcs-store.ts, over the JSON API."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from email.message import Message
from urllib.parse import quote, urlencode

from .google import Damaged, request


def _md5(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def _check_hash(headers: Message, content: bytes) -> None:
    hashes = ",".join(headers.get_all("x-goog-hash") or ())
    if "md5=" in hashes and f"md5={_md5(content)}" not in hashes:
        raise Damaged(f"a download does not have the checksum {hashes}")


class GcsStore:
    """
    Put-if-absent is `ifGenerationMatch=0`. Every request is repeated in trouble: a create whose answer was lost then
    says that there is one, and the caller reads back whose it is.
    """

    def __init__(self, bucket: str, prefix: str) -> None:
        emulator = os.environ.get("STORAGE_EMULATOR_HOST")
        # An emulator asks nobody who they are, unless it is given somebody to tell it.
        self._anonymous = emulator is not None and "GCE_METADATA_HOST" not in os.environ
        self._host = emulator or "https://storage.googleapis.com"
        self._bucket = bucket
        self._prefix = prefix

    def _object_url(self, path: str) -> str:
        return f"{self._host}/storage/v1/b/{self._bucket}/o/{quote(self._prefix + path, safe='')}"

    def _upload(self, path: str, content: bytes, *, parameters: dict[str, str], metadata: dict[str, str]) -> int:
        """One request with the metadata before the content; the server compares the content with its checksum."""
        boundary = uuid.uuid4().hex
        described = json.dumps({"name": self._prefix + path, "md5Hash": _md5(content), **metadata})
        body = b"".join(
            (
                f"--{boundary}\r\ncontent-type: application/json\r\n\r\n{described}\r\n".encode(),
                f"--{boundary}\r\ncontent-type: application/octet-stream\r\n\r\n".encode(),
                content,
                f"\r\n--{boundary}--\r\n".encode(),
            )
        )
        query = urlencode({"uploadType": "multipart", "name": self._prefix + path, **parameters})
        status, _, _ = request(
            "POST",
            f"{self._host}/upload/storage/v1/b/{self._bucket}/o?{query}",
            body=body,
            headers={"content-type": f"multipart/related; boundary={boundary}"},
            anonymous=self._anonymous,
        )
        if status == 404:
            raise FileNotFoundError(f"there is no bucket {self._bucket}")
        return status

    def create_if_absent(self, path: str, content: bytes) -> bool:
        return self._upload(path, content, parameters={"ifGenerationMatch": "0"}, metadata={}) != 412

    def overwrite(self, path: str, content: bytes) -> None:
        self._upload(path, content, parameters={}, metadata={"cacheControl": "no-store"})

    def read(self, path: str) -> bytes | None:
        url = f"{self._object_url(path)}?alt=media"
        status, _, content = request("GET", url, anonymous=self._anonymous, check=_check_hash)
        return None if status == 404 else content

    def list_paths(self, folder: str, starting_at: str | None = None) -> Iterator[str]:
        page: str | None = None
        while True:
            parameters = {"prefix": self._prefix + folder, "delimiter": "/", "fields": "items(name),nextPageToken"}
            if starting_at is not None:
                parameters["startOffset"] = self._prefix + starting_at
            if page is not None:
                parameters["pageToken"] = page
            url = f"{self._host}/storage/v1/b/{self._bucket}/o?{urlencode(parameters)}"
            status, _, content = request("GET", url, anonymous=self._anonymous)
            if status == 404:
                raise FileNotFoundError(f"there is no bucket {self._bucket}")
            answer = json.loads(content)
            for item in answer.get("items", ()):
                yield item["name"][len(self._prefix) :]
            page = answer.get("nextPageToken")
            if not page:
                return

    def delete(self, path: str) -> None:
        request("DELETE", self._object_url(path), anonymous=self._anonymous)
