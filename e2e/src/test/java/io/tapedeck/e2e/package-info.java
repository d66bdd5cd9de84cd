/**
 * The whole of Tapedeck from outside: the true server, real HTTP, real ffmpeg, foreign clients, and
 * kills. What one room promises by itself is tested in that room.
 */
package io.tapedeck.e2e;
