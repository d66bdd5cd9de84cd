import { lockUpload, releaseUpload } from './upload-lock';
import type { Options } from './api';
import { NO_TAGS } from './media/tags';
import { extractAudio, probeFile } from './media/worker-client';
import { localProblem, type Problem } from './problem';
import {
  keepHandle,
  readHandle,
  readRecords,
  readAudio,
  removeHandle,
  removeRecord,
  removeAudio,
  audioName,
  sweepAudio,
  writeRecord,
  type UploadRecord,
} from './records';
import { session } from './session.svelte';
import { forget, Transfer } from './transfer';
import { metadataOf, Upload, type Phase } from './upload.svelte';

/** Uploads at the same time: more would only share the same connection. */
const AT_ONCE = 2;

type Permission = (how: { mode: 'read' }) => Promise<PermissionState>;

/** All files on their way from this browser. */
class Uploads {
  all = $state<Upload[]>([]);

  /** Called when an upload has become a conversion. */
  onStored: (conversion: string) => void = () => undefined;
  /** An upload with invalid options; its row opens them. */
  faulty = $state<Upload | null>(null);
  preset: () => Options = () => ({});

  /** Restores what a reload or a crash interrupted. */
  async begin(): Promise<void> {
    session.onSignIn(() => this.restoreAll());
    session.onSignOut(() => this.clear());
    await sweepAudio();
  }

  /** Adds files. Each is read first and then waits until the person uploads it. */
  add(files: { file: File; handle: FileSystemFileHandle | null }[]): void {
    // The list is newest first, but files that are chosen together keep their order.
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
      if (file.size === 0) {
        fresh.problem = localProblem('empty-file');
        fresh.phase = 'failed';
        continue;
      }
      if (handle) {
        void keepHandle(key, handle);
      }
      void lockUpload(key);
      this.write(fresh);
      void this.read(fresh);
    }
  }

  private async read(upload: Upload): Promise<void> {
    const probe = await probeFile(upload.file!);
    upload.probe = probe;
    if (probe && probe.tracks.length > 1) {
      upload.options.track = upload.track?.number;
    }
    upload.audioOnly = upload.extractable;
    if (upload.phase === 'reading') {
      upload.phase = 'choosing';
    }
  }

  /** Uploads a file, or resumes it after a pause or a failure. */
  start(upload: Upload): void {
    if (upload.partFault) {
      this.faulty = upload;
      return;
    }
    upload.problem = null;
    upload.wanted = true;
    upload.paused = false;
    upload.phase = 'waiting';
    this.write(upload);
    if (session.status !== 'in') {
      session.openSignIn();
      return;
    }
    this.next();
  }

  uploadAll(): void {
    for (const upload of [...this.all].reverse()) {
      if (upload.phase === 'choosing' && !upload.removing) {
        this.start(upload);
      }
    }
  }

  /** Whether it is under way, or waits for its turn. */
  isMoving(upload: Upload): boolean {
    return ['waiting', 'extracting', 'uploading'].includes(upload.phase) && !upload.removing;
  }

  pauseAll(): void {
    const moving = this.all.filter((upload) => this.isMoving(upload));
    // None may begin because another has stopped.
    moving.forEach((upload) => (upload.phase = 'paused'));
    for (const upload of moving) {
      upload.extraction?.abort();
      void this.pause(upload);
    }
  }

  resumeAll(): void {
    for (const upload of [...this.all].reverse()) {
      if (upload.phase === 'paused' && !upload.removing) {
        this.start(upload);
      }
    }
  }

  async pause(upload: Upload): Promise<void> {
    upload.phase = 'paused';
    upload.paused = true;
    upload.resetSpeed();
    this.write(upload);
    await upload.transfer?.stop();
    this.next();
  }

  /** Stops an upload that is being removed. Answers whether it was under way. */
  hold(upload: Upload): boolean {
    const underWay = ['waiting', 'extracting', 'uploading'].includes(upload.phase);
    upload.removing = true;
    if (underWay) {
      upload.extraction?.abort();
      void this.pause(upload);
    }
    return underWay;
  }

  /** Ends an upload and deletes everything stored of it, here and on the server. */
  async remove(upload: Upload): Promise<void> {
    this.all = this.all.filter((other) => other.key !== upload.key);
    upload.extraction?.abort();
    await upload.transfer?.stop();
    await this.tidy(upload);
    if (upload.url !== '' && upload.conversion === '') {
      await forget(upload.url);
    }
    this.next();
  }

  /** The same while the page is being closed: the record goes at once, so that the next page does not restore it. */
  removeOnUnload(upload: Upload): void {
    removeRecord(upload.key);
    void this.remove(upload);
    if (upload.url !== '' && upload.conversion === '') {
      void forget(upload.url, true);
    }
  }

  /** Uploads the whole video instead, from the beginning. */
  async uploadWhole(upload: Upload): Promise<void> {
    upload.audioOnly = false;
    upload.audio = null;
    upload.conversion = '';
    await removeAudio(upload.storedName);
    upload.storedName = '';
    upload.offset = 0;
    if (upload.url !== '') {
      void forget(upload.url);
      upload.url = '';
    }
    upload.uploaded = 0;
    upload.total = upload.sourceSize;
    this.start(upload);
  }

  /**
   * Gives a stopped upload its file again; any other file is a problem.
   *
   * @param resume whether it then resumes; else it waits for the person
   */
  choose(upload: Upload, file: File, resume = true): void {
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
    if (upload.audioOnly) {
      // The extracted audio was lost with the old page. It is extracted again and uploaded from its beginning.
      if (upload.url !== '') {
        void forget(upload.url);
      }
      upload.url = '';
      upload.uploaded = 0;
    }
    if (resume) {
      this.start(upload);
    } else {
      upload.phase = 'paused';
    }
  }

  /**
   * Opens the file again where the browser remembers it; false when the person has to choose it.
   *
   * @param quiet without asking the person for permission
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
      this.choose(upload, await handle.getFile(), !(quiet && upload.paused));
      return true;
    } catch {
      return false;
    }
  }

  /** Forgets an upload whose conversion is in the list now. */
  release(upload: Upload): void {
    this.all = this.all.filter((other) => other.key !== upload.key);
  }

  private matchStopped(file: File): boolean {
    const stopped = this.all.find(
      (upload) =>
        upload.phase === 'stopped' && !upload.removing && upload.name === file.name && upload.sourceSize === file.size,
    );
    if (stopped) {
      this.choose(stopped, file);
    }
    return stopped !== undefined;
  }

  /** Starts as many waiting uploads as may run. */
  private next(): void {
    if (session.status !== 'in') {
      return;
    }
    const busy = this.all.filter(
      (upload) => upload.phase === 'extracting' || upload.phase === 'uploading',
    ).length;
    const waiting = this.all.filter((upload) => upload.phase === 'waiting').reverse();
    for (const upload of waiting.slice(0, Math.max(0, AT_ONCE - busy))) {
      void this.run(upload);
    }
  }

  private async run(upload: Upload): Promise<void> {
    try {
      const blob = await this.bytesOf(upload);
      if (blob && (upload.phase as Phase) !== 'paused') {
        await this.transmit(upload, blob);
      }
    } finally {
      this.next();
    }
  }

  /** What is uploaded: the extracted audio, or the file. Null when the person cancelled meanwhile. */
  private async bytesOf(upload: Upload): Promise<Blob | null> {
    if (!upload.audioOnly || upload.audio) {
      upload.phase = 'uploading';
      return upload.audioOnly ? upload.audio : upload.file;
    }
    upload.phase = 'extracting';
    upload.extracted = 0;
    upload.extraction = new AbortController();
    try {
      const made = await extractAudio(
        upload.file!,
        upload.track?.number ?? 1,
        upload.part,
        upload.tags,
        audioName(upload.key),
        upload.extraction.signal,
        (fraction) => (upload.extracted = fraction),
      );
      upload.storedName = made.name;
      upload.offset = made.offset;
      upload.audio = made.blob ?? (await readAudio(made.name, made.size));
      upload.total = made.size;
      upload.uploaded = 0;
      upload.phase = 'uploading';
      return upload.audio;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') {
        return null;
      }
      // Whatever prevented the extraction, the whole video is uploaded instead.
      upload.audioOnly = false;
      upload.phase = 'uploading';
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
      progress: (uploaded, total) => upload.progress(uploaded, total),
      smaller: (hop, refused) => (upload.smaller = { hop, refused }),
      waiting: (problem) => {
        upload.held = problem;
        upload.resetSpeed();
      },
      done: (conversion) => void this.done(upload, conversion),
      failed: (problem) => this.fail(upload, problem),
    });
    upload.transfer = transfer;
    await transfer.run();
  }

  private async done(upload: Upload, conversion: string): Promise<void> {
    upload.phase = 'finishing';
    upload.conversion = conversion;
    upload.resetSpeed();
    await this.tidy(upload);
    this.onStored(conversion);
    if (conversion === '') {
      // A proxy has removed the header; the list shows the conversion anyway.
      this.release(upload);
    }
  }

  private fail(upload: Upload, problem: Problem): void {
    upload.resetSpeed();
    if (problem.status === 401 || session.status === 'out') {
      upload.phase = 'waiting';
      session.ended = true;
      session.openSignIn();
      return;
    }
    if (problem.status === 404 || problem.status === 410 || problem.code === 'upload-expired') {
      upload.url = '';
      upload.uploaded = 0;
    }
    upload.problem = problem;
    upload.phase = problem.code === 'file-unreadable' ? 'stopped' : 'failed';
  }

  /** Stores what a reload needs. Without a signed-in account, nothing is stored. */
  private write(upload: Upload): void {
    const done = upload.phase === 'finishing' || upload.phase === 'stored';
    if (!session.account || done) {
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
      soundOnly: upload.audioOnly,
      kept: upload.storedName,
      offset: upload.offset,
      options: $state.snapshot(upload.options),
      labels: { ...upload.tags, cover: null },
      startedAt: upload.startedAt,
      paused: upload.paused,
    });
  }

  private async tidy(upload: Upload): Promise<void> {
    removeRecord(upload.key);
    await removeHandle(upload.key);
    await removeAudio(upload.storedName);
    upload.audio = null;
    releaseUpload(upload.key);
  }

  private restoreAll(): void {
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

  /** Takes over an upload of an earlier page, as soon as no other tab has it. */
  private async take(key: string): Promise<void> {
    await lockUpload(key);
    const record = readRecords().find((each) => each.key === key);
    if (!record || record.account !== session.account?.email) {
      releaseUpload(key);
      return;
    }
    const upload = await fromRecord(record);
    if (this.all.some((other) => other.key === key)) {
      return;
    }
    this.all = [...this.all, upload].sort((one, other) => other.startedAt - one.startedAt);
    void this.askOffset(upload);
    if (upload.phase === 'stopped') {
      void this.reopen(upload, true);
    }
    this.next();
  }

  /** Asks the server how much it has of an earlier upload. */
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
    if (Number.isFinite(offset) && upload.uploaded < offset) {
      upload.uploaded = offset;
    }
  }

  /** The server no longer knows the upload: another tab finished it, or it has expired. */
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
      await removeAudio(record.kept);
    }
  }
}

/** The upload that a record describes. It resumes by itself where the browser has stored the audio. */
async function fromRecord(record: UploadRecord): Promise<Upload> {
  const { key, name, sourceSize, lastModified, startedAt } = record;
  const upload = new Upload(key, name, sourceSize, lastModified, startedAt);
  upload.total = record.total;
  upload.url = record.url;
  upload.wanted = record.wanted;
  upload.audioOnly = record.soundOnly;
  upload.options = record.options;
  upload.tags = { ...NO_TAGS, ...record.labels };
  upload.storedName = record.kept;
  upload.offset = record.offset ?? 0;
  upload.audio = record.kept === '' ? null : await readAudio(record.kept, record.total);
  upload.paused = record.paused ?? false;
  upload.phase = upload.audio ? (upload.paused ? 'paused' : 'waiting') : 'stopped';
  return upload;
}

export const uploads = new Uploads();
