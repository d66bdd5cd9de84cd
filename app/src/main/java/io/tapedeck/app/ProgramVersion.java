package io.tapedeck.app;

import picocli.CommandLine.IVersionProvider;

/** The version of Tapedeck from its jar. */
final class ProgramVersion implements IVersionProvider {
  static String text() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"tapedeck " + text() + " (Java " + Runtime.version() + ")"};
  }
}
