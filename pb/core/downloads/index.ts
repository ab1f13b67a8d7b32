export { viewFileOrigin } from './view-file.ts';
