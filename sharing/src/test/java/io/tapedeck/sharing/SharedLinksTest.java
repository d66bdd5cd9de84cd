package io.tapedeck.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.sharing.SharedLinks.SharedLink;
import io.tapedeck.sql.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedLinksTest {
  private static final Secret KEY = new Secret("0123456789abcdef0123456789abcdef");

  @TempDir private Path folder;
  private final TurnableClock clock = new TurnableClock(Instant.parse("2026-03-01T12:00:00Z"));
  private final ConversionId id = ConversionId.at(clock.instant());
  private final SignedLinks signed = new SignedLinks(KEY, clock);
  private Database database;
  private SharedLinks links;

  @BeforeEach
  void open() {
    database = Database.sqlite(folder.resolve("a.db"));
    links = new SharedLinks(database, signed, clock);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private SharedLink link(Duration life) {
    return links.create(id, clock.instant().plus(life));
  }

  private String token(SharedLink link) {
    return links.pagePath(link).replace("/l/", "");
  }

  /** Checks the address of an MP3 as the gateway does. */
  private void check(String path) {
    String expires = path.replaceFirst(".*expires=(\\d+).*", "$1");
    String link = path.contains("link=") ? path.replaceFirst(".*link=([^&]+).*", "$1") : "";
    links.check(id, expires, link, path.replaceFirst(".*signature=", ""));
  }

  private static void assertOver(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.problem().code()).isEqualTo(Code.LINK_EXPIRED));
  }

  @Test
  void aRevokedLinkOpensNeitherItsPageNorItsMp3() {
    SharedLink link = link(Duration.ofHours(1));
    SharedLink other = link(Duration.ofHours(1));
    assertThat(links.opened(token(link))).isEqualTo(link);
    check(links.mp3Path(link));

    links.revoke(id, link.id());
    links.revoke(id, link.id());

    assertOver(() -> links.opened(token(link)));
    assertOver(() -> check(links.mp3Path(link)));
    assertThat(links.of(id)).containsExactly(other);
    assertThat(links.opened(token(other))).isEqualTo(other);
  }

  @Test
  void nobodyRevokesALinkOfAnotherConversion() {
    SharedLink link = link(Duration.ofHours(1));
    links.revoke(ConversionId.at(clock.instant()), link.id());
    assertThat(links.opened(token(link))).isEqualTo(link);
  }

  @Test
  void aLinkEndsWithItsTime() {
    SharedLink link = link(Duration.ofHours(1));
    clock.advance(Duration.ofSeconds(3601));
    assertOver(() -> links.opened(token(link)));
    assertOver(() -> check(links.mp3Path(link)));
    assertThat(links.of(id)).isEmpty();
  }

  @Test
  void anAddressThatWasMadeUpIsRefused() {
    SharedLink link = link(Duration.ofHours(1));
    String path = links.mp3Path(link);
    for (String token :
        new String[] {"", ".", link.id(), link.id() + ".", token(link) + "x", "." + token(link)}) {
      assertOver(() -> links.opened(token));
    }
    assertOver(() -> check(path.replaceFirst("&link=[^&]+", "")));
    assertOver(() -> check(path.replaceFirst("link=[^&]+", "link=lnk_other")));
    assertOver(() -> check(path.replaceFirst("expires=\\d+", "expires=9999999999")));
  }

  @Test
  void theTableAloneOpensNothing() {
    SharedLink link = link(Duration.ofHours(1));
    SharedLinks stranger =
        new SharedLinks(
            database,
            new SignedLinks(new Secret("another key of thirty-two characters"), clock),
            clock);
    assertOver(() -> links.opened(stranger.pagePath(link).replace("/l/", "")));
  }

  @Test
  void linksInOlderEmailsStillWork() {
    check(signed.path(id, clock.instant().plusSeconds(60)));
  }

  @Test
  void aConversionHasSoManyLinksAtMost() {
    for (int i = 0; i < SharedLinks.MOST; i++) {
      link(Duration.ofMinutes(1));
    }
    assertThatThrownBy(() -> link(Duration.ofMinutes(1)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.problem().code()).isEqualTo(Code.QUOTA_EXCEEDED));
    clock.advance(Duration.ofMinutes(2));
    assertThat(link(Duration.ofMinutes(1))).as("old ones are forgotten").isNotNull();
  }
}
