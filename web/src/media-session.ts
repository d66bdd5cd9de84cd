/** What the lock screen, a headset's buttons and the keyboard's media keys do with a player. */
export interface Playable {
  title: string;
  audio: HTMLAudioElement;
  seek(to: number): void;
}

const BACK = 10;
const FORWARD = 30;

/** Hands a player's controls to the system while it plays; the function that is returned takes them back. */
export function control({ title, audio, seek }: Playable): () => void {
  const session = 'mediaSession' in navigator ? navigator.mediaSession : null;
  if (!session) {
    return () => undefined;
  }
  const handlers: Partial<Record<MediaSessionAction, MediaSessionActionHandler>> = {
    play: () => void audio.play(),
    pause: () => audio.pause(),
    seekbackward: ({ seekOffset }) => seek(audio.currentTime - (seekOffset ?? BACK)),
    seekforward: ({ seekOffset }) => seek(audio.currentTime + (seekOffset ?? FORWARD)),
    seekto: ({ seekTime }) => seekTime !== undefined && seek(seekTime),
  };
  const place = () => {
    const { duration, currentTime, playbackRate } = audio;
    if (Number.isFinite(duration) && duration > 0) {
      session.setPositionState({ duration, playbackRate, position: Math.min(currentTime, duration) });
    }
  };
  const begin = () => {
    session.metadata = new MediaMetadata({ title, artist: 'Tapedeck' });
    for (const [name, handler] of Object.entries(handlers)) {
      try {
        session.setActionHandler(name as MediaSessionAction, handler);
      } catch {
        // A browser that does not know this control shows the others.
      }
    }
    session.playbackState = 'playing';
    place();
  };
  const pause = () => (session.playbackState = 'paused');
  const events: [string, () => void][] = [
    ['play', begin],
    ['pause', pause],
    ['seeked', place],
    ['ratechange', place],
  ];
  events.forEach(([name, listener]) => audio.addEventListener(name, listener));
  if (!audio.paused) {
    begin();
  }
  return () => {
    events.forEach(([name, listener]) => audio.removeEventListener(name, listener));
    if (session.metadata?.title === title) {
      session.metadata = null;
      session.playbackState = 'none';
    }
  };
}
