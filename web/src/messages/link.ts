/** The texts of a link's page, which has no account and none of the other texts. */
export const linkEn = {
  length: 'Length',
  size: 'Size',
  until: (date: string) => `This link works until ${date}.`,
  download: 'Download the MP3',
  chapters: 'Chapters',
  over: 'This link no longer works',
  overWhat: 'It has expired, or was withdrawn by whoever sent it to you. Ask for a new one.',
  offline: 'There is no connection to the server.',
  again: 'Try again',
  made: 'Made with Tapedeck: drop a video, get its MP3.',
};

export type LinkMessages = typeof linkEn;

export const linkIt: LinkMessages = {
  length: 'Durata',
  size: 'Dimensione',
  until: (date) => `Questo link funziona fino al ${date}.`,
  download: 'Scarica l’MP3',
  chapters: 'Capitoli',
  over: 'Questo link non funziona più',
  overWhat: 'È scaduto, oppure l’ha ritirato chi te l’ha mandato. Chiedine uno nuovo.',
  offline: 'Il server non è raggiungibile.',
  again: 'Riprova',
  made: 'Fatto con Tapedeck: trascina un video, ottieni il suo MP3.',
};
