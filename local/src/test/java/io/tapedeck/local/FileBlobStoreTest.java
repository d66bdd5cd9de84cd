package io.tapedeck.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.BlobStoreContract;
import io.tapedeck.core.BlobId.Bucket;
import io.tapedeck.core.BlobStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreTest extends BlobStoreContract {
  @TempDir Path folder;

  @Override
  protected BlobStore open() {
    return new FileBlobStore(folder);
  }

  @Test
  void aFileThatIsNotOursIsLeftAlone() throws IOException {
    List<BlobStore.Entry> seen = new ArrayList<>();
    try (BlobStore store = open()) {
      Files.writeString(folder.resolve("videos").resolve("holiday photo.jpg"), "not ours");
      store.each(Bucket.VIDEOS, seen::add);
    }
    assertThat(seen).isEmpty();
  }
}
