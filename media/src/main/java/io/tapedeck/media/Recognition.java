package io.tapedeck.media;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Recognises a container by its signature, and a stream without a container by frames that follow
 * each other, also behind some kilobytes that do not belong to it.
 */
final class Recognition {
  /** Enough for every signature. */
  private static final int HEAD = 8_192;

  /** How far the search for a stream goes. */
  private static final int SEARCHED = 65_536;

  /** ID3 tags before the audio; some programs write several of them. */
  private static final int MOST_TAGS = 4;

  private Recognition() {}

  static Container of(Path file) throws IOException {
    byte[] head;
    byte[] behind;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD);
      Container known = bySignature(new Head(head));
      if (known != null) {
        return known;
      }
      head = behind(head, 0, in);
      behind = behindTags(head, in);
    }
    try {
      return of(head, behind);
    } catch (Refusal e) {
      throw NotMedia.named(e, file);
    }
  }

  static Container of(byte[] head) {
    return of(head, head);
  }

  private static Container of(byte[] bytes, byte[] behindTags) {
    if (bytes.length == 0) {
      throw new Refusal(Code.EMPTY_FILE, "the file has no bytes");
    }
    Head head = new Head(bytes);
    Container known = bySignature(head);
    if (known != null) {
      return known;
    }
    if (head.has(0, "ID3")) {
      return tagged(new Head(behindTags));
    }
    NotMedia.refuse(head);
    Container stream = StreamSearch.in(head);
    if (stream == null) {
      throw new Refusal(
          Code.UNSUPPORTED_CONTAINER,
          "its first bytes are not those of a known kind of video or audio");
    }
    return stream;
  }

  /** A file with ID3 tags is MP3, unless what follows is plainly something else. */
  private static Container tagged(Head behind) {
    Container known = bySignature(behind);
    if (known != null) {
      return Truncation.walks(known) ? Container.BARE : known;
    }
    Container stream = behind.size() == 0 ? null : StreamSearch.in(behind);
    return stream == null || stream.hasTimes() ? Container.BARE : stream;
  }

  /** The size of an ID3v2 tag: 10 bytes of header, and the length in four bytes of 7 bits each. */
  private static int tagBytes(byte[] head) {
    int size = 10;
    for (int i = 6; i < 10 && i < head.length; i++) {
      size += (head[i] & 0x7F) << (7 * (9 - i));
    }
    return size;
  }

  /** The bytes behind the ID3 tags; none if a tag claims more bytes than the file has. */
  private static byte[] behindTags(byte[] head, InputStream in) throws IOException {
    byte[] behind = head;
    try {
      for (int tags = 0; tags < MOST_TAGS && new Head(behind).has(0, "ID3"); tags++) {
        in.skipNBytes(Math.max(0, tagBytes(behind) - behind.length));
        behind = behind(behind, tagBytes(behind), in);
      }
      return behind;
    } catch (EOFException e) {
      return new byte[0];
    }
  }

  private static byte[] behind(byte[] head, int from, InputStream in) throws IOException {
    byte[] kept = from < head.length ? Arrays.copyOfRange(head, from, head.length) : new byte[0];
    byte[] more = in.readNBytes(SEARCHED - kept.length);
    byte[] all = Arrays.copyOf(kept, kept.length + more.length);
    System.arraycopy(more, 0, all, kept.length, more.length);
    return all;
  }

  private static @Nullable Container bySignature(Head head) {
    return switch (head.text(0, 4)) {
      case "RIFF", "RF64", "BW64" -> riff(head.text(8, 4));
      case "riff" -> Container.W64;
      case "FORM" -> head.has(8, "AIF") ? Container.AIFF : iff(head.text(8, 4));
      case "FRM8" -> head.has(12, "DSD ") ? Container.IFF : null;
      case "OggS" -> Container.OGG;
      case "fLaC" -> Container.FLAC;
      case "caff" -> Container.CAF;
      case ".snd", "dns." -> Container.AU;
      case "wvpk" -> Container.WAVPACK;
      case "#!AM" -> Container.AMR;
      case "FLV\1" -> Container.FLV;
      case "\32\105\337\243" -> Container.MATROSKA;
      case "\0\0\1\272" -> Container.MPEG_PS;
      case "\0\0\1\263" -> Container.MPEG_VIDEO;
      case "\60\46\262\165" -> Container.ASF;
      case "\267\330\0\40" -> Container.WTV;
      case ".RMF", ".ra\375" -> Container.REAL;
      case "\6\16\53\64" -> head.has(4, "\2\5\1\1\15\1\2\1\1") ? Container.MXF : null;
      case "nut/" -> head.has(4, "multimedia container") ? Container.NUT : null;
      case "TTA1" -> Container.TTA;
      case "MAC " -> Container.APE;
      case "tBaK" -> Container.TAK;
      case "ajkg" -> Container.SHORTEN;
      case "MP+\7", "MP+\27", "MP+\47", "MP+\67" -> Container.MUSEPACK_7;
      case "MPCK" -> Container.MUSEPACK_8;
      case "DSD " -> Container.DSF;
      case "DTSH" -> head.has(4, "DHDR") ? Container.DTS_HD : null;
      case "ea3\3" -> Container.OMA;
      case "Crea" -> head.has(4, "tive Voice File\32") ? Container.VOC : null;
      case "\2dss", "\3dss" -> Container.DSS;
      case ".SoX", "XoS." -> Container.SOX;
      case "NIST" -> head.has(4, "_1A\n") ? Container.NIST : null;
      case "\144\243\1\0", "\144\243\2\0", "\144\243\3\0", "\144\243\4\0" -> Container.IRCAM;
      default -> byShape(head);
    };
  }

  private static @Nullable Container riff(String form) {
    return switch (form) {
      case "WAVE" -> Container.WAV;
      case "AVI ", "AVIX", "AVI\31", "AMV " -> Container.AVI;
      case "QLCM" -> Container.QCP;
      case "CDXA" -> Container.MPEG_PS;
      default -> null;
    };
  }

  private static @Nullable Container iff(String form) {
    return switch (form) {
      case "8SVX", "16SV", "MAUD" -> Container.IFF;
      default -> null;
    };
  }

  private static @Nullable Container byShape(Head head) {
    if (head.number(0, 4) == 0 && head.number(4, 2) == 0x01BC && head.number(14, 2) == 0xE1E2) {
      return Container.GXF; // the leader of a packet and the end of its header
    }
    boolean swf = head.has(1, "WS") && (head.at(0) == 'F' || head.at(0) == 'C');
    if (swf && head.at(3) < 0x40) {
      return Container.SWF;
    }
    if (head.has(0, "EA3") && head.number(4, 2) == 96) {
      return Container.OMA; // the size of its header, without ID3 before it
    }
    if (head.has(0, "AV") && (head.at(2) == 1 || head.at(2) == 2) && head.at(4) == 0x55) {
      return Container.PVA;
    }
    return switch (head.text(4, 4)) {
      case "ftyp", "moov", "mdat", "free", "skip", "wide", "pnot", "styp", "moof" -> Container.MP4;
      default -> null;
    };
  }
}
