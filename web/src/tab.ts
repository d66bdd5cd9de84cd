/** Shows the progress in the browser tab: in its title, and as a ring in its icon. */
export class Tab {
  private readonly link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  private readonly plain = this.link?.href ?? '';
  private drawn = -1;
  private address = '';

  show(progress: number | null, title: string): void {
    document.title = title;
    const step = progress === null ? -1 : Math.floor(progress * 20);
    if (!this.link || step === this.drawn) {
      return;
    }
    this.drawn = step;
    if (step < 0) {
      this.use(this.plain);
      return;
    }
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 32;
    const pen = canvas.getContext('2d');
    if (!pen) {
      return;
    }
    pen.lineWidth = 6;
    pen.strokeStyle = '#d9cfc5';
    pen.beginPath();
    pen.arc(16, 16, 12, 0, 2 * Math.PI);
    pen.stroke();
    pen.strokeStyle = '#c2410c';
    pen.beginPath();
    pen.arc(16, 16, 12, -Math.PI / 2, -Math.PI / 2 + (2 * Math.PI * step) / 20);
    pen.stroke();
    canvas.toBlob((blob) => {
      if (blob && this.drawn === step) {
        this.use(URL.createObjectURL(blob));
      }
    });
  }

  private use(address: string): void {
    if (this.address.startsWith('blob:')) {
      URL.revokeObjectURL(this.address);
    }
    this.address = address;
    this.link!.href = address;
  }
}
