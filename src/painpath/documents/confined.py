"""What the limited process may no longer do, once it has begun: use much, start a program, or speak to anybody.

Limits of resources hold on every Unix. On Linux a filter of system calls (seccomp) is added, which needs no rights and
no library: no socket, no other program, no other process, no look into one. Where the kernel does not offer it, that
part is missing, and the rest holds. What it can still do is read what this program's user can read.
"""

import ctypes
import platform
import struct
import sys

from painpath.documents.model import Limits

OPEN_FILES = 64
_CALLS = {
    # architecture (linux/audit.h), then the numbers of clone and clone3, then of what is denied:
    # socket, socketpair, connect, bind, sendto, execve, execveat, ptrace, process_vm_readv, process_vm_writev,
    # io_uring_setup, kill, tkill, tgkill, and, where there are, fork and vfork
    "x86_64": (0xC000003E, 56, 435, (41, 53, 42, 49, 44, 59, 322, 101, 310, 311, 425, 62, 200, 57, 58)),
    "aarch64": (0xC00000B7, 220, 435, (198, 199, 203, 200, 206, 221, 281, 117, 270, 271, 425, 129, 130)),
}
_LOAD, _EQUAL, _AT_LEAST, _BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # linux/bpf_common.h
_ALLOW, _DENY, _UNKNOWN = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38  # SECCOMP_RET_ALLOW; _ERRNO with EPERM, ENOSYS
_CLONE_THREAD = 0x00010000
_X32 = 0x40000000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2  # linux/prctl.h


def confine(limits: Limits) -> None:
    """Take the limits on; there is no way back for this process."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the wall clock of `read_limited` still holds
        return
    seconds = int(limits.seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.unpacked, limits.unpacked))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    if sys.platform == "linux":  # macOS refuses limits on address space
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
        _first_to_go()
        deny_calls()


def _first_to_go() -> None:
    """When the machine runs out of memory the kernel ends this process, and neither the database nor the web server."""
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:
        pass


def deny_calls() -> bool:
    """Deny the calls; whether the kernel took the filter."""
    if platform.machine() not in _CALLS:
        return False
    architecture, clone, clone3, denied = _CALLS[platform.machine()]
    program = _filter(architecture, clone, clone3, denied)
    buffer = ctypes.create_string_buffer(program)
    # struct sock_fprog: a count, and after padding the address of the instructions
    described = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return bool(prctl(_SET_SECCOMP, _FILTER, ctypes.c_void_p(ctypes.addressof(described)), 0, 0) == 0)


def _filter(architecture: int, clone: int, clone3: int, denied: tuple[int, ...]) -> bytes:
    """The instructions (struct sock_filter: code, jump if true, if false, value). `struct seccomp_data` has the call's
    number at 0, the architecture at 4, the first argument at 16."""

    def step(code: int, value: int, true: int = 0, false: int = 0) -> bytes:
        return struct.pack("HBBI", code, true, false, value)

    return b"".join(
        [
            step(_LOAD, 4),
            step(_EQUAL, architecture, true=1),
            step(_RETURN, _DENY),  # another architecture's numbers mean other calls
            step(_LOAD, 0),
            step(_AT_LEAST, _X32, false=1),
            step(_RETURN, _DENY),
            *(part for one in denied for part in (step(_EQUAL, one, false=1), step(_RETURN, _DENY))),
            step(_EQUAL, clone3, false=1),
            step(_RETURN, _UNKNOWN),  # its flags lie in memory; the C library then calls clone
            step(_EQUAL, clone, true=1),
            step(_RETURN, _ALLOW),
            step(_LOAD, 16),
            step(_BITS, _CLONE_THREAD, false=1),
            step(_RETURN, _ALLOW),  # a thread, not a process
            step(_RETURN, _DENY),
        ]
    )
