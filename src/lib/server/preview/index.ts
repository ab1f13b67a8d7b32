/** Builds one app from its files, cached by content hash, and serves the draft. */
export { codeFrame } from './compile/frame.ts';
export { createPreview } from './preview.ts';
export type { Preview, PreviewConfig, PreviewRequest } from './types.ts';
