"""What the lake needs of a place to keep objects in, and which place a location means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

_BUCKET_URL = re.compile(r"gs://([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?:/(.*?))?/?\Z")


class ObjectStore(Protocol):
    """Objects are whole: a reader sees one completely or not at all."""

    def create_if_absent(self, path: str, content: bytes) -> bool:
        """Stores an object durably unless there is one; of several writers racing for a path one is told True."""

    def overwrite(self, path: str, content: bytes) -> None:
        """Stores an object in place of what was there; only for objects that carry no truth."""

    def read(self, path: str) -> bytes | None:
        """The object's bytes, or None where there is none."""

    def list_paths(self, folder: str, starting_at: str | None = None) -> Iterator[str]:
        """Paths of the objects right in a folder (ends in `/`), in order, from `starting_at` on."""

    def delete(self, path: str) -> None:
        """Deletes an object; one that is gone is no fault."""


def is_location(location: str) -> bool:
    """Whether a text says where a lake is: an absolute folder, a file: URL, or gs://bucket[/folder]."""
    return location.startswith(("/", "file:///")) or _BUCKET_URL.match(location) is not None


def open_store(location: str) -> ObjectStore:
    """Opens the lake at a location that :func:`is_location` accepts."""
    bucket = _BUCKET_URL.match(location)
    if bucket:
        from .gcs_store import GcsStore

        return GcsStore(bucket[1], f"{bucket[2]}/" if bucket[2] else "")
    from .local_store import LocalStore

    return LocalStore(url2pathname(urlsplit(location).path) if location.startswith("file:") else location)
