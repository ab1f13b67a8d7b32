import { z } from 'zod';

/** One place in the source where something is wrong. */
export const problem = z.object({
	path: z.string().optional(),
	/** From 1. */
	line: z.number().optional(),
	/** From 1. */
	column: z.number().optional(),
	code: z.string(),
	message: z.string(),
	/** Source lines around the place, with a caret. */
	frame: z.string().optional(),
});
export type Problem = z.infer<typeof problem>;

/** The outcome of building an app's source as it stood at one moment. */
export const previewBuild = z.object({
	/** Content hash of the source; the name of the build. */
	build: z.string(),
	/** The frame of this build proves itself with it (definitions.md 20, 21). */
	nonce: z.string(),
	ok: z.boolean(),
	problems: z.array(problem),
	/** Milliseconds from request to finished build. */
	ms: z.number(),
	/** The build that is being served: this one when `ok`, else the last good one, else null. */
	serving: z.string().nullable(),
});
export type PreviewBuild = z.infer<typeof previewBuild>;

/**
 * Studio -> frame, once, by `postMessage(hello, exactOrigin, [port])`; all else goes over the port.
 * Frame -> studio: schema-checked, at most 64 KB each.
 */
export interface FrameHello {
	readonly type: 'tinykit:hello';
	readonly nonce: string;
}
export const frameMessage = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('booted'),
		build: z.string().max(100),
		nonce: z.string().max(100),
		errors: z.array(z.string().max(4000)).max(50),
	}),
	z.object({
		type: z.literal('console'),
		level: z.enum(['log', 'info', 'warn', 'error', 'debug']),
		text: z.string().max(8000),
	}),
	z.object({ type: z.literal('error'), text: z.string().max(8000) }),
	z.object({ type: z.literal('navigated'), path: z.string().max(2000) }),
]);
export type FrameMessage = z.infer<typeof frameMessage>;
/** Over the port, studio -> frame. */
export const studioMessage = z.discriminatedUnion('type', [
	z.object({ type: z.literal('reload') }),
]);
export type StudioMessage = z.infer<typeof studioMessage>;
