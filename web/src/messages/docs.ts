/** The texts around the description of the API, which itself is in English. */
export const docsEn = {
  title: 'The API of Tapedeck',
  back: 'Back to the page',
  raw: 'As a file for programs (OpenAPI 3.1)',
  begin: 'Sign in once, and keep the token:',
  contents: 'Contents',
  parameters: 'Parameters',
  body: 'Body',
  answers: 'Answers',
  required: 'required',
  open: 'no sign-in needed',
  copy: 'Copy as curl',
  copied: 'Copied.',
  failed: 'The description could not be loaded. Try again.',
};

export type DocsMessages = typeof docsEn;

export const docsIt: DocsMessages = {
  title: 'L’API di Tapedeck',
  back: 'Torna alla pagina',
  raw: 'Come file per i programmi (OpenAPI 3.1)',
  begin: 'Accedi una volta e conserva il token:',
  contents: 'Indice',
  parameters: 'Parametri',
  body: 'Corpo',
  answers: 'Risposte',
  required: 'obbligatorio',
  open: 'senza accesso',
  copy: 'Copia come curl',
  copied: 'Copiato.',
  failed: 'Non è stato possibile caricare la descrizione. Riprova.',
};
