export { FileKeyError } from './key.ts';
export { createLocalFiles } from './local.ts';
export { snakeCase } from './name.ts';
export type { FileAttributes, FileStorage, UploadedFile } from './types.ts';
export { createSpools, fromBytes } from './upload.ts';
export type { Spool, Spools } from './upload.ts';
