package io.tapedeck.converter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus.Queue;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Outage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whose conversions are worked on, when there are more than places. */
@Timeout(60)
class FairTurnsTest {
  private static final int MANY = 14;

  @TempDir Path folder;
  private ConverterHarness house;
  private Path clip;
  private AccountId honest;

  @BeforeEach
  void open() {
    house = new ConverterHarness(folder);
    clip = Media.video(folder.resolve("clip.mp4"), 2);
    honest = AccountId.at(house.clock.instant().minus(Duration.ofDays(1)));
  }

  @AfterEach
  void close() {
    house.close();
  }

  private List<ConversionId> many() throws Exception {
    List<ConversionId> many = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      many.add(house.stored(clip));
    }
    return many;
  }

  private ConversionId honest() throws Exception {
    return house.stored(clip, ConversionOptions.DEFAULT, honest);
  }

  private long count(List<ConversionId> ids, Kind kind) {
    return ids.stream().filter(id -> house.kind(id) == kind).count();
  }

  private void submit(ConversionId id) {
    house.bus.publish(new Event.VideoStored(id));
    house.bus.tell(new Event.Changed(id, house.find(id).owner()));
  }

  @Test
  void longConversionsOfOneAccountDoNotKeepAnotherWaitingAndNothingIsLost() throws Exception {
    List<ConversionId> many = many();
    ConverterHarness.Heard heard = house.hear(Queue.MP3);
    house.converter("a", house.gatedFor(many)).start();
    many.forEach(this::submit);
    while (count(many, Kind.CONVERTING) < 2) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < 3; i++) {
      ConversionId short1 = honest();
      submit(short1);
      assertThat(heard.next()).isEqualTo(new Event.Mp3Ready(short1));
    }
    assertThat(count(many, Kind.CONVERTING)).as("two places are theirs").isEqualTo(2);
    assertThat(count(many, Kind.QUEUED)).isEqualTo(MANY - 2);
    house.openGate();
    Set<Event.Work> ended = new HashSet<>();
    for (int i = 0; i < MANY; i++) {
      ended.add(heard.next());
    }
    assertThat(ended).hasSize(MANY);
    assertThat(count(many, Kind.READY)).isEqualTo(MANY);
  }

  @Test
  void anEventBringsTheConversionThatHasTheNextTurnAndThenItsOwn() throws Exception {
    List<ConversionId> many = many();
    ConversionId other = honest();
    ConverterHarness.Heard heard = house.hear(Queue.MP3);
    Converter converter = house.converter("a");
    ConversionId second = many.get(1);
    assertThat(converter.handle(new Event.VideoStored(second))).isEqualTo(Verdict.ACK);
    assertThat(heard.next()).isEqualTo(new Event.Mp3Ready(many.getFirst()));
    assertThat(heard.next()).isEqualTo(new Event.Mp3Ready(other));
    assertThat(heard.next()).isEqualTo(new Event.Mp3Ready(second));
    assertThat(count(many, Kind.READY)).isEqualTo(2);
  }

  @Test
  void anotherConversionThatMeetsAFaultOfOursGetsItsOwnEventAndHoldsNobodyUp() throws Exception {
    ConversionId broken = house.stored(clip);
    ConversionId other = honest();
    BiFunction<BlobId, Path, Path> store = house.fetched;
    house.fetched =
        (blob, scratch) -> {
          if (blob.equals(BlobId.video(broken))) {
            throw new Outage("the store is away for this one", null);
          }
          return store.apply(blob, scratch);
        };
    Converter converter = house.converter("a");
    assertThat(converter.handle(new Event.VideoStored(other))).isEqualTo(Verdict.ACK);
    assertThat(house.kind(other)).isEqualTo(Kind.READY);
    assertThat(house.kind(broken)).isEqualTo(Kind.QUEUED);
    assertThat(house.hear(Queue.VIDEO).next()).isEqualTo(new Event.VideoStored(broken));
  }
}
