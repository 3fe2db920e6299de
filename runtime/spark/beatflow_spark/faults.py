"""What can go wrong and is for a person to mend."""

from __future__ import annotations

# What the programs in TypeScript exit with, too.
EXIT_UNEXPECTED = 1
EXIT_SETUP = 2


class SetupError(Exception):
    """A fault that retrying will not help; the message says what was got, expected and to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
