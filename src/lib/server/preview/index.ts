/** Builds one app from its files, cached by content hash, and serves the draft. */
export { createPreview } from './preview.ts';
export type { Preview, PreviewConfig, PreviewRequest } from './types.ts';
