/** A file that a person gave to the page, with its handle where the browser offers one. */
export interface CollectedFile {
  file: File;
  handle: FileSystemFileHandle | null;
}

/** System files in folders. */
const SYSTEM_FILES = /^(\.|thumbs\.db$|desktop\.ini$)/i;
/** From a folder only video and audio files are taken, by their names; a single file is always taken. */
const MEDIA =
  /\.(mp4|m4v|mov|qt|mkv|webm|avi|flv|f4v|ts|m2ts|mts|mpg|mpeg|vob|wmv|asf|3gp|3g2|ogv|ogg|oga|opus|mp3|m4a|m4b|aac|ac3|wav|flac|aiff?|caf|mka|wma|amr)$/i;

type Item = DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> };

/** All files of a drop or a paste, also those in folders. Must be called while the event is being handled. */
export async function collectDropped(transfer: DataTransfer): Promise<CollectedFile[]> {
  const waiting = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item: Item) => ({
      entry: item.webkitGetAsEntry?.() ?? null,
      handle: item.getAsFileSystemHandle?.().catch(() => null) ?? Promise.resolve(null),
      file: item.getAsFile(),
    }));
  const found: CollectedFile[] = [];
  for (const { entry, handle, file } of waiting) {
    if (entry?.isDirectory) {
      await walk(entry as FileSystemDirectoryEntry, found);
    } else if (file) {
      const known = await handle;
      const isFile = known?.kind === 'file' ? (known as FileSystemFileHandle) : null;
      found.push({ file, handle: isFile });
    }
  }
  return found;
}

/** The files of an input element; of a folder only video and audio files. */
export function collectChosen(files: FileList | null, folder: boolean): CollectedFile[] {
  return [...(files ?? [])]
    .filter((file) => !folder || (MEDIA.test(file.name) && !SYSTEM_FILES.test(file.name)))
    .map((file) => ({ file, handle: null }));
}

async function walk(directory: FileSystemDirectoryEntry, found: CollectedFile[]): Promise<void> {
  const reader = directory.createReader();
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve) =>
      reader.readEntries(resolve, () => resolve([])),
    );
    if (entries.length === 0) {
      return;
    }
    for (const entry of entries) {
      if (entry.isDirectory) {
        await walk(entry as FileSystemDirectoryEntry, found);
      } else if (MEDIA.test(entry.name) && !SYSTEM_FILES.test(entry.name)) {
        const file = await new Promise<File | null>((resolve) =>
          (entry as FileSystemFileEntry).file(resolve, () => resolve(null)),
        );
        if (file) {
          found.push({ file, handle: null });
        }
      }
    }
  }
}
