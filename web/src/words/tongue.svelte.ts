import { formats, type Formats } from '../format';
import type { Problem } from '../problem';
import { en, type Words } from './en';

/** A language the page speaks, each named in itself. */
export const LANGUAGES = { en: 'English', it: 'Italiano' } as const;
export type Language = keyof typeof LANGUAGES;

const KEY = 'tapedeck.language';

class Tongue {
  language = $state<Language>('en');
  words = $state.raw<Words>(en);
  formats = $state.raw<Formats>(formats(locale('en')));

  /** Speaks the language chosen before, else the browser's first one that the page knows. */
  async begin(): Promise<void> {
    const wanted = [localStorage.getItem(KEY), ...navigator.languages.map((tag) => tag.slice(0, 2))];
    await this.speak((wanted.find((code) => code && code in LANGUAGES) ?? 'en') as Language);
  }

  async choose(language: Language): Promise<void> {
    localStorage.setItem(KEY, language);
    await this.speak(language);
  }

  private async speak(language: Language): Promise<void> {
    this.words = language === 'it' ? (await import('./it')).it : en;
    this.language = language;
    this.formats = formats(locale(language));
    document.documentElement.lang = language;
  }
}

function locale(language: Language): string {
  return navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
}

export const tongue = new Tongue();

/** The words of the language spoken now. */
export const w = (): Words => tongue.words;
/** Its numbers and dates. */
export const f = (): Formats => tongue.formats;

/** What a problem is called and what to do about it, in the language spoken now. */
export function said(problem: Problem): { title: string; hint: string } {
  const own = w().problems[problem.code];
  return {
    title: own?.[0] ?? (problem.title || w().problem.unknown),
    hint: own?.[1] ?? (problem.hint || w().problem.unknownHint),
  };
}
