"""What the operating system refuses, in one sentence: a folder that cannot be written, a full disk, a name too long."""

import errno

from flows.language import translate
from flows.language import translate as _

_OF_FILES = {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EEXIST,
    errno.ENAMETOOLONG,
    errno.ELOOP,
    errno.ENOTEMPTY,
    errno.EIO,
}
_OF_DISKS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_TOO_MANY = {errno.EMFILE, errno.ENFILE}


def system_refusal(error: OSError) -> str:
    """Return the sentence for a file, folder or disk that the system refuses; empty for any other error."""
    reason = translate(error.strerror or "")
    if error.errno in _OF_DISKS:
        return _("There is no room on the disk: {reason}. Make room, and run the same again.").format(reason=reason)
    if error.errno in _TOO_MANY:
        return _("Too many files are open on this machine: end other programs, and run the same again.")
    if error.errno in _OF_FILES and isinstance(error.filename, str | bytes):
        name = error.filename if isinstance(error.filename, str) else error.filename.decode(errors="replace")
        return _("{file} cannot be used: {reason}. Give this account the right to it, or choose another place.").format(
            file=name, reason=reason
        )
    return ""
