"""The process that judges signed PDFs, one after another, each within limits; `judging_process` starts it.

It is run as `python -m flows.archive.proof.judging_worker SECONDS MEGABYTES`.
"""

import gc
import os
import pickle
import resource
import sys
import time
from typing import BinaryIO

from asn1crypto import x509

from flows.archive.proof.judging_process import READY, SIZE_BYTES
from flows.archive.proof.trust_anchors import ProviderAnchors
from flows.archive.signatures import judge


def main(seconds: int, megabytes: int) -> None:
    """Judge what comes on standard input until it ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a parser prints is no answer
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    gc.freeze()
    gc.set_threshold(2_000_000, 20, 20)  # a file makes some hundred thousand objects, and next to no garbage meanwhile
    answers.write(READY)
    answers.flush()
    signers: tuple[x509.Certificate, ...] = ()
    timestamps: tuple[x509.Certificate, ...] = ()
    while size := sys.stdin.buffer.read(SIZE_BYTES):
        order, ders, holders = pickle.loads(_whole(sys.stdin.buffer, int.from_bytes(size, "big")))  # noqa: S301
        if ders is not None:
            signers, timestamps = (tuple(map(x509.Certificate.load, each)) for each in ders)
        pdf, sent, people, profile, pictures, circumstances = order
        begun = time.process_time()
        _limit(seconds)
        anchors = ProviderAnchors(signers, timestamps, holders)
        verdict = judge(pdf, sent, people, anchors, profile, circumstances, pictures=pictures)
        gc.collect(0)
        content = pickle.dumps((verdict, time.process_time() - begun))
        answers.write(len(content).to_bytes(SIZE_BYTES, "big") + content)
        answers.flush()


def _limit(seconds: int) -> None:
    """Let the process use so many seconds of processor time from here on; then the system ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, resource.RLIM_INFINITY))


def _whole(source: BinaryIO, size: int) -> bytes:
    content = source.read(size)
    if len(content) < size:
        raise EOFError
    return content


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
