"""Every exception that tbnb raises on purpose, as a tree.

TbnbError
├── BadValueError (also ValueError)      a value that can't be logged: which tag, which value, what to give
├── DecodeError (also ValueError)        an item of a file that isn't what it claims: kind, tag, reason
├── NotRunningError                      asked of a watch or writer that was stopped
├── MissingLibraryError (also ImportError)  an optional library is absent: the sentence has the pip line
└── UnusablePathError (also OSError)     a path that can't serve as log directory or as persistent place
"""

from __future__ import annotations


class TbnbError(Exception):
    """Base of all exceptions that tbnb raises on purpose."""


class BadValueError(TbnbError, ValueError):
    """A value that can't be logged."""


class DecodeError(TbnbError, ValueError):
    """An item of a file that isn't what it claims to be."""

    def __init__(self, kind: str, tag: str, reason: str) -> None:
        super().__init__(f"the {kind} item of tag {tag!r} can't be decoded: {reason}")
        self.kind, self.tag, self.reason = kind, tag, reason


class NotRunningError(TbnbError, RuntimeError):
    """Something was asked of a watch or writer that was stopped."""


class MissingLibraryError(TbnbError, ImportError):
    """An optional library is absent."""

    def __init__(self, what: str, package: str) -> None:
        super().__init__(f"{what} needs the package {package}: pip install {package}")


class UnusablePathError(TbnbError, OSError):
    """A path that can't serve for what it was given."""
