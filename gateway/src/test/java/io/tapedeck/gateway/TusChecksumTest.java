package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Outage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bytes of a part with a checksum count only when it is met, whatever fails beside it. */
class TusChecksumTest extends TusFixture {
  private static final String FITS = "sha1 " + base64(Edge.digest("SHA-1", VIDEO));

  private static Object call(Method method, Object on, @Nullable Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** A store whose drafts cannot be cut back while the flag stands. */
  private static BlobStore stiff(BlobStore store, AtomicBoolean broken) {
    return (BlobStore)
        Proxy.newProxyInstance(
            BlobStore.class.getClassLoader(),
            new Class<?>[] {BlobStore.class},
            (proxy, method, arguments) -> {
              Object answer = call(method, store, arguments);
              return answer instanceof BlobStore.Draft draft ? stiff(draft, broken) : answer;
            });
  }

  private static BlobStore.Draft stiff(BlobStore.Draft draft, AtomicBoolean broken) {
    return (BlobStore.Draft)
        Proxy.newProxyInstance(
            BlobStore.class.getClassLoader(),
            new Class<?>[] {BlobStore.Draft.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("truncate") && broken.get()) {
                throw new Outage("the disk does not write", null);
              }
              return call(method, draft, arguments);
            });
  }

  private BlobId blob(String upload) {
    return BlobId.video(new ConversionId("cnv_" + upload.substring(upload.length() - 26)));
  }

  @Test
  void bytesThatMissedTheirChecksumDoNotCountWhereTheyCannotBeCutOff() throws Exception {
    stop();
    AtomicBoolean broken = new AtomicBoolean(true);
    edge = new Edge(folder, settings -> settings, store -> stiff(store, broken));
    String upload = create(VIDEO.length);
    String wrong = "sha1 " + base64(Edge.digest("SHA-1", part(0, 9)));

    assertThat(patch(upload, 0, part(0, 50_000), "Upload-Checksum", wrong).statusCode())
        .isEqualTo(460);
    assertThat(edge.store.draftSize(blob(upload))).contains(50_000L);
    assertThat(offset(upload)).isZero();

    broken.set(false);
    HttpResponse<String> last = patch(upload, 0, VIDEO, "Upload-Checksum", FITS);
    assertThat(last.statusCode()).isEqualTo(204);
    assertThat(edge.bytes(conversion(last).video().blob())).isEqualTo(VIDEO);
  }
}
