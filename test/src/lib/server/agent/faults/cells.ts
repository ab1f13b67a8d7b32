import { expect } from 'vitest';
import type { StopReason } from '#lib/contracts/index.ts';
import { estimateRequest, estimateText } from '#lib/server/agent/estimate.ts';
import { globalPrompt } from '#lib/server/agent/prompt/index.ts';
import { toolSpecs } from '#lib/server/agent/tools/index.ts';
import type { Played, PlayOptions } from '../support/play.ts';

/** Where in a turn something goes wrong. */
export const places = ['first step', 'mid-turn', 'after a write', 'during compaction'] as const;
export type Place = (typeof places)[number];

/** What every row says, whatever protocol the model speaks. */
export interface Expected {
	/** Of the fault matrix: F1 to F26. */
	readonly id: string;
	readonly name: string;
	/** All four when absent. */
	readonly places?: readonly Place[];
	/** `recovers`: the turn goes on and is done; else the reason it ends with. */
	readonly ends: 'recovers' | StopReason | ((place: Place) => 'recovers' | StopReason);
	/** Milliseconds of each wait before asking again; none when absent. */
	readonly waits?: readonly number[];
	/** What the person is told at the end. */
	readonly says?: RegExp;
	/** All text of the turn as it is shown. */
	readonly shown?: string | RegExp;
	readonly options?: (place: Place) => Partial<PlayOptions>;
	readonly check?: (played: Played, place: Place) => void;
}

/** Written before the fault, where a write comes before it. */
export const kept = 'kept.svelte';
/** Written by the answer that follows a fault. */
export const again = 'again.svelte';
/** Only broken answers write it. */
export const never = 'never.svelte';

const lines = (name: string): string =>
	Array.from({ length: 300 }, (_, at) => `<p>${name} line ${at} of it</p>`).join('\n');
const pages = Object.fromEntries(
	['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [`pages/${name}.svelte`, `${lines(name)}\n`]),
);
export const pagePaths = Object.keys(pages);
/** Three of the six pages fit into a request. */
const room = {
	maxTokens: 2000,
	contextTokens: Math.ceil(
		(estimateRequest({ tools: toolSpecs, system: [globalPrompt], messages: [] }) +
			3.5 * estimateText(lines('a')) +
			2000) /
			0.95,
	),
};

export const optionsOf = (row: Expected, place: Place): PlayOptions => {
	const own = row.options?.(place) ?? {};
	const isLong = place === 'during compaction';
	return {
		...own,
		files: { 'hand.txt': 'one\n', ...(isLong && pages), ...own.files },
		run: { ...(isLong && { limits: room }), ...own.run },
	};
};

export const endOf = ({ ends }: Expected, place: Place): 'recovers' | StopReason =>
	typeof ends === 'function' ? ends(place) : ends;

/** What holds in every cell, and what its row says. */
export function judge(row: Expected, place: Place, played: Played): void {
	const { outcome, log, workspace, clock } = played;
	const end = endOf(row, place);
	const isKept = place === 'after a write' || place === 'during compaction';
	expect(outcome.reason).toBe(end === 'recovers' ? 'done' : end);
	expect(log.events.at(-1)).toMatchObject({ type: 'stopped', reason: outcome.reason, next: /./ });
	// The work before it is kept and was done once; nothing of a broken answer was.
	const writes = (path: string): number =>
		log.of('file_changed').filter((e) => e.path === path).length;
	expect([kept, writes(kept)]).toEqual([kept, isKept ? 1 : 0]);
	expect(workspace.files.has(kept)).toBe(isKept);
	expect(workspace.files.has(never)).toBe(false);
	expect([again, writes(again)]).toEqual([again, end === 'recovers' ? 1 : 0]);
	if (isKept && end !== 'recovers') expect(outcome.card.done).toContain(`Changed ${kept}`);
	// One status for each wait, and no wait that is not told.
	expect(log.of('retrying').map(({ waitMs }) => waitMs)).toEqual(row.waits ?? []);
	expect(clock.skipped.filter((ms) => ms >= 1000)).toEqual(
		clock.skipped.length > 0 ? (row.waits ?? []) : [],
	);
	if (place === 'during compaction') expect(log.of('compacted').length).toBeGreaterThan(0);
	if (row.says) expect(outcome.message).toMatch(row.says);
	if (row.shown !== undefined) expect(log.text).toEqual(expect.stringMatching(row.shown));
	row.check?.(played, place);
}
