package io.tapedeck.http;

import io.tapedeck.core.Text;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The host names under which a server answers. A page of another site can let its own name point to
 * 127.0.0.1 (DNS rebinding). A browser then takes our server for that site, and only the Host
 * header shows it.
 */
final class HostNames {
  private final Set<String> names;

  /**
   * @param names as in a Host header without the port; {@code *.name} is every name below; empty
   *     allows all
   */
  HostNames(Set<String> names) {
    this.names = names.stream().map(HostNames::plain).collect(Collectors.toUnmodifiableSet());
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("^\\[|\\]$|\\.$", "");
  }

  /**
   * @throws HttpRefusal {@link HttpCode#MISDIRECTED_REQUEST}
   */
  void check(@Nullable String host) {
    String name = plain(host == null ? "" : host);
    boolean allowed =
        names.isEmpty()
            || names.contains(name)
            || (name.contains(".") && names.contains("*" + name.substring(name.lastIndexOf('.'))));
    if (!allowed) {
      throw new HttpRefusal(
          HttpCode.MISDIRECTED_REQUEST, "this server does not answer as " + Text.shown(name));
    }
  }
}
