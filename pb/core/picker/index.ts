export { pickFields } from './pick.ts';
