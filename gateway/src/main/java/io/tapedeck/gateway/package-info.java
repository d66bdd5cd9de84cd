/**
 * The public edge: uploads come in, conversions are listed and steered, MP3s go out, and changes
 * are told as they happen. Whatever a stranger sends is checked here and nowhere later. How audio
 * is made of video, how people sign in and how bytes are kept belong to other modules.
 */
@NullMarked
package io.tapedeck.gateway;

import org.jspecify.annotations.NullMarked;
