package io.tapedeck.passwords;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Argon2id with the parameters OWASP recommends: 19 MiB, 2 passes, 1 lane. A computation takes tens
 * of milliseconds and 19 MiB. Only a few run at once, on their own threads. Others wait in a
 * bounded queue; when the queue is full, clients are asked to retry.
 */
public final class PasswordHashes implements AutoCloseable {
  private static final int MEMORY_KIB = 19 * 1024;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int HASH_BYTES = 32;
  private static final int SALT_BYTES = 16;

  /** At most half of the cores: a flood of guesses leaves the others to everybody else. */
  private static final int AT_ONCE =
      Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4);

  private static final int LINE = 512;
  private static final Duration PAUSE = Duration.ofSeconds(3);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final AtomicLong computations = new AtomicLong();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          AT_ONCE,
          AT_ONCE,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(LINE),
          Thread.ofPlatform().daemon().name("password-hash-", 0).factory());

  public PasswordHashes() {
    threads.allowCoreThreadTimeOut(true);
  }

  /** A new hash in the PHC format, which names its parameters: {@code $argon2id$v=19$m=…}. */
  public String hash(Secret password) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    byte[] bytes = bytes(password);
    return computed(() -> Current.FUNCTION.hash(bytes, salt).getResult());
  }

  /**
   * Whether the password matches the hash. Without a hash, because the account is unknown, the
   * method does the same work and returns false: one computation in every case.
   */
  public boolean matches(Secret password, Optional<String> hash) {
    byte[] against = hash.orElse(Current.NOBODY).getBytes(StandardCharsets.UTF_8);
    byte[] bytes = bytes(password);
    boolean same = computed(() -> function(hash).check(bytes, against));
    return same && hash.isPresent();
  }

  /** Whether a hash was made with parameters other than the current ones. */
  public static boolean isOutdated(String hash) {
    return !hash.startsWith(
        "$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + PASSES + ",p=" + LANES + "$");
  }

  /** How many hashes were computed since the start. */
  public long computations() {
    return computations.get();
  }

  private static Argon2Function function(Optional<String> hash) {
    return hash.filter(PasswordHashes::isOutdated)
        .map(Argon2Function::getInstanceFromHash)
        .orElse(Current.FUNCTION);
  }

  private static byte[] bytes(Secret password) {
    return PasswordRules.normalised(password).getBytes(StandardCharsets.UTF_8);
  }

  private <T> T computed(Callable<T> work) {
    try {
      computations.incrementAndGet();
      return threads.submit(work).get();
    } catch (RejectedExecutionException e) {
      throw new Refusal(Code.RATE_LIMITED, "too many people sign in at this moment", PAUSE);
    } catch (ExecutionException e) {
      throw new Outage("a password could not be hashed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Outage(Code.STOPPING, "the server stops", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** Created at the first sign-in, because the function keeps 19 MiB. */
  private static final class Current {
    static final Argon2Function FUNCTION =
        Argon2Function.getInstance(MEMORY_KIB, PASSES, LANES, HASH_BYTES, Argon2.ID, 19);

    /** A hash for unknown accounts: 32 zero bytes. Nobody can find a password for it. */
    static final String NOBODY =
        "$argon2id$v=19$m="
            + MEMORY_KIB
            + ",t="
            + PASSES
            + ",p="
            + LANES
            + "$"
            + "AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  }
}
