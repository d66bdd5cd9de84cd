package io.tapedeck.notification;

import io.tapedeck.core.Conversion;
import java.net.URI;

/** Makes the addresses that stand in e-mails. They must work from where the person reads mail. */
public interface MailLinks {
  /** Where the MP3 of a Ready conversion is downloaded without signing in, as long as it exists. */
  URI mp3(Conversion conversion);

  /** Where a person sees the conversion and can try it again; asks to sign in when needed. */
  URI page(Conversion conversion);
}
