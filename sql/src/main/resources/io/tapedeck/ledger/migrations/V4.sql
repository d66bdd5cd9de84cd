-- Ready: the CRC-32 of the MP3, which an archive of several needs; null where it was not kept.
ALTER TABLE conversion ADD COLUMN mp3_crc32 BIGINT;
