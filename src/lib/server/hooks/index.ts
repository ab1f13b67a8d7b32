export { handle } from './handle.ts';
export { handleError } from './error.ts';
