export { handle, handleError } from '#lib/server/hooks/index.ts';
