package io.tapedeck.core;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/**
 * A fault of ours: a disk, database, broker or other part did not do its work. Nothing was changed,
 * and a later try can succeed.
 */
public final class Outage extends Fault {
  public Outage(Code code, String detail, @Nullable Throwable cause) {
    super(new Problem(code, detail), cause);
  }

  public Outage(String detail, @Nullable Throwable cause) {
    this(Code.UNAVAILABLE, detail, cause);
  }

  /** Why a file could not be used, in the system's words, never with the name of a class. */
  public static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied";
      case NoSuchFileException missing -> "no such file or folder";
      case FileAlreadyExistsException there -> "a file of that name is there already";
      case NotDirectoryException file -> "it is not a folder";
      case FileSystemException other when other.getReason() != null -> other.getReason();
      case FileSystemException other -> "the system gives no reason"; // its message is the path
      default -> e.getMessage() == null ? "the system gives no reason" : e.getMessage();
    };
  }

  /** Whether the disk, or the user's quota on it, is full. */
  public static boolean isFull(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("No space left") || message.contains("Disk quota exceeded");
  }
}
