/** The longest side of a cover, pixels: enough for players, and at most some hundred kilobytes. */
const LONGEST = 800;
const QUALITY = 0.85;

/** Single pictures of a video, drawn by the browser's own player, which reads only what it needs. */
export class Frames {
  private readonly player = document.createElement('video');
  private readonly address: string;
  private readonly ready: Promise<void>;
  private wanted = -1;
  private busy: Promise<Uint8Array> | null = null;

  constructor(file: Blob) {
    this.address = URL.createObjectURL(file);
    this.player.muted = true;
    this.player.preload = 'auto';
    this.ready = happens(this.player, 'loadeddata');
    this.player.src = this.address;
  }

  /**
   * The picture at a time as a JPEG; null when another time was requested meanwhile.
   *
   * @throws Error when the browser cannot draw this video
   */
  async at(second: number): Promise<Uint8Array | null> {
    this.wanted = second;
    await this.busy?.catch(() => undefined);
    if (this.wanted !== second) {
      return null;
    }
    this.busy = this.draw(second);
    return this.busy;
  }

  close(): void {
    this.player.removeAttribute('src');
    this.player.load();
    URL.revokeObjectURL(this.address);
  }

  private async draw(second: number): Promise<Uint8Array> {
    await this.ready;
    const there = happens(this.player, 'seeked');
    this.player.currentTime = second;
    await there;
    return jpegOf(this.player, this.player.videoWidth, this.player.videoHeight);
  }
}

/** A picture as a JPEG of at most {@link LONGEST} pixels. */
async function jpegOf(picture: CanvasImageSource, width: number, height: number): Promise<Uint8Array> {
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
  if (!jpeg || width === 0) {
    throw new Error('there is no picture that can be drawn');
  }
  return new Uint8Array(await jpeg.arrayBuffer());
}

/**
 * A picture file as a JPEG.
 *
 * @throws Error when the browser cannot read it
 */
export async function coverOf(file: Blob): Promise<Uint8Array> {
  const picture = await createImageBitmap(file);
  try {
    return await jpegOf(picture, picture.width, picture.height);
  } finally {
    picture.close();
  }
}

function happens(player: HTMLVideoElement, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    player.addEventListener(event, () => resolve(), { once: true });
    player.addEventListener('error', () => reject(new Error('the browser cannot play this video')), { once: true });
  });
}
