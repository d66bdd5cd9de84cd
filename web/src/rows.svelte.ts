import { Batch } from './batch';
import type { Conversion } from './api';
import { conversions } from './conversions.svelte';
import { removals } from './removals.svelte';
import type { Upload } from './upload.svelte';
import { uploads } from './uploads.svelte';

/** One line of the list: an upload, a conversion, or an upload that became a conversion. */
export interface Row {
  key: string;
  at: number;
  name: string;
  upload: Upload | null;
  conversion: Conversion | null;
}

export interface Day {
  day: number;
  rows: Row[];
}

/** What runs. */
export interface Summary {
  /** 0 to 1; null when nothing runs. */
  part: number | null;
  /** How many rows count. */
  all: number;
  ready: number;
  failed: number;
}

class Rows {
  private readonly batch = new Batch();

  /** Newest first. An upload keeps its place and its key when it becomes a conversion. */
  all: Row[] = $derived.by(() => {
    const taken = new Set<string>();
    const rows: Row[] = [];
    const wanted = conversions.search.trim().toLocaleLowerCase();
    for (const upload of uploads.all) {
      const conversion = conversions.all.get(upload.conversion) ?? null;
      if (upload.phase === 'stored' && !conversion) {
        continue;
      }
      if (conversion) {
        taken.add(conversion.id);
      }
      if (!wanted || upload.name.toLocaleLowerCase().includes(wanted)) {
        const name = conversion?.video.name ?? upload.name;
        rows.push({ key: upload.key, at: upload.startedAt, name, upload, conversion });
      }
    }
    for (const conversion of conversions.all.values()) {
      if (!taken.has(conversion.id)) {
        const at = Date.parse(conversion.createdAt);
        const { name } = conversion.video;
        rows.push({ key: conversion.id, at, name, upload: null, conversion });
      }
    }
    return rows.sort((a, b) => b.at - a.at);
  });

  /** The rows that are not being removed. */
  staying: Row[] = $derived(this.all.filter((row) => !removals.pending.has(row.key)));

  days: Day[] = $derived.by(() => {
    const days: Day[] = [];
    for (const row of this.all) {
      const at = new Date(row.at);
      const day = new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
      if (days.at(-1)?.day !== day) {
        days.push({ day, rows: [] });
      }
      days.at(-1)!.rows.push(row);
    }
    return days;
  });

  /** All active rows together, and those that ended since the first of them began. */
  summary: Summary = $derived.by(() => {
    const moving = new Map<string, number>();
    const ended = new Map<string, string>();
    for (const row of this.staying) {
      const part = overall(row);
      if (part !== null) {
        moving.set(row.key, part);
      } else if (row.conversion) {
        ended.set(row.key, row.conversion.state);
      }
    }
    const part = this.batch.progress(moving, new Set(ended.keys()));
    const count = (state: string) => this.batch.members.filter((key) => ended.get(key) === state).length;
    return { part, all: this.batch.members.length, ready: count('ready'), failed: count('failed') };
  });

  /** Progress of all active rows, 0 to 1; null when there are none. */
  progress: number | null = $derived(this.summary.part);
}

/** The progress of a row, 0 to 1; half of it is the upload, half the conversion. Null when it is not active. */
export function overall(row: Row): number | null {
  const { upload, conversion } = row;
  if (conversion) {
    if (conversion.state === 'queued') {
      return 0.5;
    }
    return conversion.state === 'converting' ? 0.5 + conversion.progress / 2 : null;
  }
  if (!upload || !['waiting', 'extracting', 'uploading', 'finishing'].includes(upload.phase)) {
    return null;
  }
  return upload.total > 0 ? Math.min(1, upload.uploaded / upload.total) / 2 : 0;
}

export const rows = new Rows();
