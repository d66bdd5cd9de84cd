package io.tapedeck.cage;

/** Linux's calls, with their numbers on both machines; -1 where a machine lacks one. */
enum SystemCall {
  // What the launcher calls before the filter.
  CAPSET(126, 91, false),
  LANDLOCK_ADD_RULE(445, 445, false),
  LANDLOCK_CREATE_RULESET(444, 444, false),
  LANDLOCK_RESTRICT_SELF(446, 446, false),
  MOUNT(165, 40, false),
  MOUNT_SETATTR(442, 442, false),
  SECCOMP(317, 277, false),
  SETGROUPS(116, 159, false),
  SETRESGID(119, 149, false),
  SETRESUID(117, 147, false),
  UNSHARE(272, 97, false),

  // What ffmpeg, its loader and the C libraries call, with some arguments only (SystemCallFilter).
  CLONE(56, 220, false),
  CLONE3(435, 435, false),
  EXECVE(59, 221, false),
  FCNTL(72, 25, false),
  IOCTL(16, 29, false),
  MMAP(9, 222, false),
  MREMAP(25, 216, false),
  OPEN(2, -1, false),
  OPENAT(257, 56, false),
  PRCTL(157, 167, false),
  PRLIMIT64(302, 261, false),

  // What they call with any arguments: none of these leaves the process, or opens anything.
  ACCESS(21, -1, true),
  ARCH_PRCTL(158, -1, true),
  BRK(12, 214, true),
  CAPGET(125, 90, true),
  CLOCK_GETRES(229, 114, true),
  CLOCK_GETTIME(228, 113, true),
  CLOCK_NANOSLEEP(230, 115, true),
  CLOSE(3, 57, true),
  DUP(32, 23, true),
  EXIT(60, 93, true),
  EXIT_GROUP(231, 94, true),
  FACCESSAT(269, 48, true),
  FACCESSAT2(439, 439, true),
  FADVISE64(221, 223, true),
  FSTAT(5, 80, true),
  FSTATFS(138, 44, true),
  FUTEX(202, 98, true),
  GETCPU(309, 168, true),
  GETCWD(79, 17, true),
  GETDENTS64(217, 61, true),
  GETEGID(108, 177, true),
  GETEUID(107, 175, true),
  GETGID(104, 176, true),
  GETPID(39, 172, true),
  GETPPID(110, 173, true),
  GETRANDOM(318, 278, true),
  GETRESGID(120, 150, true),
  GETRESUID(118, 148, true),
  GETRLIMIT(97, 163, true),
  GETRUSAGE(98, 165, true),
  GETTIMEOFDAY(96, 169, true),
  GETUID(102, 174, true),
  GETTID(186, 178, true),
  LSEEK(8, 62, true),
  LSTAT(6, -1, true),
  MADVISE(28, 233, true),
  MEMBARRIER(324, 283, true),
  MLOCK(149, 228, true),
  MPROTECT(10, 226, true),
  MUNMAP(11, 215, true),
  NANOSLEEP(35, 101, true),
  NEWFSTATAT(262, 79, true),
  POLL(7, -1, true),
  PPOLL(271, 73, true),
  PREAD64(17, 67, true),
  PREADV(295, 69, true),
  READ(0, 63, true),
  READLINK(89, -1, true),
  READLINKAT(267, 78, true),
  READV(19, 65, true),
  RESTART_SYSCALL(219, 128, true),
  RSEQ(334, 293, true),
  RT_SIGACTION(13, 134, true),
  RT_SIGPROCMASK(14, 135, true),
  RT_SIGRETURN(15, 139, true),
  SCHED_GETAFFINITY(204, 123, true),
  SCHED_GETPARAM(143, 121, true),
  SCHED_GETSCHEDULER(145, 120, true),
  SCHED_GET_PRIORITY_MAX(146, 125, true),
  SCHED_GET_PRIORITY_MIN(147, 126, true),
  SCHED_YIELD(24, 124, true),
  SET_ROBUST_LIST(273, 99, true),
  SET_TID_ADDRESS(218, 96, true),
  SIGALTSTACK(131, 132, true),
  STAT(4, -1, true),
  STATFS(137, 43, true),
  STATX(332, 291, true),
  SYSINFO(99, 179, true),
  TIME(201, -1, true),
  TIMES(100, 153, true),
  UNAME(63, 160, true),
  WRITE(1, 64, true),
  WRITEV(20, 66, true);

  private final int x86;
  private final int arm;
  private final boolean free;

  SystemCall(int x86, int arm, boolean free) {
    this.x86 = x86;
    this.arm = arm;
    this.free = free;
  }

  int number(Machine machine) {
    return switch (machine) {
      case X86_64 -> x86;
      case AARCH64 -> arm;
    };
  }

  /** Whether a child may call it with any arguments. */
  boolean free() {
    return free;
  }
}
