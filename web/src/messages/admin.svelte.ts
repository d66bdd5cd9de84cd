import { adminEn, adminIt, type AdminMessages } from './admin';
import { locale } from './locale.svelte';

/** The administrator's texts in the current language. */
export const a = (): AdminMessages => (locale.language === 'it' ? adminIt : adminEn);
