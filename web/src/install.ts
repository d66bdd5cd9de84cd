/** Registers the service worker, where the browser has one. A failure changes nothing: the page works without. */
export function install(): void {
  if ('serviceWorker' in navigator && import.meta.env.PROD) {
    window.addEventListener('load', () => {
      void navigator.serviceWorker.register(new URL('./sw.js', document.baseURI)).catch(() => undefined);
    });
  }
}

/** The files that another app shared with Tapedeck; none when they are lost. */
export function takeReceived(): Promise<File[]> {
  const worker = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null;
  if (!worker) {
    return Promise.resolve([]);
  }
  return new Promise((resolve) => {
    const listen = ({ data }: MessageEvent<{ received?: File[] }>) => {
      if (data.received) {
        navigator.serviceWorker.removeEventListener('message', listen);
        resolve(data.received);
      }
    };
    navigator.serviceWorker.addEventListener('message', listen);
    worker.postMessage('take');
  });
}
