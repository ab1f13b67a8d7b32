export { isEntryName } from './name.ts';
export { packZip } from './pack.ts';
export type { ZipInputs } from './pack.ts';
export { ZipError } from './types.ts';
export type { ZipErrorReason, ZipInput, ZipItem, ZipLimits } from './types.ts';
export { readZip, readZipEntry, unpackZip } from './unpack.ts';
export type { UnpackOptions } from './unpack.ts';
