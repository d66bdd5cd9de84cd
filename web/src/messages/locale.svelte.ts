import { formats, type Formats } from '../format';
import type { Problem } from '../problem';
import { en, type Messages } from './en';

/** The languages of the page, each by its own name. */
export const LANGUAGES = { en: 'English', it: 'Italiano' } as const;
export type Language = keyof typeof LANGUAGES;

const KEY = 'tapedeck.language';

class Locale {
  language = $state<Language>('en');
  messages = $state.raw<Messages>(en);
  formats = $state.raw<Formats>(formats(localeTag('en')));

  /** Uses the language that was chosen before, else the browser's first one that the page has. */
  async begin(): Promise<void> {
    const wanted = [localStorage.getItem(KEY), ...navigator.languages.map((tag) => tag.slice(0, 2))];
    await this.use((wanted.find((code) => code && code in LANGUAGES) ?? 'en') as Language);
  }

  async choose(language: Language): Promise<void> {
    localStorage.setItem(KEY, language);
    await this.use(language);
  }

  private async use(language: Language): Promise<void> {
    this.messages = language === 'it' ? (await import('./it')).it : en;
    this.language = language;
    this.formats = formats(localeTag(language));
    document.documentElement.lang = language;
  }
}

function localeTag(language: Language): string {
  return navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
}

export const locale = new Locale();

/** The messages of the current language. */
export const m = (): Messages => locale.messages;
/** The numbers and dates of the current language. */
export const f = (): Formats => locale.formats;

/** A problem's title and what to do about it, in the current language. */
export function describeProblem(problem: Problem): { title: string; hint: string } {
  const own = m().problems[problem.code];
  return {
    title: own?.[0] ?? (problem.title || m().problem.unknown),
    hint: own?.[1] ?? (problem.hint || m().problem.unknownHint),
  };
}
