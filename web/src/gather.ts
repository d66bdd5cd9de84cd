/** A file that was handed to the page, with its handle where the browser gives one. */
export interface Gathered {
  file: File;
  handle: FileSystemFileHandle | null;
}

/** Names that come with folders and are no videos. */
const NOISE = /^(\.|thumbs\.db$|desktop\.ini$)/i;
/** In a folder only what looks like video or sound is taken; a file chosen by itself always is. */
const MEDIA =
  /\.(mp4|m4v|mov|qt|mkv|webm|avi|flv|f4v|ts|m2ts|mts|mpg|mpeg|vob|wmv|asf|3gp|3g2|ogv|ogg|oga|opus|mp3|m4a|m4b|aac|ac3|wav|flac|aiff?|caf|mka|wma|amr)$/i;

type Item = DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> };

/** All files in a drop or a paste, folders opened. To be called while the event is being handled. */
export async function gather(transfer: DataTransfer): Promise<Gathered[]> {
  const waiting = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item: Item) => ({
      entry: item.webkitGetAsEntry?.() ?? null,
      handle: item.getAsFileSystemHandle?.().catch(() => null) ?? Promise.resolve(null),
      file: item.getAsFile(),
    }));
  const found: Gathered[] = [];
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

/** What an input element holds; of a folder only what looks like media. */
export function gatherInput(files: FileList | null, folder: boolean): Gathered[] {
  return [...(files ?? [])]
    .filter((file) => !folder || (MEDIA.test(file.name) && !NOISE.test(file.name)))
    .map((file) => ({ file, handle: null }));
}

async function walk(directory: FileSystemDirectoryEntry, found: Gathered[]): Promise<void> {
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
      } else if (MEDIA.test(entry.name) && !NOISE.test(entry.name)) {
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
