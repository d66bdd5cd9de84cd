import type { Conversion } from './api';
import { m } from './messages/locale.svelte';

/** Notifies of the end of a conversion while the page is hidden. Offered only after the first success. */
class Notifications {
  /** Whether to offer it now. */
  offered = $state(false);
  private asked = false;

  notify(conversion: Conversion): void {
    if (!('Notification' in window)) {
      return;
    }
    const good = conversion.state === 'ready';
    if (Notification.permission === 'default' && good && !this.asked) {
      this.asked = true;
      this.offered = true;
    }
    if (Notification.permission === 'granted' && document.visibilityState === 'hidden') {
      const { name } = conversion.video;
      const text = good ? m().list.notifyTitle(name) : m().list.notifyFailed(name);
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

export const notifications = new Notifications();
