// Draws the icons of the installed page, a cassette like src/icon.svg: node icons.mjs. Writes public/assets/icon-*.png.
import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

const ACCENT = [0xb9, 0x3c, 0x0b];
const PAPER = [0xfa, 0xf8, 0xf5];
/** Samples a pixel in each direction, for smooth edges. */
const FINE = 4;

const inRounded = (x, y, [left, top, width, height, radius]) => {
  const dx = Math.max(left + radius - x, x - (left + width - radius), 0);
  const dy = Math.max(top + radius - y, y - (top + height - radius), 0);
  return x >= left && x <= left + width && y >= top && y <= top + height && dx * dx + dy * dy <= radius * radius;
};
const inCircle = (x, y, cx, cy, radius) => (x - cx) ** 2 + (y - cy) ** 2 <= radius * radius;

/** Whether the accent colour is at a point of the cassette, whose width is 1 and whose middle is 0, 0. */
function shell(x, y) {
  if (!inRounded(x, y, [-0.5, -0.375, 1, 0.75, 0.16])) {
    return false;
  }
  const reel = inCircle(x, y, -0.2, -0.08, 0.095) || inCircle(x, y, 0.2, -0.08, 0.095);
  return reel || !inRounded(x, y, [-0.375, -0.25, 0.75, 0.34, 0.17]);
}

/** An icon; on the maskable one the cassette is small and light, on a ground that fills all of it. */
function draw(size, maskable) {
  const scale = maskable ? 0.56 : 0.92;
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let py = 0; py < size; py++) {
    for (let px = 0; px < size; px++) {
      let hits = 0;
      for (let sub = 0; sub < FINE * FINE; sub++) {
        const x = ((px + ((sub % FINE) + 0.5) / FINE) / size - 0.5) / scale;
        const y = ((py + (Math.floor(sub / FINE) + 0.5) / FINE) / size - 0.5) / scale;
        hits += shell(x, y) ? 1 : 0;
      }
      const part = hits / (FINE * FINE);
      const colour = maskable ? ACCENT.map((low, at) => Math.round(low + (PAPER[at] - low) * part)) : ACCENT;
      rows.set([...colour, maskable ? 255 : Math.round(part * 255)], py * (size * 4 + 1) + 1 + px * 4);
    }
  }
  return rows;
}

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  }
  return value >>> 0;
});
const crc = (bytes) => (bytes.reduce((sum, byte) => TABLE[(sum ^ byte) & 255] ^ (sum >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

function png(size, maskable) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(draw(size, maskable), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

for (const [name, size, maskable] of [['icon-192', 192, false], ['icon-512', 512, false], ['icon-maskable-512', 512, true], ['icon-apple-180', 180, true]]) {
  writeFileSync(new URL(`./public/assets/${name}.png`, import.meta.url), png(size, maskable));
}
