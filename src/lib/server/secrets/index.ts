/** Keys and secrets: sealed at rest, and taken out of what a model is told. */
export { type AppSecrets, createAppSecrets } from './app-secrets.ts';
export { type SecretBox, createSecretBox, loadSecretKey } from './box.ts';
export { type Scrub, createScrub } from './scrub.ts';
export { createScrubbedProvider, scrubMessages } from './scrubbed-provider.ts';
