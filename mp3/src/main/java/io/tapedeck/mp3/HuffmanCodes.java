package io.tapedeck.mp3;

import java.util.Arrays;

/**
 * The prefix codes of ISO 11172-3 table B.7. Fifteen of them code two values of the spectrum at
 * once, two code four; all tables of the format are one of these with or without bits behind it.
 */
final class HuffmanCodes {
  /** Codes for pairs; {@link #TABLE} names the format's table of each. */
  static final int PAIR_CODES = 15;

  /** The code of table 16 and those that differ from it only in the bits behind. */
  static final int ESCAPE = 13;

  /** The two codes for four values of at most one. */
  static final int QUADS = 15;

  /** Bits of a word that are looked up at once. */
  static final int FIRST_BITS = 9;

  /** Bits that are looked up behind these: no word is longer than 19. */
  static final int MORE_BITS = 10;

  static final int[] TABLE = {1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 24};

  /** Of each of the format's 32 tables; -1 where there is none. */
  static final int[] CODE_OF_TABLE = new int[32];

  /** Bits of a value from 15 on, for each of the 32 tables. */
  static final int[] LINBITS = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 6, 8, 10, 13, 4, 5, 6, 7, 8, 9, 11,
    13
  };

  /** For 1 to 13 bits: the first table from 16 on that has as many behind; 16 on, from 24 on. */
  static final int[] NARROWEST = {
    16, 16, 17, 18, 19, 20, 20, 21, 21, 22, 22, 23, 23, 23, 23, 23, //
    24, 24, 24, 24, 24, 25, 26, 27, 28, 29, 30, 30, 31, 31, 31, 31
  };

  /**
   * The words of each code from left to right: the length in base 36, then the two values in hex.
   * For four values the second digit has a bit for each.
   */
  private static final String[] LEAVES = {
    /* 1 */
    "311301210100",
    /* 2 */
    "622602512521520311301310100",
    /* 3 */
    "622602512521520310211201200",
    /* 5 */
    "833823732631713703730722612621602620311301310100",
    /* 6 */
    "733703623632630513531522502412421420301211310300",
    /* 7 */
    "a55a45a54a53935944925952815851905934850943933824842714741740804823832803713731730722"
        + "612521602620411301310100",
    /* 8 */
    "b55b54a45953a35a44925952905815851934943950933824842814741804840823832813831803830622"
        + "602620412421211301310200",
    /* 9 */
    "955945835853954905844825852815751734743850804724742733740614641623632513531603630522"
        + "502412421420311301310300",
    /* 10 */
    "b77b67b76b57b75b66a47a74a56a65a37a73a46b55b54a63927972a64a07970962a45a35906a53a44817"
        + "871936926a25a52915951a34a43816861860905950924942933904814841840823832803713731730722"
        + "612621602620411301310100",
    /* 11 */
    "a77a67a76a75a66a47a74b57b55a56a65937973946a45a54a35a53827872964907771817870836863860"
        + "944925952905815762826806716761851834850943933824842814841804840723732613631703730622"
        + "521412502520311301310200",
    /* 12 */
    "a77a67976957975966947974965856837973955827872846864817871907970836863845854844906905"
        + "726762761816860835853825852715751734743850804724742714633641623632740703630513531522"
        + "412421502520400311301310",
    /* 13 */
    "jfejfcifdhedgffgefgdfgeegcfgdegbfgfbgcegdchafhe9fecfddgfagcdfbefebf9fff9feafbdfdbf8f"
        + "ff8fccgaeg9ef8eg7fg7eef7edafadfbcfcbff6e6fee8e5fe9ded9ef5ee7eacebbe4fef4fcafe6ef3d3f"
        + "e8ded8d2fdf2e6ee9cd0fec9e5edabe7ded7d4eec8ed6d3edb9e9beaac1fcf1cf0dbade5de4d8cd6dde3"
        + "ce2d2ed0ec1ece1de0d5ddd5d7cdc7d4dd8bdb8dd4d9ada9d6ccc6c3ddd3d7bc2dcd2c1dcb7d5cdc5d99"
        + "d7acc3da7d97c4bbd1c0dcd0c8aca8c4ccc4c6bcb6b3cb2cbc2b5bcb5c89b1cbc1c98c0cbc0cb4c6aca6"
        + "c79b3bbb3c88c5ab2bca5c69ba4c78c87b94c77c76ab2a1bab1b0bbb0b96b4ab3aba3b59b95a2aaa2a1a"
        + "aa1b0ab68aa0b86b49a93b39b58b85b67a29a92b57b75a38a83b66b47b74b56b65b73919991a09a90a48"
        + "a84a72b46b64928982918a37a27917971a55a07a70a36a63a45a54a26a62a35881908980916961906960"
        + "a53a44925952905815851934943950924942933814741804840823832713731703730722612621602620"
        + "411401310100",
    /* 15 */
    "dffdefdfeddfceedfddcfdfcddededdbfcfbdcedeccddcafcfacbecebccdcdcc9fcf9ceacbdcdbc8fcf8"
        + "cccc9ece9c7fcf7cadcdacbcc6fdaed0fbcbbf6c8ece8c5fc9dbf5b7ebe7bacbcabbbcd9c8db4fbf4b3f"
        + "bf3bd8be6b2fbf2c6ecf0b1fbf1b9cbc9b5ebabbbabe5b7dbd7b4ebe4b8cbc8b3eb6dbd6be3b9bbb9b2e"
        + "baabe2b1ebe1c0ece0b5dbd5b7cbc7b4db8bad4bb8b9aba9b6cbc6b3dad3ad2b2db0da1da7bab7ad1b5c"
        + "bd0ac5a8aaa8a4cac4a6bab6b99b0ca3cac3a7aaa7aa6bc0b0b9c2a2ca5bab5a1ca89a98ac1a4bab4a6a"
        + "a3ba799b3a97a88a2ba5a9b2aa5a1b9b1ab0a69a96a4aaa4a78a87a3a9a395999592a9a291a9a1a0aaa0"
        + "968986949994939993a77a09958985929967976992891919990948984957975938983966947828882818"
        + "881974908980956965937973946827872864817855871907970836863845854826862816906960835761"
        + "853844725752715751805850734743724742733641714704623632740703613631630522512521502520"
        + "311401410300",
    /* 16 */
    "befbfebdfbfdbcfbfcbbfbfbaafbfab9fbf9bf8a8fa7faf7a6faf68ffa5faf594f9f49f39f0a3fgcehec"
        + "hddfdefe9geagd9eeefedfebebeecdfdcfdbeaeeccfadfdaf7efacecafc9f7de5edbd8f292f90f81f8f1"
        + "d9eebcecbe8eee8e9dee7ebbe8ded8e6ede6d9ceabebaee5ed7d4eee4e8cdc8d3ed6ded6e9beb9eaade1"
        + "dd4eb8ea9d7beb7ed0ce3d0ede0d5ddd5d7cdc7d4dd8bd9ad6cdc6d3dd5cdc5c0dd8ada8d99d4cdb6d7a"
        + "c3cd5bd89c1ccc0d98d79be2c2ec1ecd3c2dcd2cd1c3bd97d88b1dcc4c6bcc3ca7b2ccc2cb5cc1c0cc4b"
        + "cb4c6aca6bb3c5aca5b2bbb2b1bbb1c0bcb0c69c96c4aca4c78c87ba3c3ac59b2ac95c68ba1c86c77b94"
        + "c49c57b67aa2a1ab0aba0b39b93b58b85a29a92b76b09a19a91b90b48b84b75b38b83b66b28a82b47b74"
        + "a18a81a80b08b56a37a73b65b46a27a72b64b55a07917971a70a36a63a45a54a26962916961a06a60953"
        + "a35a44925952851915905934943950924942933814841904940823832713731803830722612621602620"
        + "411401310100",
    /* 24 */
    "8ef8fe8df8fd8cf8fc8bf8fb7fa8af89f7f97f888f87f7f776f7f675f7f574f7f473f7f372f7f27f181f"
        + "8f090fbeebdebedbcebecbddbbebebbcdbdcbaebeabbdbdbbccb9ebe9badbdabbcbcbb8ebe8b9dbd9b7e"
        + "be7bac4ffbcabbbb8dbd8c0ece0b0dae6b6eb9cac9a5eabaae5babb7dad7ae4a8cac8b4eb2ea3ea6dad6"
        + "ae3a9bab9aaaae2a1eae1a5dad5a7cac7a4da8bab8ad4a9aaa9a6cac6a3dad3a2dad2a1da7bab7ad1a5c"
        + "ac5a8aaa8a99a4cac4a6bab6bd0b0ca3cac3a7aaa7a2cac2a5bab5a1ca89a98ac1a4bbc0b0ba3bbb0b0a"
        + "a1a9b4a6aaa6a79a97ba0b09a909b3988a2ba5a9b2aa5a1bab1a699969a4a4aa7898793a9a395999592a"
        + "9a29a1968986977949994939993958985929967976992919991948984957975938983966928982918947"
        + "974981a08a80956965917a07a70873937927872846864855871836863845854826862816861906960835"
        + "853844825852815905950751834843724742733714741804840723732613631703730622512521602620"
        + "411401410400",
    /* 32 */
    "60b60f60d60e60760550950650350a50c402401404408100",
    /* 33 */
    "40f40e40d40c40b40a409408407406405404403402401400"
  };

  /** Code times 256 and symbol: the word, and its length in the lowest five bits. */
  static final int[] WORDS = new int[17 * 256];

  /**
   * What the next bits mean. At code times 512 and the next nine bits: symbol, number of signs and
   * length ({@link #symbol}, {@link #signs}, {@link #length}), or, negative, where to look with the
   * ten bits behind them.
   */
  static final int[] MEANING = meanings();

  /** Signs behind a pair: one for each value that is not zero. */
  static final byte[] SIGNS = new byte[256];

  /** The larger value of a pair. */
  static final byte[] LARGER = new byte[256];

  static {
    Arrays.fill(CODE_OF_TABLE, -1);
    for (int code = 0; code < PAIR_CODES; code++) {
      CODE_OF_TABLE[TABLE[code]] = code;
    }
    for (int table = 16; table < 32; table++) {
      CODE_OF_TABLE[table] = table < 24 ? ESCAPE : ESCAPE + 1;
    }
    for (int symbol = 0; symbol < 256; symbol++) {
      SIGNS[symbol] = (byte) signsOf(symbol, false);
      LARGER[symbol] = (byte) Math.max(symbol >> 4, symbol & 15);
    }
  }

  private HuffmanCodes() {}

  static int symbol(int meaning) {
    return meaning >> 8;
  }

  static int signs(int meaning) {
    return meaning >> 5 & 7;
  }

  static int length(int meaning) {
    return meaning & 31;
  }

  /** Bits of a symbol in a code, without signs. */
  static int length(int code, int symbol) {
    return WORDS[code << 8 | symbol] & 31;
  }

  private static int signsOf(int symbol, boolean quad) {
    return quad
        ? Integer.bitCount(symbol)
        : Integer.signum(symbol >> 4) + Integer.signum(symbol & 15);
  }

  private static int[] meanings() {
    int[] meanings = new int[LEAVES.length << FIRST_BITS];
    int end = meanings.length;
    for (int code = 0; code < LEAVES.length; code++) {
      int word = 0; // the next word, as if all were 20 bits long
      for (int at = 0; at < LEAVES[code].length(); at += 3) {
        int length = Character.digit(LEAVES[code].charAt(at), 36);
        int symbol =
            Character.digit(LEAVES[code].charAt(at + 1), 16) << 4
                | Character.digit(LEAVES[code].charAt(at + 2), 16);
        WORDS[code << 8 | symbol] = word >> (20 - length) << 5 | length;
        int meaning = symbol << 8 | signsOf(symbol, code >= QUADS) << 5 | length;
        int first = code << FIRST_BITS | word >> (20 - FIRST_BITS);
        if (length <= FIRST_BITS) {
          Arrays.fill(meanings, first, first + (1 << (FIRST_BITS - length)), meaning);
        } else {
          if (meanings[first] == 0) {
            meanings = Arrays.copyOf(meanings, end + (1 << MORE_BITS));
            meanings[first] = -end;
            end = meanings.length;
          }
          int second =
              -meanings[first] + (word >> (20 - FIRST_BITS - MORE_BITS) & (1 << MORE_BITS) - 1);
          Arrays.fill(meanings, second, second + (1 << (FIRST_BITS + MORE_BITS - length)), meaning);
        }
        word += 1 << (20 - length);
      }
    }
    return meanings;
  }
}
