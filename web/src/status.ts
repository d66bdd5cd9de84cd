import { conversions } from './conversions.svelte';
import type { Row } from './rows.svelte';
import type { Formats } from './format';
import type { Messages } from './messages/en';
import { session } from './session.svelte';
import { missing, warningsOf } from './warnings';
import { describeProblem } from './messages/locale.svelte';

/** The status text of a row, and how full the two parts of its progress bar are. */
export interface Status {
  text: string;
  /** Each part 0 to 1; null when there is no bar. */
  bar: { uploaded: number; converted: number } | null;
  tone: 'plain' | 'good' | 'warn' | 'bad';
}

const DOT = ' · ';

export function statusOf(row: Row, secondsLeft: number, m: Messages, f: Formats): Status {
  return row.conversion ? ofConversion(row, secondsLeft, m, f) : ofUpload(row, m, f);
}

function ofUpload(row: Row, m: Messages, f: Formats): Status {
  const upload = row.upload!;
  const part = upload.total > 0 ? Math.min(1, upload.uploaded / upload.total) : 0;
  const percent = f.percent(part);
  const bar = { uploaded: part, converted: 0 };
  switch (upload.phase) {
    case 'reading':
      return { text: m.status.reading, bar: null, tone: 'plain' };
    case 'choosing':
      return { text: describe(row, m, f), bar: null, tone: 'plain' };
    case 'waiting':
      return { text: session.status === 'in' ? m.status.waiting : m.status.waitingSignIn, bar, tone: 'plain' };
    case 'extracting':
      return { text: m.status.extracting(f.percent(upload.extracted)), bar, tone: 'plain' };
    case 'uploading': {
      if (upload.held) {
        const why = upload.held.code === 'offline' ? '' : describeProblem(upload.held).title;
        return { text: m.status.held(why, percent), bar, tone: 'plain' };
      }
      const parts = [m.status.uploading(percent)];
      if (upload.perSecond > 0) {
        parts.push(m.status.perSecond(f.bytes(upload.perSecond)));
        parts.push(m.status.left(f.span(upload.secondsLeft)));
      }
      if (upload.smaller) {
        parts.push(m.status.smallPieces(upload.smaller.hop, f.bytes(upload.smaller.refused)));
      }
      return { text: parts.join(DOT), bar, tone: 'plain' };
    }
    case 'paused':
      return { text: m.status.paused(percent), bar, tone: 'plain' };
    case 'stopped':
      if (upload.problem) {
        return { text: failure(upload.problem, m), bar, tone: 'bad' };
      }
      return upload.wanted
        ? { text: m.status.stopped(percent), bar, tone: 'plain' }
        : { text: m.status.unsent, bar: null, tone: 'plain' };
    case 'finishing':
    case 'stored':
      return { text: m.status.finishing, bar: { uploaded: 1, converted: 0 }, tone: 'plain' };
    case 'failed':
      return { text: failure(upload.problem, m), bar: null, tone: 'bad' };
  }
}

function describe(row: Row, m: Messages, f: Formats): string {
  const upload = row.upload!;
  const { probe, track } = upload;
  if (!probe) {
    return [f.bytes(upload.sourceSize), m.choice.wholeBecause].join(DOT);
  }
  if (!track) {
    return [f.clock(probe.duration), m.choice.noAudio].join(DOT);
  }
  const parts = [f.clock(probe.duration)];
  if (probe.tracks.length > 1) {
    parts.push(m.choice.trackName(track.number));
  }
  if (track.language) {
    parts.push(f.language(track.language));
  }
  if (track.channels > 0) {
    parts.push(m.choice.channels(track.channels));
  }
  parts.push(
    upload.audioOnly && track.bytes > 0
      ? m.choice.saves(f.bytes(upload.audioBytes), f.bytes(upload.sourceSize))
      : f.bytes(upload.sourceSize),
  );
  return parts.join(DOT);
}

function ofConversion(row: Row, secondsLeft: number, m: Messages, f: Formats): Status {
  const conversion = row.conversion!;
  switch (conversion.state) {
    case 'queued': {
      const place = conversions.places.get(conversion.id) ?? 0;
      const text = place > 0 ? m.status.queuedAt(place) : m.status.queued;
      return { text, bar: { uploaded: 1, converted: 0 }, tone: 'plain' };
    }
    case 'converting': {
      const parts = [m.status.converting(f.percent(conversion.progress))];
      if ((conversion.speed ?? 0) >= 1) {
        parts.push(m.status.times(f.number(conversion.speed ?? 0)));
      }
      if (secondsLeft > 0) {
        parts.push(m.status.left(f.span(secondsLeft)));
      }
      const bar = { uploaded: 1, converted: conversion.progress };
      return { text: parts.join(DOT), bar, tone: 'plain' };
    }
    case 'ready': {
      const mp3 = conversion.mp3;
      const wanted = row.upload?.wantedSeconds ?? 0;
      const warnings = mp3 ? warningsOf(mp3, m, f) : [];
      const short = mp3 ? missing(mp3.duration, wanted) : 0;
      const lost = Math.max(short, warnings.reduce((sum, each) => sum + each.seconds, 0));
      const hurt = warnings.some((each) => each.loss);
      const parts = [lost > 0 ? m.status.readyMissing(f.span(lost), lost < 1.5) : hurt ? m.status.readyHurt : m.status.ready];
      if (mp3) {
        const length = f.clock(mp3.duration);
        parts.push(short > 0 ? m.player.of(length, f.clock(wanted)) : length, f.bytes(mp3.size));
      }
      const saved = row.upload ? row.upload.sourceSize - conversion.video.size : 0;
      if (row.upload?.audioOnly && saved > 0) {
        parts.push(m.status.saved(f.bytes(saved)));
      }
      // A date stays on one line.
      parts.push(m.status.until(f.date(new Date(conversion.expiresAt))).replaceAll(' ', '\u00a0'));
      return { text: parts.join(DOT), bar: null, tone: lost > 0 || hurt ? 'warn' : 'good' };
    }
    case 'failed':
      return { text: failure(conversion.problem, m), bar: null, tone: 'bad' };
    case 'cancelled':
      return { text: m.status.cancelled, bar: null, tone: 'plain' };
    case 'expired':
      return { text: m.status.expired, bar: null, tone: 'plain' };
  }
}

function failure(problem: { code: string } | null, m: Messages): string {
  if (!problem) {
    return m.status.failed;
  }
  const { title, hint } = describeProblem({
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
