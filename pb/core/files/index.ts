export { FileKeyError } from './key.ts';
export { createLocalFiles } from './local.ts';
export { snakeCase, storedName } from './name.ts';
export { sniffExtension, sniffType } from './sniff.ts';
export type { FileAttributes, FileStorage, UploadedFile } from './types.ts';
export { createSpools, fromBytes } from './upload.ts';
export type { Spool, Spools } from './upload.ts';
