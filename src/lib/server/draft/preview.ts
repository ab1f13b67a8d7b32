import { randomUUID } from 'node:crypto';
import type { BootReport, PreviewBuild, RunEventBody } from '#lib/contracts/index.ts';
import type { AgentPreview } from '../agent/index.ts';
import type { Apps } from '../apps.ts';
import type { Boots } from './boots.ts';
import type { Origins } from '../web/index.ts';
import type { Preview } from '../preview/index.ts';
import type { Headless, PreviewRequests, Visit } from '../preview-tool/index.ts';

/** Milliseconds until a studio must have answered: the load of a new frame, and for each action its patience. */
const frameTimeout = 15_000;
const actionTimeout = 8_000;

export interface AppPreviewParts {
	readonly apps: Pick<Apps, 'get'>;
	readonly origins: Origins;
	readonly preview: Preview;
	readonly boots: Boots;
	readonly requests: PreviewRequests;
	readonly headless: Headless;
}

/** What a boot without a studio came to. */
export type HeadlessBoot =
	| { readonly kind: 'booted'; readonly report: BootReport }
	| { readonly kind: 'not_run'; readonly why: string };

/** Boots a build in headless chromium, where the operator has one. */
export async function bootHeadless(
	parts: Pick<AppPreviewParts, 'apps' | 'origins' | 'headless'>,
	app: string,
	build: Pick<PreviewBuild, 'build' | 'nonce'>,
	signal: AbortSignal,
): Promise<HeadlessBoot> {
	const visit = await visitOf(parts, app, build);
	const outcome = await parts.headless.visit(visit, signal);
	if (outcome.kind === 'not_run') return outcome;
	return outcome.boot
		? { kind: 'booted', report: outcome.boot }
		: { kind: 'not_run', why: 'The preview did not report back in time (headless chromium).' };
}

async function visitOf(
	{ apps, origins }: Pick<AppPreviewParts, 'apps' | 'origins'>,
	app: string,
	{ build, nonce }: Pick<PreviewBuild, 'build' | 'nonce'>,
): Promise<Visit> {
	return {
		origin: origins.app(await apps.get(app)).draft,
		builderOrigin: origins.builder,
		build,
		nonce,
		path: '/',
		actions: undefined,
		screenshot: false,
	};
}

/**
 * Opens the draft of one app for a run: in the preview frame of a studio that follows it, else - and for a picture -
 * in headless chromium where the operator has one. Which one it was is part of the answer; one is never taken for the other.
 */
export function createAppPreview(
	parts: AppPreviewParts & {
		readonly app: string;
		readonly run: string;
		readonly emit: (event: RunEventBody) => Promise<void>;
	},
): AgentPreview {
	const { app, run } = parts;
	return {
		async open({ path, actions, screenshot }, signal) {
			const built = await parts.preview.build(app);
			if (!built.ok)
				return { kind: 'not_run', why: 'The source does not compile; check says where.' };
			// A frame cannot take a picture of itself.
			const isForHeadless = screenshot && parts.headless.missing === undefined;
			if (!isForHeadless && (await parts.boots.isAttached(run, signal))) {
				const id = randomUUID();
				const timeout = frameTimeout + actions.length * actionTimeout;
				const { build, nonce } = built;
				// Waited for before it is told: the frame may be faster than the next line.
				const over = new AbortController();
				const stop = AbortSignal.any([signal, over.signal]);
				const answer = parts.requests.expect(run, { id, nonce }, timeout, stop);
				try {
					await parts.emit({
						type: 'preview_request',
						requestId: id,
						build,
						nonce,
						path,
						actions: [...actions],
					});
					const result = await answer;
					return result
						? { kind: 'seen', browser: 'studio', result, bootErrors: [], screenshot: undefined }
						: { kind: 'not_run', why: "The studio's preview frame did not answer in time." };
				} finally {
					over.abort();
					await parts.emit({ type: 'preview_answered', requestId: id });
				}
			}
			if (parts.headless.missing !== undefined)
				return {
					kind: 'not_run',
					why: `No studio shows the preview, and there is no headless browser: ${parts.headless.missing}`,
				};
			const visit = { ...(await visitOf(parts, app, built)), path, actions, screenshot };
			const outcome = await parts.headless.visit(visit, signal);
			if (outcome.kind === 'not_run') return outcome;
			if (!outcome.result)
				return { kind: 'not_run', why: 'The page did not answer in headless chromium.' };
			return {
				kind: 'seen',
				browser: 'headless',
				result: outcome.result,
				bootErrors: outcome.boot?.errors ?? [],
				screenshot: outcome.screenshot,
			};
		},
	};
}
