package io.tapedeck.contracts;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate for one name, signed by itself, made by the JDK's keytool. */
public record TestCertificate(SSLContext server, Path pem) {
  /** Makes one in this folder. */
  public static TestCertificate forName(String name, Path folder) throws Exception {
    Path store = folder.resolve(name + ".p12");
    String[] keytool = {
      Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
      "-genkeypair",
      "-alias",
      "door",
      "-keyalg",
      "EC",
      "-validity",
      "2",
      "-dname",
      "CN=" + name,
      "-ext",
      "SAN=dns:" + name,
      "-storetype",
      "PKCS12",
      "-storepass",
      "changeit",
      "-keystore",
      store.toString()
    };
    Process process = new ProcessBuilder(keytool).redirectErrorStream(true).start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(said);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "changeit".toCharArray());
    SSLContext server = SSLContext.getInstance("TLS");
    server.init(managers.getKeyManagers(), null, null);
    Path pem = folder.resolve(name + ".pem");
    byte[] der = keys.getCertificate("door").getEncoded();
    Files.writeString(
        pem,
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END CERTIFICATE-----\n");
    return new TestCertificate(server, pem);
  }
}
