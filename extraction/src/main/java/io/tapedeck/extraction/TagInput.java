package io.tapedeck.extraction;

import io.tapedeck.core.Id3;
import io.tapedeck.tags.CoverArt;
import io.tapedeck.tags.SourceTags;

/**
 * What the tags of an MP3 are made from.
 *
 * @param language of the audio, as the container names it; empty if it does not
 */
record TagInput(SourceTags own, CoverArt.Found cover, String language, Id3 version) {}
