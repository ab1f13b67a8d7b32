export { createThumb, parseThumbSize } from './thumbs.ts';
