"""Judge signed PDFs in a process of their own: a hostile file can end that, and holds up nothing else.

The process stays warm and is given one file after another, each with a limit of processor time and memory. One that
goes over a limit, or whose parser crashes, is judged by that (`ReasonCode.TOO_COSTLY`), and the next file gets a new
process. What a parser that was taken over could read there is little: the program's settings are not in its
environment.
"""

import atexit
import os
import pickle
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from queue import LifoQueue
from typing import Any

from flows.archive.proof.profiles import SignedPdfProfile
from flows.archive.proof.quarantine_reasons import QuarantineReason, ReasonCode
from flows.archive.proof.trust_anchors import ProviderAnchors
from flows.archive.signatures import UNKNOWN, PdfValidation, SigningCircumstances
from flows.errors import ComponentMissing
from flows.language import translate as _

READY = b"ready"
"""What the process says when it can be given files."""
SIZE_BYTES = 8
_WAITING_PER_SECOND = 20
"""Seconds of waiting for each second of processor time: a machine may be busy, and a limit must not depend on that."""


@dataclass(frozen=True, slots=True)
class JudgingLimits:
    """What judging one file may cost: seconds of processor time, and megabytes of address space in all."""

    seconds: int = 60
    megabytes: int = 3072


class _Worker:
    """A process of `judging_worker`, as this process reaches it."""

    def __init__(self, limits: JudgingLimits) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("AVTALEFLYT_")}
        environment = {**kept, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
        self._process = subprocess.Popen(  # noqa: S603 - this program
            [sys.executable, "-m", "flows.archive.proof.judging_worker", str(limits.seconds), str(limits.megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            process_group=0,  # Ctrl+C is for the program that asks
        )
        self._patience = _WAITING_PER_SECOND * limits.seconds + 60
        self._parent = os.getpid()
        self._anchors: tuple[bytes, ...] | None = None
        try:
            self._read(len(READY))
        except EOFError:
            self.close()
            raise ComponentMissing(
                _("The process that judges signed files cannot be started; nothing is judged until it can.")
            ) from None

    @property
    def runs(self) -> bool:
        """Whether it can be given files by this process, which may be a fork of the one that started it."""
        return self._parent == os.getpid() and self._process.poll() is None

    @property
    def was_killed(self) -> bool:
        """Whether the system has killed it, as it does where memory runs out: that need not be the file's doing."""
        try:
            return self._process.wait(timeout=1) == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            return False

    def close(self) -> None:
        """End the process."""
        if self._parent == os.getpid():
            self._process.kill()
            self._process.communicate()

    def answer(self, order: tuple[object, ...], anchors: ProviderAnchors) -> tuple[PdfValidation, float]:
        """Return verdict and processor time. Raises `OSError`, `EOFError` where the process ends over it.

        Trust anchors, which may be many, are told only where they are others than before.
        """
        key = (*(one.sha256 for one in anchors.signers), b"", *(one.sha256 for one in anchors.timestamps))
        ders = None
        if key != self._anchors:
            ders = [[one.dump() for one in each] for each in (anchors.signers, anchors.timestamps)]
        self._write(pickle.dumps((order, ders, anchors.holders)))
        self._anchors = key
        size = int.from_bytes(self._read(SIZE_BYTES), "big")
        answer: tuple[PdfValidation, float] = pickle.loads(self._read(size))  # noqa: S301 - from our own process
        return answer

    def _write(self, content: bytes) -> None:
        if self._process.stdin is None:
            raise EOFError
        self._process.stdin.write(len(content).to_bytes(SIZE_BYTES, "big") + content)
        self._process.stdin.flush()

    def _read(self, size: int) -> bytes:
        if self._process.stdout is None:
            raise EOFError
        place, found = self._process.stdout.fileno(), b""
        while len(found) < size:
            ready, *_others = select.select([place], [], [], self._patience)
            part = os.read(place, size - len(found)) if ready else b""
            if not part:
                raise EOFError
            found += part
        return found


class JudgingProcess:
    """A process that judges, started with the first file. Threads take turns."""

    def __init__(self, limits: JudgingLimits = JudgingLimits()) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._worker: _Worker | None = None
        self.seconds = 0.0
        """Processor time that judging has taken so far."""

    def judge(
        self,
        pdf: bytes,
        sent: bytes,
        signers: Sequence[Mapping[str, Any]],
        anchors: ProviderAnchors,
        profile: SignedPdfProfile,
        circumstances: SigningCircumstances = UNKNOWN,
        *,
        pictures: bool = True,
    ) -> PdfValidation:
        """Judge a signed PDF as `signatures.judge` does, within the limits. Raises `ComponentMissing`."""
        order = (pdf, sent, [dict(one) for one in signers], profile, pictures, circumstances)
        with self._lock:
            verdict = self._answer(order, anchors)
        if verdict is None:
            judged_with = tuple(anchor.sha256.hex() for anchor in anchors.signers)
            return PdfValidation(reasons=(QuarantineReason(ReasonCode.TOO_COSTLY),), judged_with=judged_with)
        return verdict

    def close(self) -> None:
        """End the process."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _answer(self, order: tuple[object, ...], anchors: ProviderAnchors) -> PdfValidation | None:
        """Return the verdict; None if the process ended over the file."""
        for _attempt in range(2):
            if self._worker is None or not self._worker.runs:
                self.close()
                self._worker = _Worker(self._limits)
            try:
                verdict, seconds = self._worker.answer(order, anchors)
            except (OSError, EOFError):
                ended_by_others = self._worker.was_killed
                self.close()
                if not ended_by_others:
                    return None
            else:
                self.seconds += seconds
                return verdict
        return None


class JudgingPool:
    """As many processes that judge as threads ask at once, and no more than the machine has cores."""

    def __init__(self, processes: int = 0) -> None:
        """Start no process yet; `processes` is how many there are at most, 0 for one per core."""
        self._free: LifoQueue[JudgingProcess] = LifoQueue()  # the one used last is warm
        self._all = [JudgingProcess() for _each in range(processes or os.cpu_count() or 1)]
        for one in self._all:
            self._free.put(one)

    def judge(self, *order: Any, **options: Any) -> PdfValidation:
        """Judge a signed PDF as `JudgingProcess.judge` does, once a process is free."""
        process = self._free.get()
        try:
            return process.judge(*order, **options)
        finally:
            self._free.put(process)

    @property
    def seconds(self) -> float:
        """Processor time that judging has taken so far."""
        return sum(one.seconds for one in self._all)

    def close(self) -> None:
        """End the processes."""
        for one in self._all:
            one.close()


_shared = JudgingPool()
judge_apart: Callable[..., PdfValidation] = _shared.judge
"""Judge a signed PDF as `signatures.judge` does, in one of the processes that this program keeps for it."""
atexit.register(_shared.close)


def judging_seconds() -> float:
    """Return the processor time that the processes have taken for judging so far, in seconds."""
    return _shared.seconds
