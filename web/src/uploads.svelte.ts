import { alone } from './alone';
import type { Options } from './api';
import { extractSound, probeFile } from './media/desk';
import { localProblem, type Problem } from './problem';
import {
  keepHandle,
  readHandle,
  readRecords,
  readSound,
  removeHandle,
  removeRecord,
  removeSound,
  soundName,
  sweepSounds,
  writeRecord,
  type UploadRecord,
} from './records';
import { session } from './session.svelte';
import { forget, Transfer } from './transfer';
import { metadataOf, Upload, type Phase } from './upload.svelte';

/** Few at a time: more only share the same line. */
const AT_ONCE = 2;

type Permission = (how: { mode: 'read' }) => Promise<PermissionState>;

/** All files on their way from this browser. */
class Uploads {
  all = $state<Upload[]>([]);

  /** Tells who keeps the list of conversions that a new one is there. */
  onStored: (conversion: string) => void = () => undefined;
  /** One whose options cannot be: its row opens them. */
  faulty = $state<Upload | null>(null);
  preset: () => Options = () => ({});

  /** Shows again what a reload or a crash interrupted. */
  async begin(): Promise<void> {
    session.onArrival(() => this.revive());
    session.onDeparture(() => this.clear());
    await sweepSounds();
  }

  /** Takes files in; each is read first, then waits for its owner's word. */
  add(files: { file: File; handle: FileSystemFileHandle | null }[]): void {
    // The list is newest first; those that are chosen together stand in their order all the same.
    const now = Date.now() + files.length - 1;
    for (const [index, { file, handle }] of files.entries()) {
      if (this.matchStopped(file)) {
        continue;
      }
      const key = crypto.randomUUID?.() ?? `${now}-${index}-${Math.random().toString(36).slice(2)}`;
      const fresh = new Upload(key, file.name, file.size, file.lastModified, now - index);
      fresh.file = file;
      fresh.options = { ...this.preset() };
      this.all.unshift(fresh);
      if (handle) {
        void keepHandle(key, handle);
      }
      void alone(key);
      this.write(fresh);
      void this.read(fresh);
    }
  }

  private async read(upload: Upload): Promise<void> {
    const probe = await probeFile(upload.file!);
    upload.probe = probe;
    const best = probe?.tracks.findIndex((track) => track.codec !== '') ?? -1;
    if (best > 0) {
      upload.options.track = best + 1;
    }
    upload.soundOnly = upload.extractable;
    if (upload.phase === 'reading') {
      upload.phase = 'choosing';
    }
  }

  send(upload: Upload): void {
    if (upload.partFault) {
      this.faulty = upload;
      return;
    }
    upload.problem = null;
    upload.wanted = true;
    upload.phase = 'waiting';
    this.write(upload);
    if (session.status !== 'in') {
      session.ask();
      return;
    }
    this.next();
  }

  sendAll(): void {
    for (const upload of [...this.all].reverse()) {
      if (upload.phase === 'choosing' && !upload.leaving) {
        this.send(upload);
      }
    }
  }

  async pause(upload: Upload): Promise<void> {
    upload.phase = 'paused';
    upload.still();
    await upload.transfer?.stop();
    this.next();
  }

  /** Keeps still what is to be removed; answers whether it was under way. */
  hold(upload: Upload): boolean {
    const underWay = ['waiting', 'copying', 'sending'].includes(upload.phase);
    upload.leaving = true;
    if (underWay) {
      upload.copying?.abort();
      void this.pause(upload);
    }
    return underWay;
  }

  /** Goes on after a pause or a failure. */
  goOn(upload: Upload): void {
    this.send(upload);
  }

  /** Ends an upload and everything that is kept of it, here and at the server. */
  async remove(upload: Upload): Promise<void> {
    this.all = this.all.filter((other) => other.key !== upload.key);
    upload.copying?.abort();
    await upload.transfer?.stop();
    await this.tidy(upload);
    if (upload.url !== '' && upload.conversion === '') {
      await forget(upload.url);
    }
    this.next();
  }

  /** The same while the page is left: what the next one would find again goes at once. */
  removeLeaving(upload: Upload): void {
    removeRecord(upload.key);
    void this.remove(upload);
    if (upload.url !== '' && upload.conversion === '') {
      void forget(upload.url, true);
    }
  }

  /** Sends the whole video instead, from the beginning. */
  async sendWhole(upload: Upload): Promise<void> {
    upload.soundOnly = false;
    upload.sound = null;
    upload.conversion = '';
    await removeSound(upload.kept);
    upload.kept = '';
    if (upload.url !== '') {
      void forget(upload.url);
      upload.url = '';
    }
    upload.sent = 0;
    upload.total = upload.sourceSize;
    this.send(upload);
  }

  /** Gives a stopped upload its file back; anything but the same file is a problem. */
  choose(upload: Upload, file: File): void {
    if (file.size !== upload.sourceSize || file.name !== upload.name) {
      upload.problem = localProblem('file-changed', { detail: file.name });
      return;
    }
    upload.problem = null;
    upload.file = file;
    if (!upload.wanted) {
      upload.phase = 'reading';
      void this.read(upload);
      return;
    }
    if (upload.soundOnly) {
      // The copy was lost with the old page; a new one is made and sent from its beginning.
      if (upload.url !== '') {
        void forget(upload.url);
      }
      upload.url = '';
      upload.sent = 0;
    }
    this.send(upload);
  }

  /**
   * Opens the file again where the browser remembers it; false when a person has to choose it.
   *
   * @param quiet without asking for the permission to
   */
  async reopen(upload: Upload, quiet = false): Promise<boolean> {
    const handle = await readHandle(upload.key);
    if (!handle) {
      return false;
    }
    try {
      const ask = handle as FileSystemFileHandle & {
        queryPermission?: Permission;
        requestPermission?: Permission;
      };
      const permission = quiet ? ask.queryPermission : ask.requestPermission;
      if ((await permission?.call(handle, { mode: 'read' })) !== 'granted') {
        return false;
      }
      this.choose(upload, await handle.getFile());
      return true;
    } catch {
      return false;
    }
  }

  /** Lets go of an upload whose conversion is in the list now. */
  release(upload: Upload): void {
    this.all = this.all.filter((other) => other.key !== upload.key);
  }

  private matchStopped(file: File): boolean {
    const stopped = this.all.find(
      (upload) =>
        upload.phase === 'stopped' && !upload.leaving && upload.name === file.name && upload.sourceSize === file.size,
    );
    if (stopped) {
      this.choose(stopped, file);
    }
    return stopped !== undefined;
  }

  /** Starts what may start. */
  private next(): void {
    if (session.status !== 'in') {
      return;
    }
    const busy = this.all.filter(
      (upload) => upload.phase === 'copying' || upload.phase === 'sending',
    ).length;
    const waiting = this.all.filter((upload) => upload.phase === 'waiting').reverse();
    for (const upload of waiting.slice(0, Math.max(0, AT_ONCE - busy))) {
      void this.go(upload);
    }
  }

  private async go(upload: Upload): Promise<void> {
    try {
      const blob = await this.bytesOf(upload);
      if (blob && (upload.phase as Phase) !== 'paused') {
        await this.transmit(upload, blob);
      }
    } finally {
      this.next();
    }
  }

  /** What is to be sent: the sound taken out, or the file. Null when the person ended it meanwhile. */
  private async bytesOf(upload: Upload): Promise<Blob | null> {
    if (!upload.soundOnly || upload.sound) {
      upload.phase = 'sending';
      return upload.soundOnly ? upload.sound : upload.file;
    }
    upload.phase = 'copying';
    upload.copied = 0;
    upload.copying = new AbortController();
    try {
      const made = await extractSound(
        upload.file!,
        upload.options.track ?? 1,
        upload.options.start !== undefined || upload.options.end !== undefined,
        upload.labels,
        soundName(upload.key),
        upload.copying.signal,
        (fraction) => (upload.copied = fraction),
      );
      upload.kept = made.name;
      upload.sound = made.blob ?? (await readSound(made.name, made.size));
      upload.total = made.size;
      upload.sent = 0;
      upload.phase = 'sending';
      return upload.sound;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') {
        return null;
      }
      // Whatever stood in the way of taking the sound out, the whole video goes.
      upload.soundOnly = false;
      upload.phase = 'sending';
      return upload.file;
    }
  }

  private async transmit(upload: Upload, blob: Blob): Promise<void> {
    upload.total = blob.size;
    this.write(upload);
    const transfer = new Transfer(blob, metadataOf(upload), upload.url, {
      url: (url) => {
        upload.url = url;
        this.write(upload);
      },
      progress: (sent, total) => upload.progress(sent, total),
      smaller: (hop, refused) => (upload.smaller = { hop, refused }),
      waiting: (problem) => {
        upload.held = problem;
        upload.still();
      },
      done: (conversion) => void this.done(upload, conversion),
      failed: (problem) => this.fail(upload, problem),
    });
    upload.transfer = transfer;
    await transfer.run();
  }

  private async done(upload: Upload, conversion: string): Promise<void> {
    upload.phase = 'handing';
    upload.conversion = conversion;
    upload.still();
    await this.tidy(upload);
    this.onStored(conversion);
    if (conversion === '') {
      // A proxy took the header away; the list has the conversion all the same.
      this.release(upload);
    }
  }

  private fail(upload: Upload, problem: Problem): void {
    upload.still();
    if (problem.status === 401 || session.status === 'out') {
      upload.phase = 'waiting';
      session.ended = true;
      session.ask();
      return;
    }
    if (problem.status === 404 || problem.status === 410 || problem.code === 'upload-expired') {
      upload.url = '';
      upload.sent = 0;
    }
    upload.problem = problem;
    upload.phase = 'failed';
  }

  /** Keeps what a reload needs. Of files that nobody has signed in for nothing is kept. */
  private write(upload: Upload): void {
    const over = upload.phase === 'handing' || upload.phase === 'stored';
    if (!session.account || over) {
      return;
    }
    writeRecord({
      key: upload.key,
      account: session.account.email,
      name: upload.name,
      sourceSize: upload.sourceSize,
      lastModified: upload.lastModified,
      total: upload.total,
      url: upload.url,
      wanted: upload.wanted,
      soundOnly: upload.soundOnly,
      kept: upload.kept,
      options: $state.snapshot(upload.options),
      labels: { ...upload.labels, cover: null },
      startedAt: upload.startedAt,
    });
  }

  private async tidy(upload: Upload): Promise<void> {
    removeRecord(upload.key);
    await removeHandle(upload.key);
    await removeSound(upload.kept);
    upload.sound = null;
  }

  private revive(): void {
    for (const upload of this.all) {
      this.write(upload);
    }
    for (const { key } of readRecords()) {
      if (!this.all.some((upload) => upload.key === key)) {
        void this.take(key);
      }
    }
    this.next();
  }

  /** Takes over what an earlier page left, as soon as no other one is at it. */
  private async take(key: string): Promise<void> {
    await alone(key);
    const record = readRecords().find((each) => each.key === key);
    const here = this.all.some((upload) => upload.key === key);
    if (!record || here || record.account !== session.account?.email) {
      return;
    }
    const upload = await revived(record);
    this.all = [...this.all, upload].sort((one, other) => other.startedAt - one.startedAt);
    void this.askOffset(upload);
    if (upload.phase === 'stopped') {
      void this.reopen(upload, true);
    }
    this.next();
  }

  /** How far the server is with an upload from before. */
  private async askOffset(upload: Upload): Promise<void> {
    if (upload.url === '') {
      return;
    }
    const response = await fetch(upload.url, {
      method: 'HEAD',
      headers: { 'Tus-Resumable': '1.0.0' },
      credentials: 'same-origin',
      cache: 'no-store',
    }).catch(() => null);
    if (response?.status === 404 || response?.status === 410) {
      await this.gone(upload);
    }
    const offset = Number(response?.headers.get('Upload-Offset') ?? Number.NaN);
    if (Number.isFinite(offset) && upload.sent < offset) {
      upload.sent = offset;
    }
  }

  /** The server knows nothing of it any more: it was finished in another tab, or left too long. */
  private async gone(upload: Upload): Promise<void> {
    if (upload.phase === 'stopped') {
      this.release(upload);
      await this.tidy(upload);
    } else {
      upload.url = '';
    }
  }

  private async clear(): Promise<void> {
    for (const upload of [...this.all]) {
      await this.remove(upload);
    }
    for (const record of readRecords()) {
      removeRecord(record.key);
      await removeHandle(record.key);
      await removeSound(record.kept);
    }
  }
}

/** What a record tells of an upload: it goes on by itself where the browser kept the sound. */
async function revived(record: UploadRecord): Promise<Upload> {
  const { key, name, sourceSize, lastModified, startedAt } = record;
  const upload = new Upload(key, name, sourceSize, lastModified, startedAt);
  upload.total = record.total;
  upload.url = record.url;
  upload.wanted = record.wanted;
  upload.soundOnly = record.soundOnly;
  upload.options = record.options;
  upload.labels = record.labels;
  upload.kept = record.kept;
  upload.sound = record.kept === '' ? null : await readSound(record.kept, record.total);
  upload.phase = upload.sound ? 'waiting' : 'stopped';
  return upload;
}

export const uploads = new Uploads();
