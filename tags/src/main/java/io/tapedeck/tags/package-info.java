/**
 * From a source's metadata to the tags of an MP3: texts in any encoding become Unicode, names of
 * any container become ID3 frames, and these become bytes of ID3v2.3, ID3v2.4 and ID3v1. It starts
 * no process and knows no audio; pictures are bytes here, and only their headers are read.
 */
@NullMarked
package io.tapedeck.tags;

import org.jspecify.annotations.NullMarked;
