export { appPrompt } from './app.ts';
export { firstMessage } from './first-message.ts';
export type { Opening } from './first-message.ts';
export { globalPrompt } from './global.ts';
export { soFar } from './so-far.ts';
