package io.tapedeck.identity;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A normalised e-mail address: trimmed, NFC, lower case, the domain in ASCII (RFC 5890), at most
 * 254 characters. Only {@link #parse} and {@link #of} create one.
 */
public record Email(String value) {
  private static final int LONGEST = 254;

  // Allows the unquoted characters of RFC 5321 and letters of any script (RFC 6531). Allows no
  // character that could end a header line or start a second address.
  private static final Pattern SHAPE =
      Pattern.compile("([\\p{L}\\p{M}\\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64})@([^@\\s]{1,253})");
  private static final Pattern DOMAIN =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

  public Email {
    if (!isAddress(value)) {
      throw new IllegalArgumentException("not a normalised e-mail address");
    }
  }

  /** The address in this text, or empty when the text is not an e-mail address. */
  public static Optional<Email> parse(@Nullable String text) {
    if (text == null || text.length() > 4 * LONGEST) {
      return Optional.empty();
    }
    Matcher shape =
        SHAPE.matcher(
            Normalizer.normalize(text.strip(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT));
    if (!shape.matches()) {
      return Optional.empty();
    }
    try {
      String domain = IDN.toASCII(shape.group(2), IDN.USE_STD3_ASCII_RULES);
      String whole = shape.group(1) + "@" + domain.toLowerCase(Locale.ROOT);
      return isAddress(whole) ? Optional.of(new Email(whole)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The address in this text.
   *
   * @throws Refusal {@link Code#BAD_REQUEST} when the text is not an e-mail address
   */
  public static Email of(@Nullable String text) {
    return parse(text)
        .orElseThrow(() ->
            new Refusal(
                Code.BAD_REQUEST,
                "email must be an e-mail address, not " + Text.shown(text == null ? "" : text)));
  }

  /** The part before the at sign. */
  public String local() {
    return value.substring(0, value.lastIndexOf('@'));
  }

  private static boolean isAddress(String value) {
    int at = value.lastIndexOf('@');
    return at > 0
        && value.length() <= LONGEST
        && !value.startsWith(".")
        && value.charAt(at - 1) != '.'
        && !value.contains("..")
        && DOMAIN.matcher(value.substring(at + 1)).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
