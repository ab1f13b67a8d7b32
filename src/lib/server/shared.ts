/**
 * What Kit's bundle needs of the process around it. The bundle has its own copies of every module, so the two
 * meet at one global symbol; Kit never opens a database (docs/decisions/001-one-runtime.md).
 */
export interface SharedPage {
	/** CSP source of the preview frames. */
	readonly frames: string;
	readonly log: (level: 'error' | 'info', message: string, cause?: unknown) => void;
}

const key = Symbol.for('tinykit.page');
const holder = globalThis as { [key]?: SharedPage };

export function shareWithPages(page: SharedPage): void {
	holder[key] = page;
}

/** Set before the first request; while the pages are built there is none. */
export function sharedPage(): SharedPage {
	return holder[key] ?? { frames: "'none'", log: () => undefined };
}
