package io.tapedeck.http;

import io.tapedeck.core.Refusal;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * What clients may hold at the edge, before and after it is known who they are: requests under way
 * (for each address and for each account), small bodies that are still arriving, and event streams.
 * Connections have the same rule in {@link OpenConnections}.
 */
final class Budgets {
  /** So many small bodies may arrive slowly at once, however few connections there may be. */
  private static final int LEAST_ARRIVING = 8;

  private final Budget requests;
  private final Budget accounts;
  private final Budget arriving;
  private final Budget streams;

  Budgets(WebServer.Limits limits) {
    int connections = limits.connections();
    requests = new Budget("requests from this address", connections);
    accounts = new Budget("requests of this account", connections);
    arriving =
        new Budget("requests whose bytes come slowly", Math.max(LEAST_ARRIVING, connections / 4));
    streams = new Budget("event streams from this address", Math.max(2, connections / 2));
  }

  /** The client to count: for IPv6 the network, because one client has 2^64 addresses in it. */
  static String client(String address) {
    if (!address.contains(":")) {
      return address;
    }
    try {
      byte[] bytes = InetAddress.ofLiteral(address.replaceAll("[\\[\\]]|%.*", "")).getAddress();
      return bytes.length == 16 ? Arrays.toString(Arrays.copyOf(bytes, 8)) : address;
    } catch (IllegalArgumentException e) {
      return address;
    }
  }

  /** What a request from this address holds; the caller closes it when the request has ended. */
  Holding of(String address) {
    return new Holding(client(address));
  }

  /** What one request holds. Used by the thread of the request only. */
  final class Holding implements AutoCloseable {
    private final String client;
    private final Deque<Runnable> held = new ArrayDeque<>();
    private boolean known;

    private Holding(String client) {
      this.client = client;
    }

    /**
     * The request itself.
     *
     * @throws Refusal as all methods here, see {@link Budget#take}
     */
    void request() {
      take(requests, client);
    }

    /** The request again, now that its account is known. The first account of a request counts. */
    void account(String id) {
      if (!known) {
        take(accounts, id);
        known = true;
      }
    }

    /** A small body, or one that is dropped, whose bytes are not here yet. */
    void arriving() {
      take(arriving, client);
    }

    /** Whether a body may be read only to drop it; it then counts as {@link #arriving}. */
    boolean mayDrop() {
      boolean allowed = arriving.allows(client);
      if (allowed) {
        arriving.add(client);
        held.push(() -> arriving.release(client));
      }
      return allowed;
    }

    void stream() {
      take(streams, client);
    }

    private void take(Budget budget, String key) {
      budget.take(key);
      held.push(() -> budget.release(key));
    }

    @Override
    public void close() {
      held.forEach(Runnable::run);
      held.clear();
    }
  }
}
