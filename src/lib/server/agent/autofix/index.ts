export { autofix } from './autofix.ts';
export type { Autofix } from './autofix.ts';
export { createAutofixer } from './autofixer.ts';
export type { Autofixer, AutofixerLimits } from './autofixer.ts';
export type { Fixed } from './source.ts';
