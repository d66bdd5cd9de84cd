package io.tapedeck.tasks;

/** Something to do. It may throw anything. */
public interface Work {
  void run() throws Exception;
}
