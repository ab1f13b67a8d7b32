/** Opens an app, does things in it and says what it shows: in the studio's frame, or in headless chromium. */
export { createPreviewRequests, type PreviewRequests } from './requests.ts';
export { findChromium, type ChromiumSettings } from './chromium.ts';
export { createHeadless, type Headless, type Visit, type VisitOutcome } from './headless.ts';
