/**
 * The public edge: uploads, lists and control of conversions, downloads of MP3s, and live events.
 * All input from clients is checked here and not again later. The conversion of video, sign-in and
 * storage belong to other modules.
 */
@NullMarked
package io.tapedeck.gateway;

import org.jspecify.annotations.NullMarked;
