export { createMails } from './mails.ts';
export type { Mail, Mails } from './types.ts';
