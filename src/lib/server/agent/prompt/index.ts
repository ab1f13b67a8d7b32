export { appPrompt } from './app.ts';
export { firstMessage } from './first-message.ts';
export { globalPrompt } from './global.ts';
