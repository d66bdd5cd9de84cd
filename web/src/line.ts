import { conversions } from './conversions.svelte';
import type { Row } from './rows.svelte';
import type { Formats } from './format';
import type { Words } from './words/en';
import { session } from './session.svelte';
import { missing, warningsOf } from './warnings';
import { said } from './words/tongue.svelte';

/** What a row says and how full the two parts of its bar are. */
export interface Line {
  text: string;
  /** Each part 0 to 1; null when there is no bar. */
  bar: { sent: number; converted: number } | null;
  tone: 'plain' | 'good' | 'warn' | 'bad';
}

const DOT = ' · ';

export function lineOf(row: Row, secondsLeft: number, w: Words, f: Formats): Line {
  return row.conversion ? ofConversion(row, secondsLeft, w, f) : ofUpload(row, w, f);
}

function ofUpload(row: Row, w: Words, f: Formats): Line {
  const upload = row.upload!;
  const part = upload.total > 0 ? Math.min(1, upload.sent / upload.total) : 0;
  const percent = f.percent(part);
  const bar = { sent: part, converted: 0 };
  switch (upload.phase) {
    case 'reading':
      return { text: w.line.reading, bar: null, tone: 'plain' };
    case 'choosing':
      return { text: describe(row, w, f), bar: null, tone: 'plain' };
    case 'waiting':
      return { text: session.status === 'in' ? w.line.waiting : w.line.waitingSignIn, bar, tone: 'plain' };
    case 'copying':
      return { text: w.line.copying(f.percent(upload.copied)), bar, tone: 'plain' };
    case 'sending': {
      if (upload.held) {
        const why = upload.held.code === 'offline' ? '' : said(upload.held).title;
        return { text: w.line.held(why, percent), bar, tone: 'plain' };
      }
      const parts = [w.line.sending(percent)];
      if (upload.perSecond > 0) {
        parts.push(w.line.perSecond(f.bytes(upload.perSecond)));
        parts.push(w.line.left(f.span(upload.secondsLeft)));
      }
      if (upload.smaller) {
        parts.push(w.line.smallPieces(upload.smaller.hop, f.bytes(upload.smaller.refused)));
      }
      return { text: parts.join(DOT), bar, tone: 'plain' };
    }
    case 'paused':
      return { text: w.line.paused(percent), bar, tone: 'plain' };
    case 'stopped':
      if (upload.problem) {
        return { text: failure(upload.problem, w), bar, tone: 'bad' };
      }
      return upload.wanted
        ? { text: w.line.stopped(percent), bar, tone: 'plain' }
        : { text: w.line.unsent, bar: null, tone: 'plain' };
    case 'handing':
    case 'stored':
      return { text: w.line.handingOver, bar: { sent: 1, converted: 0 }, tone: 'plain' };
    case 'failed':
      return { text: failure(upload.problem, w), bar: null, tone: 'bad' };
  }
}

function describe(row: Row, w: Words, f: Formats): string {
  const upload = row.upload!;
  const { probe, track } = upload;
  if (!probe) {
    return [f.bytes(upload.sourceSize), w.choice.wholeBecause].join(DOT);
  }
  if (!track) {
    return [f.clock(probe.duration), w.choice.noSound].join(DOT);
  }
  const parts = [f.clock(probe.duration)];
  if (probe.tracks.length > 1) {
    parts.push(w.choice.trackName(track.number));
  }
  if (track.language) {
    parts.push(f.language(track.language));
  }
  if (track.channels > 0) {
    parts.push(w.choice.channels(track.channels));
  }
  parts.push(
    upload.soundOnly && track.bytes > 0
      ? w.choice.saves(f.bytes(track.bytes), f.bytes(upload.sourceSize))
      : f.bytes(upload.sourceSize),
  );
  return parts.join(DOT);
}

function ofConversion(row: Row, secondsLeft: number, w: Words, f: Formats): Line {
  const conversion = row.conversion!;
  switch (conversion.state) {
    case 'queued': {
      const place = conversions.places.get(conversion.id) ?? 0;
      const text = place > 0 ? w.line.queuedAt(place) : w.line.queued;
      return { text, bar: { sent: 1, converted: 0 }, tone: 'plain' };
    }
    case 'converting': {
      const parts = [w.line.converting(f.percent(conversion.progress))];
      if ((conversion.speed ?? 0) >= 1) {
        parts.push(w.line.times(f.number(conversion.speed ?? 0)));
      }
      if (secondsLeft > 0) {
        parts.push(w.line.left(f.span(secondsLeft)));
      }
      const bar = { sent: 1, converted: conversion.progress };
      return { text: parts.join(DOT), bar, tone: 'plain' };
    }
    case 'ready': {
      const mp3 = conversion.mp3;
      const wanted = row.upload?.wantedSeconds ?? 0;
      const warnings = mp3 ? warningsOf(mp3, w, f) : [];
      const short = mp3 ? missing(mp3.duration, wanted) : 0;
      const lost = Math.max(short, warnings.reduce((sum, each) => sum + each.seconds, 0));
      const hurt = warnings.some((each) => each.loss);
      const parts = [lost > 0 ? w.line.readyMissing(f.span(lost), lost < 1.5) : hurt ? w.line.readyHurt : w.line.ready];
      if (mp3) {
        const length = f.clock(mp3.duration);
        parts.push(short > 0 ? w.player.of(length, f.clock(wanted)) : length, f.bytes(mp3.size));
      }
      const saved = row.upload ? row.upload.sourceSize - conversion.video.size : 0;
      if (row.upload?.soundOnly && saved > 0) {
        parts.push(w.line.saved(f.bytes(saved)));
      }
      // Stays on one line, as a date should.
      parts.push(w.line.until(f.date(new Date(conversion.expiresAt))).replaceAll(' ', '\u00a0'));
      return { text: parts.join(DOT), bar: null, tone: lost > 0 || hurt ? 'warn' : 'good' };
    }
    case 'failed':
      return { text: failure(conversion.problem, w), bar: null, tone: 'bad' };
    case 'cancelled':
      return { text: w.line.cancelled, bar: null, tone: 'plain' };
    case 'expired':
      return { text: w.line.expired, bar: null, tone: 'plain' };
  }
}

function failure(problem: { code: string } | null, w: Words): string {
  if (!problem) {
    return w.line.failed;
  }
  const { title, hint } = said({
    title: '',
    detail: '',
    hint: '',
    retryable: false,
    traceId: '',
    status: 0,
    hop: '',
    retryAfter: 0,
    ...problem,
  });
  return `${title}. ${hint}`;
}
