export { CallParser } from './parser.ts';
export { toTextParams } from './request.ts';
