"""What a Python with our hook does first: the user's own sitecustomize, then autoflush.

Without annotations or anything new: any Python since 2.7 may be started in a notebook, and must not stumble here.
"""
# mypy: ignore-errors

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - nothing is imported that Python hasn't yet
_OLDEST = (3, 10)


def _chain():
    """Take this directory out of the path, and give way to the sitecustomize that it hid."""
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != _HERE]  # noqa: PTH100
    ours = sys.modules.pop("sitecustomize")
    try:
        import sitecustomize  # noqa: F401
    except ImportError as error:
        if getattr(error, "name", "sitecustomize") != "sitecustomize":
            raise
    finally:
        sys.modules.setdefault("sitecustomize", ours)


def _begin():
    """Start what the environment asks for; tbnb is found also where this Python hasn't got it installed."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(_HERE)))  # noqa: PTH120
    before = list(sys.path)
    sys.path.append(root)
    try:
        if sys.version_info < _OLDEST:
            raise RuntimeError("this Python is older than {}.{}".format(*_OLDEST))
        from tbnb.run.inside import begin

        begin(os.environ)
    except Exception as error:
        if "TBNB_QUIET" not in os.environ:
            sys.stderr.write("tbnb: writers are left as they are: {!r}\n".format(error))  # noqa: UP032
    finally:
        sys.path[:] = before


try:
    _chain()
finally:
    _begin()
