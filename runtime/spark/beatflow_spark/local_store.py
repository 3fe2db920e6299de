"""A lake in a folder; the twin of lake/local-disk-store.ts."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

_STAGING = ".staging"


def _sync_folder(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class LocalStore:
    """
    Put-if-absent is a synced temporary file that is linked to its name: the link either appears whole or fails because
    the name is taken, also after a power cut.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._known_folders: set[str] = set()

    def _ensure_folder(self, folder: str) -> None:
        if folder in self._known_folders:
            return
        if folder == self._root:
            os.makedirs(os.path.dirname(folder), exist_ok=True)
        else:
            self._ensure_folder(os.path.dirname(folder))
        try:
            os.mkdir(folder)
            _sync_folder(os.path.dirname(folder))
        except FileExistsError:
            pass
        self._known_folders.add(folder)

    def _stage(self, content: bytes) -> str:
        folder = os.path.join(self._root, _STAGING)
        self._ensure_folder(folder)
        path = os.path.join(folder, str(uuid.uuid4()))
        with open(path, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return path

    def create_if_absent(self, path: str, content: bytes) -> bool:
        target = os.path.join(self._root, path)
        self._ensure_folder(os.path.dirname(target))
        staged = self._stage(content)
        try:
            os.link(staged, target)
            _sync_folder(os.path.dirname(target))
            return True
        except FileExistsError:
            return False
        finally:
            os.unlink(staged)

    def overwrite(self, path: str, content: bytes) -> None:
        target = os.path.join(self._root, path)
        self._ensure_folder(os.path.dirname(target))
        os.replace(self._stage(content), target)

    def read(self, path: str) -> bytes | None:
        try:
            with open(os.path.join(self._root, path), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def list_paths(self, folder: str, starting_at: str | None = None) -> Iterator[str]:
        try:
            names = sorted(os.listdir(os.path.join(self._root, folder)))
        except FileNotFoundError:
            return
        for path in (f"{folder}{name}" for name in names):
            if starting_at is None or path >= starting_at:
                yield path

    def delete(self, path: str) -> None:
        try:
            os.unlink(os.path.join(self._root, path))
        except FileNotFoundError:
            pass
