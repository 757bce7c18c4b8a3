"""One callback per training framework: tbnb.frameworks.keras.Callback() and so on, each importing its framework."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..errors import MissingLibraryError

# What to install for each of the modules here.
PACKAGES = {
    "fastai": "fastai",
    "huggingface": "transformers",
    "keras": "keras",
    "lightgbm": "lightgbm",
    "lightning": "lightning",
    "xgboost": "xgboost",
}


def __getattr__(name: str) -> Any:
    if name not in PACKAGES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(PACKAGES)}")
    try:
        return import_module(f".{name}", __name__)
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] in (name, PACKAGES[name]):
            raise MissingLibraryError(f"tbnb.frameworks.{name}", PACKAGES[name]) from error
        raise
