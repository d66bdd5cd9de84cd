package io.tapedeck.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {
  private static final long MB = 1 << 20;

  @TempDir Path folder;
  private ConverterHarness house;

  @BeforeEach
  void open() {
    house = new ConverterHarness(folder);
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void whatOneReservedNobodyElseGetsUntilItEnds() {
    house.room = () -> 10 * MB;
    DiskSpace room = new DiskSpace(house.blobs, folder, MB, Long.MAX_VALUE);
    List<ConversionId> ids =
        List.of(ConversionId.at(house.clock.instant()), ConversionId.at(house.clock.instant()));
    room.reserve(ids.get(0), 6 * MB);
    assertThatExceptionOfType(Outage.class)
        .isThrownBy(() -> room.reserve(ids.get(1), 4 * MB))
        .satisfies(full -> assertThat(full.problem().code()).isEqualTo(Code.DISK_FULL));
    room.reserve(ids.get(1), 3 * MB);
    room.reserve(ids.get(0), 5 * MB); // it has written some
    room.reserve(ids.get(1), 4 * MB);
    room.release(ids.get(0));
    room.reserve(ids.get(1), 9 * MB);
  }

  @Test
  void aCopyTakesNoMoreThanTheVolumeOfTheScratchFolderHolds() throws IOException {
    Path scratch = Files.createDirectory(folder.resolve("scratch"));
    DiskSpace room = new DiskSpace(house.blobs, scratch, MB, 10 * MB);
    ConversionId large = ConversionId.at(house.clock.instant());
    ConversionId next = ConversionId.at(house.clock.instant());

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> room.reserveCopy(large, 9 * MB + 1))
        .satisfies(never -> assertThat(never.problem().code()).isEqualTo(Code.TOO_LARGE))
        .withMessageContaining("converter.scratch");
    room.reserveCopy(large, 6 * MB);
    assertThatExceptionOfType(Outage.class).isThrownBy(() -> room.reserveCopy(next, 4 * MB));
    Path copied = Files.createDirectory(scratch.resolve("conversion-1")).resolve("video");
    Files.write(copied, new byte[(int) (6 * MB)]);
    room.reserve(large, 0); // the copy is here; what is written is counted as such
    assertThatExceptionOfType(Outage.class).isThrownBy(() -> room.reserveCopy(next, 4 * MB));
    Files.delete(copied);
    room.release(large);
    room.reserveCopy(next, 9 * MB);
  }
}
