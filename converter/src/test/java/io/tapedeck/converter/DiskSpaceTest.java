package io.tapedeck.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Outage;
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
    DiskSpace room = new DiskSpace(house.blobs, folder, MB);
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
}
