/** What an app's own code can know of its collections: the types of `$data` and `$auth`. */
export { clientTypes } from './client-types.ts';
export { nearestName, shownFields, typeNamesOf } from './collections.ts';
export { clientOutline } from './outline.ts';
