package io.tapedeck.cage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A kind of processor that the launcher of the cage runs on, under Linux. The launcher is a program
 * of about 120 bytes (ADR 0027). It reads a {@link LaunchProgram} from its input to {@link #BASE},
 * takes the address of the steps from its first word, and calls the system once for each of them;
 * the last replaces it by ffmpeg. It writes each result over the step's flag. When a step that must
 * succeed fails, it writes the step to its output and exits with {@value #FAILED}.
 */
enum Machine {
  /**
   * Assembled from this (Intel's syntax):
   *
   * <pre>
   *        mov esi, BASE            ; read all of the input
   *   1:   xor edi, edi
   *        mov edx, BASE + ROOM
   *        sub edx, esi
   *        xor eax, eax             ; read(0, esi, edx)
   *        syscall
   *        test eax, eax
   *        jle 2f
   *        add esi, eax
   *        jmp 1b
   *   2:   mov rbx, [BASE]          ; the first step
   *   3:   mov rax, [rbx]
   *        mov rdi, [rbx+8]
   *        mov rsi, [rbx+16]
   *        mov rdx, [rbx+24]
   *        mov r10, [rbx+32]
   *        mov r8, [rbx+40]
   *        mov r9, [rbx+48]
   *        syscall
   *        mov rcx, [rbx+56]
   *        mov [rbx+56], rax
   *        test rax, rax
   *        jns 4f
   *        test rcx, rcx
   *        jne 5f
   *   4:   add rbx, 64              ; the next step
   *        jmp 3b
   *   5:   mov edi, 1               ; write(1, rbx, 64)
   *        mov rsi, rbx
   *        mov edx, 64
   *        mov eax, 1
   *        syscall
   *        mov edi, FAILED          ; exit_group(FAILED)
   *        mov eax, 231
   *        syscall
   * </pre>
   */
  X86_64(
      62,
      0xC000003E,
      """
      be00000070 31ff ba00004070 29f2 31c0 0f05 85c0 7e04 01c6 ebeb
      488b1c2500000070
      488b03 488b7b08 488b7310 488b5318 4c8b5320 4c8b4328 4c8b4b30 0f05
      488b4b38 48894338 4885c0 7905 4885c9 7506 4883c340 ebcb
      bf01000000 4889de ba40000000 b801000000 0f05
      bf7d000000 b8e7000000 0f05
      """),
  /**
   * Assembled from this:
   *
   * <pre>
   *        mov x19, #BASE           // read all of the input
   *   1:   mov x0, #0
   *        mov x1, x19
   *        mov x2, #BASE + ROOM
   *        sub x2, x2, x19
   *        mov x8, #63              // read(0, x19, x2)
   *        svc #0
   *        cmp x0, #0
   *        b.le 2f
   *        add x19, x19, x0
   *        b 1b
   *   2:   mov x19, #BASE
   *        ldr x19, [x19]           // the first step
   *   3:   ldr x8, [x19]
   *        ldp x0, x1, [x19, #8]
   *        ldp x2, x3, [x19, #24]
   *        ldp x4, x5, [x19, #40]
   *        svc #0
   *        ldr x9, [x19, #56]
   *        str x0, [x19, #56]
   *        tbz x0, #63, 4f
   *        cbnz x9, 5f
   *   4:   add x19, x19, #64        // the next step
   *        b 3b
   *   5:   mov x0, #1               // write(1, x19, 64)
   *        mov x1, x19
   *        mov x2, #64
   *        mov x8, #64
   *        svc #0
   *        mov x0, #FAILED          // exit_group(FAILED)
   *        mov x8, #94
   *        svc #0
   * </pre>
   */
  AARCH64(
      183,
      0xC00000B7,
      """
      1300aed2 000080d2 e10313aa 0208aed2 420013cb e80780d2 010000d4 1f0000f1 6d000054 7302008b
      f7ffff17 1300aed2 730240f9
      680240f9 608640a9 628e41a9 649642a9 010000d4 691e40f9 601e00f9 4000f8b6 690000b5 73020191
      f6ffff17
      200080d2 e10313aa 020880d2 080880d2 010000d4
      a00f80d2 c80b80d2 010000d4
      """);

  /**
   * Where a launch program lies in the launcher's memory: below 4 GiB, where a child can map
   * nothing by itself, and out of the reach of its heap.
   */
  static final long BASE = 0x70000000;

  /** The longest launch program, in bytes. */
  static final int ROOM = 4 << 20;

  /** The launcher's exit code; ffmpeg has no such code. */
  static final int FAILED = 125;

  private static final int CODE = 0x400000;
  private static final int HEADER = 64;
  private static final int SEGMENT = 56;
  private static final int HEADERS = HEADER + 2 * SEGMENT;

  /** The largest page of memory that a kernel of these machines has. */
  private static final int PAGE = 0x10000;

  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int EXECUTE = 1;

  private final int elf;
  private final int audit;
  private final String code;

  /**
   * @param elf the machine's number in ELF files
   * @param audit its number in the kernel's {@code linux/audit.h}
   * @param code of the launcher, in hex
   */
  Machine(int elf, int audit, String code) {
    this.elf = elf;
    this.audit = audit;
    this.code = code;
  }

  /** The machine this runs on; empty where the launcher does not run. */
  static Optional<Machine> here() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    return switch (System.getProperty("os.arch")) {
      case "amd64" -> Optional.of(X86_64);
      case "aarch64" -> Optional.of(AARCH64);
      default -> Optional.empty();
    };
  }

  int audit() {
    return audit;
  }

  /** The launcher as an ELF file. */
  byte[] launcher() {
    return launcher(new byte[0]);
  }

  /**
   * The launcher with a launch program in it, which it follows if its input is empty: one segment
   * of code, and one of memory.
   */
  byte[] launcher(byte[] image) {
    byte[] bytes = HexFormat.of().parseHex(code.replaceAll("\\s", ""));
    int length = PAGE + image.length;
    ByteBuffer file = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    file.putShort((short) 2).putShort((short) elf).putInt(1);
    file.putLong(CODE + HEADERS).putLong(HEADER).putLong(0).putInt(0);
    file.putShort((short) HEADER).putShort((short) SEGMENT).putShort((short) 2);
    file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    segment(file, READ | EXECUTE, 0, CODE, HEADERS + bytes.length, HEADERS + bytes.length);
    segment(file, READ | WRITE, PAGE, BASE, image.length, ROOM);
    return file.put(bytes).put(PAGE, image).array();
  }

  private static void segment(
      ByteBuffer file, int rights, long at, long address, long bytes, long memory) {
    file.putInt(1).putInt(rights).putLong(at).putLong(address).putLong(address);
    file.putLong(bytes).putLong(memory).putLong(PAGE);
  }
}
