/** Numbers, sizes and times in the reader's locale. */
export interface Formats {
  bytes(value: number): string;
  percent(fraction: number): string;
  /** 1:02:03, for a position in an MP3. */
  clock(seconds: number): string;
  /** 1:02:03.5, with up to three decimals. */
  exact(seconds: number): string;
  /** "1 min", "2 h 5 min": the time that remains. */
  span(seconds: number): string;
  day(at: Date, now: Date): string;
  time(at: Date): string;
  date(at: Date): string;
  dateTime(at: Date): string;
  number(value: number, digits?: number): string;
  language(code: string): string;
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** 1:02:03.5, the same in every language. */
export function exactClock(seconds: number): string {
  const parts = Math.round(seconds * 1000) % 1000;
  return clock(Math.round(seconds * 1000) / 1000) + (parts > 0 ? (parts / 1000).toFixed(3).slice(1).replace(/0+$/, '') : '');
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function formats(locale: string): Formats {
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  const capital = (text: string) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);

  return {
    bytes(value) {
      let step = 0;
      let rest = value;
      while (rest >= 999.5 && step < UNITS.length - 1) {
        rest /= 1000;
        step++;
      }
      return unit(rest, UNITS[step]!, rest < 9.95 && step > 0 ? 1 : 0);
    },
    percent: (fraction) => percents.format(Math.floor(fraction * 100) / 100),
    clock,
    exact(seconds) {
      const parts = Math.round(seconds * 1000) % 1000;
      const rest = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }).format(parts / 1000);
      return clock(Math.round(seconds * 1000) / 1000) + rest.slice(1);
    },
    span(seconds) {
      if (seconds < 60) {
        return unit(Math.max(1, Math.ceil(seconds)), 'second');
      }
      const minutes = Math.round(seconds / 60);
      if (minutes < 60) {
        return unit(minutes, 'minute');
      }
      const rest = minutes % 60;
      const hours = unit(Math.floor(minutes / 60), 'hour');
      return rest === 0 ? hours : `${hours} ${unit(rest, 'minute')}`;
    },
    day(at, now) {
      const days = Math.round((midnight(at) - midnight(now)) / 86_400_000);
      if (days >= -1 && days <= 0) {
        return capital(relative.format(days, 'day'));
      }
      const sameYear = at.getFullYear() === now.getFullYear();
      return capital(
        new Intl.DateTimeFormat(locale, {
          weekday: 'long',
          day: 'numeric',
          month: 'long',
          ...(sameYear ? {} : { year: 'numeric' }),
        }).format(at),
      );
    },
    time: (at) => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(at),
    date: (at) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(at),
    dateTime: (at) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at),
    number: (value, digits = 0) =>
      new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value),
    language(code) {
      try {
        return capital(new Intl.DisplayNames(locale, { type: 'language' }).of(code) ?? code);
      } catch {
        return code;
      }
    },
  };
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

/** Seconds in "1:02:03.5", "62:03" or "90,5"; NaN for anything else. Empty is NaN too. */
export function parseClock(text: string): number {
  const parts = text.trim().replace(',', '.').split(':');
  const whole = parts.slice(0, -1).every((part) => /^\d+$/.test(part));
  // Only the first number may be 60 or more: "62:03" is common for long films, "1:75" is a mistake.
  const below = parts.slice(1).every((part) => Number(part) < 60);
  if (parts.length > 3 || !whole || !below || !/^\d+(\.\d+)?$/.test(parts.at(-1)!)) {
    return Number.NaN;
  }
  return parts.reduce((total, part) => total * 60 + Number(part), 0);
}
