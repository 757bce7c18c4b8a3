"""A file system like Colab's Drive, of our own: what is closed is uploaded some seconds later, what is open never is.

with Cloud(tmp_path, delay=1.0) as cloud:      cloud.mount is the directory that a user sees
    cloud.trouble(errno=107)                   every call fails; with writing=True only those that change something
    cloud.trouble(block=True)                  no call is answered
    cloud.heal()
    cloud.lose()                               kill -9: the machine is gone, and what wasn't uploaded with it
    cloud.start()                              another machine mounts the same Drive
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

needs_fuse = [
    pytest.mark.fuse,
    pytest.mark.skipif(not Path("/dev/fuse").exists(), reason="this machine has no /dev/fuse"),
]


class Cloud:
    """The mount, what was uploaded (`stored`), and a process that stands between them."""

    def __init__(self, tmp_path: Path, *, delay: float = 0.5) -> None:
        self.mount, self.stored = tmp_path / "drive", tmp_path / "stored"
        self._cache, self._control = tmp_path / "cache", tmp_path / "trouble.json"
        self._said = tmp_path / "said"
        self.delay = delay
        for path in (self.mount, self.stored):
            path.mkdir()

    def start(self) -> None:
        """Mount it, as it is in the cloud."""
        self.heal()
        shutil.rmtree(self._cache, ignore_errors=True)
        shutil.copytree(self.stored, self._cache)
        arguments = [self.mount, self._cache, self.stored, self._control, self.delay]
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.cloud", *map(str, arguments)],
                cwd=Path(__file__).parents[1],
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
        while not os.path.ismount(self.mount):
            assert self._process.poll() is None, f"the file system couldn't be mounted: {self._said.read_text()}"
            time.sleep(0.02)

    def trouble(self, **what: Any) -> None:
        part = self._control.with_suffix(".part")
        part.write_text(json.dumps(what))
        part.replace(self._control)

    def heal(self) -> None:
        self._control.unlink(missing_ok=True)

    def lose(self) -> None:
        """Kill the process; the mount is dead from now on, as errno 107 says, until it's unmounted."""
        self._process.kill()
        self._process.wait()

    def unmount(self) -> None:
        subprocess.run(["fusermount3", "-u", "-z", self.mount], capture_output=True, check=False)

    def uploaded(self) -> None:
        """Return when all that's closed is in the cloud."""
        time.sleep(2 * self.delay + 0.2)

    def __enter__(self) -> Cloud:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.lose()
        self.unmount()


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    with Cloud(tmp_path) as cloud:
        yield cloud


class Uploads:
    """What is to be uploaded when: some time after the last close, in a thread of its own."""

    def __init__(self, cache: Path, stored: Path, delay: float) -> None:
        self._cache, self._stored, self._delay = cache, stored, delay
        self._due: dict[str, float] = {}
        self._open: dict[str, int] = {}
        self._lock = threading.RLock()
        threading.Thread(target=self._run, daemon=True).start()

    def opened(self, path: str) -> None:
        with self._lock:
            self._open[path] = self._open.get(path, 0) + 1
            self._due.pop(path, None)

    def closed(self, path: str) -> None:
        with self._lock:
            self._open[path] -= 1
            if self._open[path] == 0:
                del self._open[path]
                self._due[path] = time.monotonic() + self._delay

    def removed(self, path: str) -> None:
        """Metadata travel at once: what's deleted is gone while what was written before still waits."""
        with self._lock:
            self._due.pop(path, None)
            with suppress(FileNotFoundError):
                (self._stored / path).unlink()

    def renamed(self, old: str, new: str) -> None:
        with self._lock:
            if self._due.pop(old, None) is not None:
                self._due[new] = time.monotonic() + self._delay
            with suppress(FileNotFoundError):
                (self._stored / old).replace(self._stored / new)

    def _run(self) -> None:
        while True:
            time.sleep(0.02)
            with self._lock:
                for path in [path for path, due in self._due.items() if due <= time.monotonic()]:
                    del self._due[path]
                    self._upload(path)

    def _upload(self, path: str) -> None:
        target = self._stored / path
        part = target.with_name(target.name + ".uploading")
        with suppress(FileNotFoundError):
            shutil.copyfile(self._cache / path, part)
            part.replace(target)


def serve(mount: str, cache: Path, stored: Path, control: Path, delay: float) -> None:
    """Be the file system, until killed."""
    import mfusepy

    uploads = Uploads(cache, stored, delay)

    def check(*, writing: bool = False) -> None:
        """Do what the control file says: fail, or don't answer."""
        while True:
            try:
                trouble = json.loads(control.read_text())
            except FileNotFoundError:
                return
            if trouble.get("writing") and not writing:
                return
            if "errno" in trouble:
                raise mfusepy.FuseOSError(trouble["errno"])
            time.sleep(0.02)

    class Drive(mfusepy.Operations):
        use_ns = True

        def __init__(self) -> None:
            self._written: dict[int, str] = {}

        def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
            check()
            status = os.lstat(cache / path[1:])
            names = ("st_mode", "st_nlink", "st_size", "st_uid", "st_gid", "st_atime_ns", "st_mtime_ns", "st_ctime_ns")
            return {name.removesuffix("_ns"): getattr(status, name) for name in names}

        def readdir(self, path: str, fh: int) -> list[str]:
            check()
            return [".", "..", *(each.name for each in (cache / path[1:]).iterdir())]

        def mkdir(self, path: str, mode: int) -> int:
            check(writing=True)
            (cache / path[1:]).mkdir()
            (stored / path[1:]).mkdir(exist_ok=True)
            return 0

        def create(self, path: str, mode: int, fi: Any = None) -> int:
            check(writing=True)
            return self._open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)

        def open(self, path: str, flags: int) -> int:
            writes = bool(flags & (os.O_WRONLY | os.O_RDWR))
            check(writing=writes)
            return self._open(path, os.O_RDWR) if writes else os.open(cache / path[1:], os.O_RDONLY)

        def _open(self, path: str, flags: int) -> int:
            fd = os.open(cache / path[1:], flags, 0o666)
            self._written[fd] = path[1:]
            uploads.opened(path[1:])
            return fd

        def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
            check()
            return os.pread(fh, size, offset)

        def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
            check(writing=True)
            return os.pwrite(fh, data, offset)

        def truncate(self, path: str, length: int, fh: int | None = None) -> int:
            check(writing=True)
            os.truncate(cache / path[1:], length)
            return 0

        def fsync(self, path: str, datasync: int, fh: int) -> int:
            check(writing=True)
            return 0

        def release(self, path: str, fh: int) -> int:
            os.close(fh)
            if fh in self._written:
                uploads.closed(self._written.pop(fh))
            return 0

        def unlink(self, path: str) -> int:
            check(writing=True)
            (cache / path[1:]).unlink()
            uploads.removed(path[1:])
            return 0

        def rename(self, old: str, new: str) -> int:
            check(writing=True)
            (cache / old[1:]).replace(cache / new[1:])
            uploads.renamed(old[1:], new[1:])
            return 0

        def rmdir(self, path: str) -> int:
            check(writing=True)
            (cache / path[1:]).rmdir()
            (stored / path[1:]).rmdir()
            return 0

    mfusepy.FUSE(Drive(), mount, foreground=True)


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), float(sys.argv[5]))
