import type { Conversion } from './api';
import { w } from './words/tongue.svelte';

/** Tells the end of a conversion while its owner looks elsewhere; asked for only after the first success. */
class Bell {
  /** Whether to offer it now. */
  offered = $state(false);
  private heard = false;

  ring(conversion: Conversion): void {
    if (!('Notification' in window)) {
      return;
    }
    const good = conversion.state === 'ready';
    if (Notification.permission === 'default' && good && !this.heard) {
      this.heard = true;
      this.offered = true;
    }
    if (Notification.permission === 'granted' && document.visibilityState === 'hidden') {
      const { name } = conversion.video;
      const text = good ? w().list.notifyTitle(name) : w().list.notifyFailed(name);
      const note = new Notification(text, { tag: conversion.id });
      note.onclick = () => window.focus();
    }
  }

  async accept(): Promise<boolean> {
    this.offered = false;
    return (await Notification.requestPermission()) === 'granted';
  }

  decline(): void {
    this.offered = false;
  }
}

export const bell = new Bell();
