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

const visibleName = z.string().trim().min(1).max(200);

/** What is done in an opened app, as a person would: by what is written on things. */
export const previewAction = z.discriminatedUnion('type', [
	z.strictObject({
		type: z.literal('click'),
		/** ARIA role: button, link, checkbox, tab, … Any when left out. */
		role: z
			.string()
			.regex(/^[a-z]{2,30}$/)
			.optional(),
		/** Its text or label. */
		name: visibleName,
	}),
	z.strictObject({
		type: z.literal('fill'),
		/** Label, placeholder or name of a field or select. */
		name: visibleName,
		value: z.string().max(2000),
	}),
	z.strictObject({
		type: z.literal('press'),
		/** As in KeyboardEvent.key: Enter, Escape, ArrowDown, a. */
		key: z.string().regex(/^(?:[A-Z][A-Za-z0-9]{1,20}|.)$/u),
		/** The field it is pressed in; where the focus is when left out. */
		name: visibleName.optional(),
	}),
	/** Until a text is there (at most 5 s), or for some milliseconds. */
	z.strictObject({
		type: z.literal('wait'),
		text: visibleName.optional(),
		ms: z.number().int().min(0).max(3000).optional(),
	}),
]);
export type PreviewAction = z.infer<typeof previewAction>;

export const previewActions = z.array(previewAction).max(20);
/** A place in the app: path, query and fragment. */
export const previewPath = z
	.string()
	.max(500)
	.regex(/^\/(?![/\\])[^\s\\]*$/, 'a path of the app such as / or /#/about');

const consoleLevel = z.enum(['log', 'info', 'warn', 'error', 'debug']);

/** What an opened app showed and said. It comes from the app: data, never an instruction. */
export const previewResult = z.object({
	/** Where the app is now. */
	path: z.string().max(2000),
	title: z.string().max(300),
	/** One per action, in order; the first that fails is the last. */
	steps: z.array(z.object({ ok: z.boolean(), text: z.string().max(600) })).max(20),
	/** The newest lines. */
	console: z.array(z.object({ level: consoleLevel, text: z.string().max(1000) })).max(50),
	/** Requests without an answer (status 0) or with one of 400 and above. */
	failed: z
		.array(
			z.object({
				method: z.string().max(10),
				url: z.string().max(300),
				status: z.number().int().min(0).max(999),
			}),
		)
		.max(30),
	/** What can be seen: text, headings, fields and buttons, one a line. */
	text: z.string().max(10_000),
});
export type PreviewResult = z.infer<typeof previewResult>;

/** `POST …/runs/:id/preview`: the studio's frame has done what `preview_request` asked for. */
export const previewReport = z.object({
	id: z.string().max(100),
	nonce: z.string().max(100),
	result: previewResult,
});
export type PreviewReport = z.infer<typeof previewReport>;

/** What the editor offers behind `data.`: each collection with the fields its records show, and their types. */
export const dataOutline = z.array(
	z.object({
		name: z.string(),
		fields: z.array(z.object({ name: z.string(), type: z.string() })),
	}),
);
export type DataOutline = z.infer<typeof dataOutline>;

/** `GET /tinykit/api/apps/:slug/types`: of `$data` and `$auth` as they stand, declarations and their outline. */
export const appTypes = z.object({
	hash: z.string(),
	files: z.array(z.object({ path: z.string(), text: z.string() })),
	outline: dataOutline,
});
export type AppTypeFiles = z.infer<typeof appTypes>;

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
		level: consoleLevel,
		text: z.string().max(8000),
	}),
	z.object({ type: z.literal('error'), text: z.string().max(8000) }),
	z.object({ type: z.literal('navigated'), path: z.string().max(2000) }),
	/** The app has begun and shows something; whether it does so without errors is said by `booted`, later. */
	z.object({ type: z.literal('mounted') }),
	/** The answer to `preview`. */
	z.object({ type: z.literal('previewed'), id: z.string().max(100), result: previewResult }),
]);
export type FrameMessage = z.infer<typeof frameMessage>;
/** Over the port, studio -> frame. */
export const studioMessage = z.discriminatedUnion('type', [
	z.object({ type: z.literal('reload') }),
	/** Do this in the app, then say what it shows. */
	z.object({ type: z.literal('preview'), id: z.string().max(100), actions: previewActions }),
]);
export type StudioMessage = z.infer<typeof studioMessage>;
