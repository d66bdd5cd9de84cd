package io.tapedeck.mp3;

/**
 * The audio of one frame, independent of where its bytes lay in the stream.
 *
 * @param header as found
 * @param sideInfo its side information; {@code main_data_begin} in it is meaningless here
 * @param mainData the bytes that belong to this frame alone, without padding
 */
@SuppressWarnings("ArrayRecordComponent") // thousands a second, never compared
public record Packet(FrameHeader header, byte[] sideInfo, byte[] mainData) {
  public Packet {
    if (sideInfo.length != header.sideInfoBytes()) {
      throw new BadFrame(
          sideInfo.length + " bytes of side information where " + header.sideInfoBytes() + " are");
    }
    if (mainData.length != SideInfo.mainDataBytes(header, sideInfo, 0)) {
      throw new BadFrame(
          mainData.length
              + " bytes of main data where the side information says "
              + SideInfo.mainDataBytes(header, sideInfo, 0));
    }
  }
}
