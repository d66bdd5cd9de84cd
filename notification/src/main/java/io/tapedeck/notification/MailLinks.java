package io.tapedeck.notification;

import io.tapedeck.core.Conversion;
import io.tapedeck.core.Secret;
import java.net.URI;

/** Makes the addresses in e-mails. They must work from the place where the person reads mail. */
public interface MailLinks {
  /**
   * The address to download the MP3 of a Ready conversion without signing in, as long as it exists.
   */
  URI mp3(Conversion conversion);

  /** The page where a person confirms an e-mail address. */
  URI confirmation(Secret token);

  /** The page where a person sees the conversion and can try it again; may ask to sign in. */
  URI page(Conversion conversion);
}
